"""A wrong data file is refused with its file, line and column, and with what to correct."""

from __future__ import annotations

import pytest

from policy.rows import PolicyDataError
from policy.ruleset import build
from wolkenzicht.errors import WolkenzichtError

RULE = """# a comment
[[rule]]
id = "a"
when = {{ tag = ["env"], value = ["test"] }}
verdict = "not_material"
reason_en = "a"
reason_nl = "a"
source = "a"

[[rule]]
id = "b"
{line}
"""


def fault(data_files: dict[str, bytes], name: str, content: bytes) -> str:
    """The text of the error that a data file gives."""
    with pytest.raises(PolicyDataError) as caught:
        build({**data_files, name: content})
    assert isinstance(caught.value, WolkenzichtError)
    text = str(caught.value)
    assert text.startswith(f"{caught.value.file}:{caught.value.line}:{caught.value.column}: ")
    assert "\n" not in text
    return text


FAULTS = {
    "countries.csv": [
        ("NL,Netherlands,yes", "NL,Netherlands,maybe", 3, "in_eea: 'maybe' is not one of no, yes"),
        ("NL,Netherlands", "nl,Netherlands", 1, "code: 'nl' is no country code; write two capital letters"),
        ("NL,Netherlands", "NL,", 2, "name: is empty; fill it in"),
        ("NL,Netherlands", "BE,Netherlands", 5, "valid_from: the period of 'BE' overlaps that in line "),
        (
            "NL,Netherlands,yes,eu_member,1958-01-01,",
            "NL,Netherlands,yes,eu_member,1958-01-01,2030-12-31",
            6,
            "valid_until: 'NL' has no row after 2030-12-31; add one or end later",
        ),
        (
            "NL,Netherlands,yes,eu_member,1958-01-01,",
            "NL,Netherlands,yes,eu_member,2023-01-01,",
            5,
            "valid_from: 'NL' has no row for 2022-08-29 up to 2023-01-01; add one or begin earlier",
        ),
        (
            "NL,Netherlands,yes,eu_member,1958-01-01,",
            "NL,Netherlands,yes,eu_member,1958-01-01,1957-12-31",
            6,
            "valid_until: lies before valid_from; correct one of them",
        ),
        ("NL,Netherlands,yes,eu_member", "NL,Netherlands,yes,member", 4, "status: 'member' is not one of"),
        (
            "NL,Netherlands,yes,eu_member,1958-01-01",
            "NL,Netherlands,yes,eu_member,1958",
            5,
            "'1958' is no date",
        ),
        ("in_eea,status", "eea,status", 3, "the first line must name these columns: code,name,in_eea"),
    ],
    "country_aliases.csv": [
        ("EL,GR", "EL,XX", 2, "code: 'XX' is no code of countries.csv"),
        ("EL,GR", "GR,GR", 1, "alias: 'GR' is a code of countries.csv itself"),
    ],
    "adequacy.csv": [
        ("2010-10-19,,", "2010-10-19,2009-01-01,", 4, "valid_until: lies before valid_from"),
        (",yes,general decision", ",partly,general decision", 7, "covers_location: 'partly' is not one of"),
        (",high,https", ",sure,https", 10, "confidence: 'sure' is not one of high, low, medium"),
    ],
    "aws_regions.csv": [
        (
            "eu-west-1,aws,Dublin,IE",
            "eu-west-1,aws,Dublin,QQ",
            4,
            "countries: 'QQ' is no code of countries.csv",
        ),
        ("eu-west-1,aws,Dublin,IE", "eu-west-1,aws,Dublin,", 10, "note: is empty; fill it in"),
        ("Dublin,IE,region", "Dublin,IE,continent", 5, "kind: 'continent' is not one of"),
        ("aws-global,aws,,,", "aws-global,aws,,US,", 4, "countries: a pseudo region is no place"),
        ("Dublin,IE,region", "Dublin,IE", 10, "10 fields instead of 11; check quotes and commas"),
        ("Dublin,IE,region", 'Dublin,"I"E,region', 1, "check the quotes of this row"),
    ],
    "azure_regions.csv": [
        (
            "swedencentral,AzureCloud,Gävle,SE",
            "swedencentral,AzureCloud,Gävle,SE;NO",
            4,
            "a region lies in one",
        ),
        ("AT;BE;CH", "AT;BE;BE", 4, "countries: names a country twice; remove one of them"),
        ("AT;BE;CH", "AT;BE;Zwitserland", 4, "countries: 'Zwitserland' is no country code"),
        ("global,AzureCloud", "asia,AzureCloud", 7, "valid_from: the period of 'asia' overlaps that in line"),
    ],
    "gcp_locations.csv": [
        (
            "bigquery/eu,googleapis.com,,",
            "bigquery/eu,googleapis.com,,NL",
            4,
            "choose the kind multi_region or",
        ),
        (",eu_member,", ",member,", 5, "kind: 'member' is not one of"),
        ("storage/eur7,googleapis.com,", "storage/eur7,,", 2, "partition: is empty; fill it in"),
    ],
    "odc_sites.csv": [
        ("ODC-Noord,", "ODC-Zuid,", 1, "site: 'ODC-Zuid' is no partition of odc in operators.csv"),
        (",no,", ",maybe,", 8, "logical_access: 'maybe' is not one of no, yes"),
        ("us-cloud-act", "cn-nil", 9, "laws: 'cn-nil' is a law of neither the operator's nor the parent's"),
        ('Equinix, Inc.",US', 'Equinix, Inc.",USA', 7, "parent_country: 'USA' is no country code"),
    ],
    "laws.csv": [
        ("us-cloud-act,US", "us-cloud-act,USA", 2, "country: 'USA' is no country code"),
        (",2026-06-12,,high", ",2026-06-11,,high", 5, "the period of 'us-fisa-702' overlaps that in line 3"),
    ],
    "operators.csv": [
        ("us-cloud-act", "us-cloud", 9, "laws: 'us-cloud' is no id of laws.csv"),
        ("us-cloud-act", "cn-nil", 9, "laws: 'cn-nil' is a law of neither the operator's nor the parent's"),
        (
            "aws,aws-eusc,,,",
            "aws,aws,,,",
            10,
            "valid_from: the period of 'aws aws' overlaps that in line 2; correct one of them",
        ),
        ("Dienst ICT Uitvoering", "logius", 4, "aliases: 'logius' is a name of another partition already"),
    ],
    "settings.toml": [
        ("as_at = 2026-11-22", 'as_at = "2026"', 1, "as_at: must be a date; write it without quotes"),
        ("as_at = 2026-11-22", "as_at = ", 9, "; correct the TOML"),
        ("as_at = 2026-11-22", "at = 2026-11-22", 1, "at: is not known here; use as_at, words, tags"),
        ("[tags]", "[tag]", 1, "tag: is not known here; use as_at"),
        ("tbb_1_to_3 =", "tbb =", 1, "tbb: is not known here; use material"),
        ("not_material = [", 'not_material = ["ja", ', 1, "not_material: 'ja' stands under material already"),
    ],
    "rulesets/RCB2026.toml": [
        ('name = "RCB2026"', 'name = ""', 1, "name: must be a text that is not empty"),
        ('name = "RCB2026"', 'label = "RCB2026"', 1, "label: is not known here; use name, title"),
        ('name = "RCB2026"', 'name = "RCB2027"', 1, "name: 'RCB2027' is not the name of the file"),
        ("[permitted]", "[permited]", 1, "permited: is not known here"),
        ('countries = ["CH"]', 'countries = ["CHE"]', 1, "countries: 'CHE' is no code of countries.csv"),
        ('excluded = ["BQ"]', 'excluded = ["CH"]', 1, "excluded: 'CH' stands under countries too"),
        ("adequate = false", 'adequate = "no"', 1, "adequate: must be true or false"),
        ('grounds = ["primary_task"', 'grounds = ["task"', 1, "grounds: 'task' is not one of primary_task"),
        ('finding = "location_unknown"', 'finding = "unknown"', 1, "finding: 'unknown' is not one of"),
        (
            'applies_when = ["any"]',
            'applies_when = ["always"]',
            1,
            "applies_when: 'always' is not one of any",
        ),
        ('confidence = "secondary source"', 'confidence = "sure"', 1, "confidence: 'sure' is not one of"),
    ],
    "rulesets/RCB2022.toml": [
        ('applies_when = ["any"]', "applies_when = []", 1, "applies_when: must be a list of texts"),
    ],
}
CASES = [(name, *each) for name, faults in FAULTS.items() for each in faults]


@pytest.mark.parametrize(("name", "old", "new", "column", "message"), CASES)
def test_wrong_field(
    data_files: dict[str, bytes], name: str, old: str, new: str, column: int, message: str
) -> None:
    """Each fault is named at its line and column, with what to correct."""
    content = data_files[name].decode()
    before, found, after = content.partition(old)
    assert found == old
    text = fault(data_files, name, f"{before}{new}{after}".encode())
    assert text.startswith(f"{name}:{before.count(chr(10)) + 1}:{column}: ")
    assert message in text


def test_file_missing_from_a_bundle(data_files: dict[str, bytes]) -> None:
    """A rule set without one of its files is refused by the file's name."""
    contents = {name: content for name, content in data_files.items() if name != "laws.csv"}
    with pytest.raises(PolicyDataError, match=r"laws\.csv:1:1: the file is missing; add it"):
        build(contents)


def test_file_too_many(data_files: dict[str, bytes]) -> None:
    """A file that no rule reads is refused: it would change the version and nothing else."""
    assert fault(data_files, "law.csv", b"") == "law.csv:1:1: the file is not known here; remove it"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('verdict = "perhaps"\nwhen = { tag = ["a"] }', ":12:1: verdict: 'perhaps' is not one of material"),
        ('verdict = "material"', ":10:1: when: must be a condition"),
        ('verdict = "material"\nwhen = { value = ["a"] }', ":13:1: when: a condition needs a tag or a type"),
        ('verdict = "material"\nwhen = { tags = ["a"] }', ":13:1: when: 'tags' is not known here"),
        ('verdict = "material"\nwhen = { tag = "a" }', "tag: must be a list of texts"),
        ('verdict = "material"\nwhen = []', ":13:1: when: asks nothing"),
        ('verdict = "material"\nwhen = { tag = ["a"] }\nreason = "b"', ":14:1: reason: is not known here"),
        ('verdict = "material"\nwhen = { tag = ["a"] }', "reason_en: must be a text that is not empty"),
        ("when = {", ":"),
    ],
)
def test_wrong_rule(data_files: dict[str, bytes], line: str, expected: str) -> None:
    """A fault in the second rule is named in the second rule."""
    text = fault(data_files, "material_rules.toml", RULE.format(line=line).encode())
    assert expected in text
    assert int(text.split(":")[1]) >= 10


def test_rule_id_twice(data_files: dict[str, bytes]) -> None:
    """Two rules cannot have one id: a verdict names its rule by it."""
    first = RULE.format(line="").split("\n\n")[0]
    text = fault(data_files, "material_rules.toml", f"{first}\n{first}".encode())
    assert text == "material_rules.toml:11:1: id: 'a' is taken; choose another"


def test_no_rules(data_files: dict[str, bytes]) -> None:
    """An empty rule file is a mistake, not a wish."""
    assert fault(data_files, "material_rules.toml", b"") == (
        "material_rules.toml:1:1: rule: there are no tables [[rule]]; add one"
    )


def test_empty_csv(data_files: dict[str, bytes]) -> None:
    """A file without even its first line is refused."""
    assert fault(data_files, "laws.csv", b"").startswith(
        "laws.csv:1:1: the first line must name these columns"
    )


def test_not_utf8(data_files: dict[str, bytes]) -> None:
    """The byte that is not UTF-8 is named by line and column."""
    content = data_files["laws.csv"].replace(b"EO 12333", b"EO \xe9", 1)
    line = content.split(b"\xe9")[0].count(b"\n") + 1
    column = len(content.split(b"\xe9")[0].split(b"\n")[-1]) + 1
    assert fault(data_files, "laws.csv", content) == (
        f"laws.csv:{line}:{column}: not UTF-8; save the file as UTF-8"
    )
