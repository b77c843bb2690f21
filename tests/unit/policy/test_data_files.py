"""The packaged facts: complete, sourced, and the ones that a wrong classifier would trip over."""

from __future__ import annotations

import csv
import importlib
import io
import json
import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from policy.facts import valid_at
from policy.ruleset import DATA_FILES, Policy, build, load

CSV_FILES = [name for name in DATA_FILES if name.endswith(".csv")]


def rows(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file by column."""
    return list(csv.DictReader(io.StringIO(content.decode())))


@pytest.mark.parametrize("name", CSV_FILES)
def test_every_row_has_a_source(data_files: dict[str, bytes], name: str) -> None:
    """No fact stands without its source."""
    assert [row for row in rows(data_files[name]) if not row["source"].strip()] == []


def test_every_material_rule_has_a_source(data_files: dict[str, bytes]) -> None:
    """No rule stands without its source."""
    found = tomllib.loads(data_files["material_rules.toml"].decode())["rule"]
    assert [True] * len(found) == [bool(rule["source"].strip()) for rule in found]


def test_every_packaged_file_is_in_the_version(data_files: dict[str, bytes]) -> None:
    """A data file that the version does not cover would change verdicts unseen."""
    folder = Path(str(files("policy") / "data"))
    packaged = {each.relative_to(folder).as_posix() for each in folder.rglob("*.*")}
    assert set(data_files) == packaged


def test_every_region_that_botocore_knows(policy: Policy) -> None:
    """Every region of every partition has a row."""
    try:
        loaders = importlib.import_module("botocore.loaders")
    except ModuleNotFoundError:
        pytest.skip("botocore is not installed: the catalogue of AWS regions was NOT compared with it")
    loader = loaders.create_loader()
    known: set[str] = set()
    for name in ("partitions", "endpoints"):
        for partition in loader.load_data(name)["partitions"]:
            known.update(partition["regions"])
    assert set() == known - set(policy.locations.catalogues["aws"])


def test_regions_of_botocore_stand_in_their_partition(data_files: dict[str, bytes]) -> None:
    """The partition of each region is botocore's."""
    try:
        loaders = importlib.import_module("botocore.loaders")
    except ModuleNotFoundError:
        pytest.skip("botocore is not installed: the partitions of AWS regions were NOT compared with it")
    partitions = loaders.create_loader().load_data("partitions")["partitions"]
    expected = {region: partition["id"] for partition in partitions for region in partition["regions"]}
    written = {row["code"]: row["partition"] for row in rows(data_files["aws_regions.csv"])}
    assert expected == {code: written[code] for code in expected}


def test_zones_name_their_parent(policy: Policy, data_files: dict[str, bytes]) -> None:
    """Every local and Wavelength zone has a parent region in the catalogue."""
    catalogue = policy.locations.catalogues["aws"]
    zones = [row for row in rows(data_files["aws_regions.csv"]) if row["kind"].endswith("_zone")]
    assert [row["code"] for row in zones if row["parent_region"] not in catalogue] == []


def test_no_row_is_shadowed_by_a_zone_name(policy: Policy) -> None:
    """No catalogue code reads as a zone of another one, so that exact and zone look-ups never compete."""
    catalogues = policy.locations.catalogues
    zones = {"aws": r"(.*[0-9])[a-z]", "gcp": r"(.*[0-9])-[a-z]"}
    assert [
        code
        for provider, pattern in zones.items()
        for code in catalogues[provider]
        if (zone := re.fullmatch(pattern, code)) and zone[1] in catalogues[provider]
    ] == []


def test_every_code_has_a_country_or_a_reason(policy: Policy) -> None:
    """A code of any provider without a country says why, and its class is then unknown."""
    rows_of = policy.locations.catalogues.values()
    bare = [each for catalogue in rows_of for each in catalogue.values() if not each.countries]
    assert [each.code for each in bare if not each.note] == []
    assert {each.kind for each in bare} <= {"region", "group", "eu_member", "pseudo"}


def test_google_codes_are_written_in_small_letters(policy: Policy) -> None:
    """Google's codes are looked up in small letters, so none may stand in the file otherwise."""
    assert [code for code in policy.locations.catalogues["gcp"] if code != code.lower()] == []


def test_a_google_code_without_a_service_means_the_same_in_all(policy: Policy) -> None:
    """Without its service stands only what no service means otherwise: a region, or no place at all."""
    bare = {each.kind for code, each in policy.locations.catalogues["gcp"].items() if "/" not in code}
    assert {"region", "pseudo"} == bare


def test_codes_of_azure_are_written_as_arm_gives_them(policy: Policy) -> None:
    """Azure's region names are small letters and digits, without spaces."""
    codes = policy.locations.catalogues["azure"]
    assert [code for code in codes if not re.fullmatch(r"[a-z]+[0-9]?[a-z]*", code)] == []


def test_every_member_of_the_union_is_in_the_eer(policy: Policy) -> None:
    """Why a code that names only the Union is inside: there are 27 members, and the EER has them all."""
    members = [each for each in policy.locations.countries.values() if each.status == "eu_member"]
    assert (len(members), all(each.in_eea for each in members)) == (27, True)


def test_countries_of_the_eer(policy: Policy) -> None:
    """Thirty states, the outermost regions with a code of their own, and Åland; nothing else."""
    inside = {code for code, country in policy.locations.countries.items() if country.in_eea}
    states = {
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IE",
        "IT",
        "LV",
        "LT",
        "LU",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
        "IS",
        "LI",
        "NO",
    }
    assert states | {"GP", "GF", "MQ", "RE", "YT", "MF", "AX"} == inside


def test_all_iso_codes_are_there(policy: Policy) -> None:
    """The 249 codes of ISO 3166-1 and Kosovo's user-assigned code; a code without a row is unknown."""
    codes = set(policy.locations.countries)
    assert (250, True, set()) == (
        len(codes),
        "XK" in codes,
        {"UK", "EL", "EU", "ZZ", "AA", "XX", "AN"} & codes,
    )


def test_adequate_countries(policy: Policy) -> None:
    """Decisions that cover certified or commercial recipients only make no location adequate."""
    adequate = {code for code in policy.locations.countries if policy.locations.adequacy_of(code)}
    assert {"AD", "AR", "BR", "CH", "FO", "GB", "GG", "IL", "IM", "JE", "KR", "NZ", "UY"} == adequate


def test_united_kingdom_is_adequate_until_its_date(policy: Policy) -> None:
    """The decision about the United Kingdom ends on 27 December 2031, that day included."""
    decision = policy.locations.adequacy_of("GB")
    assert decision is not None
    assert decision.valid_until is not None
    day = decision.valid_until
    assert (
        day.isoformat(),
        valid_at(decision.valid_from, day, day),
        valid_at(decision.valid_from, day, day.replace(year=2032)),
    ) == ("2031-12-27", True, False)


def test_an_edition_after_the_end_date(data_files: dict[str, bytes]) -> None:
    """With facts as at 2032 the United Kingdom is outside without adequacy, and the version is another."""
    later = data_files["settings.toml"].replace(b"as_at = 2026-11-22", b"as_at = 2032-01-01")
    policy = build({**data_files, "settings.toml": later})
    assert (policy.locations.class_of("GB"), policy.version == load().version) == ("outside_eea", False)


def test_version(policy: Policy, data_files: dict[str, bytes]) -> None:
    """The version is the name and 12 hex digits; it follows the bytes, not the order of files."""
    backwards = dict(reversed(list(data_files.items())))
    assert re.fullmatch(r"RCB2026/[0-9a-f]{12}", policy.version)
    assert (policy.version, policy.version) == (build(data_files).version, build(backwards).version)


@pytest.mark.parametrize("name", DATA_FILES)
def test_version_follows_every_file(policy: Policy, data_files: dict[str, bytes], name: str) -> None:
    """Other line ends in any file make another version."""
    content = data_files[name].replace(b"\n", b"\r\n")
    assert policy.version != build({**data_files, name: content}).version


def test_load_is_cached() -> None:
    """The files are read and checked once."""
    assert load() is load()


def test_facts_survive_json(policy: Policy) -> None:
    """Every name in the facts can be written to any output: no lone surrogate, no control character."""
    texts = [each.name for each in policy.locations.countries.values()]
    for catalogue in policy.locations.catalogues.values():
        texts += [text for each in catalogue.values() for text in (each.code, each.city, each.note)]
    assert [text for text in texts if not text.isprintable() or json.loads(json.dumps(text)) != text] == []
