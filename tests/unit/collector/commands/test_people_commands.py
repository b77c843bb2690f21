"""`systems` and `decisions`: a register is imported whole or not at all, a decision says who and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.collector.commands.test_commands import Place, empty, place

__all__ = ["empty", "place"]

SAMPLE = Path(__file__).resolve().parents[4] / "deploy" / "samples" / "systems.csv"
HEADER = "organisation,system,name,"


def written(place: Place, text: str) -> str:
    """A register in a file."""
    file = place.folder / "systems.csv"
    file.write_text(text, "utf-8")
    return str(file)


def test_the_sample_is_imported_and_listed(place: Place) -> None:
    """The whole sample; the same file again changes nothing; the list has what the file had."""
    file = written(place, SAMPLE.read_text("utf-8").replace("bzk,", "mvz,"))
    assert place.must("systems", "import", file) == "4 systems read, 4 new or changed.\n"
    assert place.must("systems", "import", file) == "4 systems read, 0 new or changed.\n"
    listed = place.must("systems", "list", "--format", "csv")
    assert listed.startswith("organisation,system,name,material,")
    assert "recorded\nmvz,basisregister,Basisregister,ja,bijzonder,brondata," in listed
    found = {each["system"]: each for each in place.items("systems", "list")}
    zaaksysteem = found["zaaksysteem"]
    assert (zaaksysteem["managed_countries"], zaaksysteem["support_countries"], zaaksysteem["contract"]) == (
        "IE NL",
        "IN NL",
        "C-2026-014 annex 3",
    )
    assert (found["basisregister"]["base_registry"], found["proeftuin"]["material"]) == (
        "brondata",
        "onbekend",
    )


@pytest.mark.parametrize(
    ("columns", "row", "expected"),
    [
        ("material", "mvz,a,A,wel", "systems.csv:2: column material: 'wel' is not a known word; write one"),
        ("tbb", "mvz,a,A,7", "systems.csv:2: column tbb: '7' is not a known word; write one of"),
        ("marking", "mvz,a,A,geheimpje", "systems.csv:2: column marking: 'geheimpje' is not a known word"),
        ("personal_data", "mvz,a,A,wie", "systems.csv:2: column personal_data: 'wie' is not a known word"),
        ("base_registry", "mvz,a,A,x", "systems.csv:2: column base_registry: 'x' is not a known word"),
        ("material", "mvz,,A,ja", "systems.csv:2: column system: is empty; fill it in"),
        ("material", "fin,a,A,ja", "systems.csv:2: column organisation: 'fin' is no organisation here"),
        ("material", "mvz,a,A\x07,ja", "systems.csv:2: column name: holds a sign that cannot be printed"),
        ("material", f"mvz,a,{'A' * 501},ja", "systems.csv:2: column name: is longer than 500 characters"),
        ("viewed_countries", "mvz,a,A,NL", "systems.csv:2: column contract: is empty, but viewed_countries"),
        ("viewed_countries,contract", "mvz,a,A,NL XX,c", "column viewed_countries: 'XX' is no country code"),
        ("material", "mvz,a,A,ja\nmvz,A,B,nee", "systems.csv:3: column system: 'A' stands on line 2 as well"),
        ("zeker", "mvz,a,A,ja", "systems.csv:1: column 'zeker' is unknown; use organisation, system, name"),
        ("material", "mvz,a,A", "systems.csv:2: has 3 columns, the first line 4; correct the row"),
    ],
)
def test_a_wrong_register_changes_nothing(place: Place, columns: str, row: str, expected: str) -> None:
    """The fault names file, line and column."""
    fault = place.fault("systems", "import", written(place, f"{HEADER}{columns}\n{row}\n"))
    assert expected in fault
    assert place.items("systems", "list") == []


def test_words_are_those_of_the_rules_in_force(place: Place) -> None:
    """A word that an activated bundle adds is known, one that it takes away is not; its signature counts."""
    file, folder = written(place, f"{HEADER}material\nmvz,a,A,essentieel\n"), place.folder
    assert "'essentieel' is not a known word" in place.fault("systems", "import", file)
    place.must("policy", "keys", "create", "--out", str(folder))
    before = place.config.read_text()
    place.config.write_text(before + '\n[policy]\nkeys = ["policy.pub"]\n')
    place.must("policy", "export", str(folder / "rules"))
    settings = folder / "rules" / "settings.toml"
    text = settings.read_text("utf-8")
    assert text.count('"ja",') >= 1
    settings.write_text(text.replace('"ja",', '"essentieel",', 1), "utf-8")
    place.must("policy", "sign", str(folder / "rules"), "--key", str(folder / "policy.key"))
    place.must("policy", "activate", str(folder / "rules"))

    assert place.must("systems", "import", file) == "1 systems read, 1 new or changed.\n"
    other = written(place, f"{HEADER}material\nmvz,b,B,ja\n")
    assert "'ja' is not a known word" in place.fault("systems", "import", other)
    place.config.write_text(before)
    assert "no key is trusted" in place.fault("systems", "import", file)


def test_all_or_nothing(place: Place) -> None:
    """A good row before a wrong one is not kept."""
    text = f"{HEADER}material\nmvz,goed,Goed,ja\nmvz,fout,Fout,wel\n"
    assert "systems.csv:3" in place.fault("systems", "import", written(place, text))
    assert place.items("systems", "list") == []


def test_a_system_keeps_its_history(place: Place) -> None:
    """What it was stays; it ends on a day; an end that is none is told."""
    place.must(
        "systems", "import", written(place, f"{HEADER}material\nmvz,a,A,ja\n"), "--since", "2026-01-01"
    )
    place.must(
        "systems", "import", written(place, f"{HEADER}material\nmvz,a,A,nee\n"), "--since", "2026-03-01"
    )
    assert (
        place.must("systems", "end", "A", "--until", "2026-06-30") == "System a of mvz ends on 2026-06-30.\n"
    )
    told = [
        (each["material"], each["valid_from"], each["valid_until"]) for each in place.items("systems", "list")
    ]
    assert told == [("ja", "2026-01-01", "2026-02-28"), ("nee", "2026-03-01", "2026-06-30")]
    assert len(place.items("systems", "list", "--history")) == 4
    assert "see 'systems list'" in place.fault("systems", "end", "zzz")


def test_a_decision_on_a_system(place: Place) -> None:
    """Recorded, replaced and ended, each by whom and why; the list shows it."""
    place.must("systems", "import", written(place, f"{HEADER}material\nmvz,a,A,ja\n"))
    options = ("--system", "A", "--by", "CISO")
    recorded = place.must("decisions", "record", *options, "--material", "not_material", "--reason", "proef")
    assert recorded == "Decided: a is not_material.\n"
    [told] = place.items("decisions", "list")
    assert (told["organisation"], told["system"], told["material"], told["reason"]) == (
        "mvz",
        "a",
        "not_material",
        "proef",
    )
    assert (told["decided_by"], told["valid_until"]) == ("CISO", None)
    place.must("decisions", "record", *options, "--material", "material", "--reason", "toch")
    assert [each["material"] for each in place.items("decisions", "list")] == ["material"]
    assert "mvz,,,a,material,CISO," in place.must("decisions", "list", "--format", "csv")
    place.must("decisions", "end", *options, "--reason", "vervallen")
    assert place.items("decisions", "list") == []
    assert {each["end_reason"] for each in place.items("decisions", "list", "--history")} == {"", "vervallen"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--asset", "arn:x", "--reason", "r"), "asset 'arn:x' is not known here"),
        (("--system", "x", "--reason", "r"), "system 'x' is not in the register"),
        (("--system", "a", "--reason", "  "), "reason: is empty; a decision says who decided and why"),
        (("--system", "a", "--reason", "r", "--until", "2001-01-01"), "valid_until: 2001-01-01 lies before"),
    ],
)
def test_a_wrong_decision_changes_nothing(place: Place, options: tuple[str, ...], expected: str) -> None:
    """What is wrong is told in a line."""
    place.must("systems", "import", written(place, f"{HEADER}material\nmvz,a,A,ja\n"))
    fault = place.fault("decisions", "record", "--material", "material", "--by", "V", *options)
    assert expected in fault
    assert place.items("decisions", "list", "--history") == []


def test_either_an_asset_or_a_system(place: Place) -> None:
    """Both or neither is a mistake in the command line."""
    options = ("--material", "material", "--by", "V", "--reason", "r")
    for subject in ((), ("--asset", "a", "--system", "b")):
        code, _, err = place.run("decisions", "record", *subject, *options)
        assert (code, "Give either --asset or --system." in err) == (2, True)
