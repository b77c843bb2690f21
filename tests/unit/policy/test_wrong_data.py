"""A wrong data file is refused with its file, line and column, and with what to correct."""

from __future__ import annotations

import pytest

from policy.rows import PolicyDataError
from policy.ruleset import build
from wolkenzicht.errors import WolkenzichtError

RULE = """# a comment
[lists]
places = ["env"]
[[rule]]
id = "a"
when = '''tags.exists(t, t.key in places && t.value == "test")'''
verdict = "not_material"
reason_en = "a"
reason_nl = "a"
source = "a"
[[rule.example]]
tags = {{ Env = "Test" }}
verdict = "not_material"
[[rule.example]]
tags = {{ env = "prod" }}
matches = false

[[rule]]
id = "b"
{line}
"""
REST = """verdict = "material"
reason_en = "b"
reason_nl = "b"
source = "b"
"""
WHEN = (
    """when = '''
type == "t"
'''
"""
    + REST
)


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
        ('applies_when = "true"', 'applies_when = "always"', 17, "applies_when: 'always' is not known here"),
        ('applies_when = "true"', "applies_when = true", 1, "applies_when: must be a text that is not empty"),
        (
            'applies_when = "material"',
            'applies_when = "material &&"',
            28,
            "applies_when: something is missing",
        ),
        ('follows = "no"', 'follows = "yes"', 1, "follows: expected yes, came out no; correct the example"),
        ('follows = "yes"', 'follows = "perhaps"', 1, "follows: 'perhaps' is not one of yes, no, possible"),
        ("given = { material = true }", "given = { materiel = true }", 1, "given: 'materiel' is not known"),
        ("given = { material = true }", "given = { material = 1 }", 1, "given: must say true or false"),
        ('confidence = "secondary source"', 'confidence = "sure"', 1, "confidence: 'sure' is not one of"),
    ],
    "rulesets/RCB2022.toml": [
        ('applies_when = "true"', 'applies_when = ""', 1, "applies_when: must be a text that is not empty"),
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
        (
            WHEN.replace('"material"', '"perhaps"'),
            (
                ":23:1: verdict: 'perhaps' is not one of material, not_material, undetermined; "
                "choose one of them"
            ),
        ),
        (REST, ":18:1: when: must be a text that is not empty"),
        ("when = 1\n" + REST, ":20:1: when: must be a text that is not empty"),
        (WHEN + 'reason = "b"', ":27:1: reason: is not known here"),
        (WHEN.replace("reason_en", "source"), ":"),
        (WHEN.replace('reason_en = "b"', ""), ":18:1: reason_en: must be a text that is not empty"),
        ("when = {", ":"),
        (WHEN.replace("type", "\n  kind"), ":22:3: when: 'kind' is not known here; use provider,"),
        ("when = '  typ == \"t\"'\n" + REST, ":20:11: when: 'typ' is not known here (do you mean 'type'?)"),
        ("when = '''type == 1'''\n" + REST, ":20:16: when: a string is not compared with an int"),
        ('when = "type == 1"\n' + REST, ":20:14: when: a string is not compared with an int"),
        (WHEN, ":18:1: example: there is no [[rule.example]] that the rule matches; add one"),
        (
            WHEN + "[[rule.example]]\nmatches = true",
            ":18:1: example: there is no [[rule.example]] that the rule does not match; add one",
        ),
        (
            WHEN + "[[rule.example]]\nmatches = false",
            ":28:1: matches: 'b' matches this asset; correct the example or `when`",
        ),
        (
            WHEN + '[[rule.example]]\ntype = "u"\n  matches = true',
            ":29:3: matches: 'b' does not match this asset; correct the example or `when`",
        ),
        (
            WHEN + '[[rule.example]]\ntags = { ENV = "TEST" }\nverdict = "material"',
            ":29:1: verdict: expected material, came out not_material by rule 'a'; correct the example or",
        ),
        (
            WHEN + '[[rule.example]]\ntype = "u"\nverdict = "material"',
            ":29:1: verdict: expected material, came out undetermined by no rule; correct the example or",
        ),
        (WHEN + "[[rule.example]]\n", ":27:1: matches: say either whether the rule matches, or the verdict"),
        (
            WHEN + '[[rule.example]]\nmatches = true\nverdict = "material"',
            ":28:1: matches: say either whether",
        ),
        (WHEN + "[[rule.example]]\nmatch = true", ":28:1: match: is not known here; use provider"),
        (WHEN + '[[rule.example]]\ntags = ["a"]', ":28:1: tags: must name texts, such as { env ="),
        (WHEN + "[[rule.example]]\nname = 1", ":28:1: name: must be a text"),
        (WHEN + '[[rule.example]]\nholds = "all"', ":28:1: holds: 'all' is not one of content, metadata"),
        (WHEN + '[[rule.example]]\ndepth = "low"', ":28:1: depth: 'low' is not one of deep, shallow"),
        (WHEN + '[[rule.example]]\ndeclared = { x = "y" }', ":28:1: declared: 'x' is not known here; use"),
        (WHEN + 'example = "x"', ":27:1: example: write tables [[rule.example]]"),
        (WHEN + "example = [{ matches = true }]", ":27:1: example: write each as a table of its own, under"),
    ],
)
def test_wrong_rule(data_files: dict[str, bytes], line: str, expected: str) -> None:
    """A fault in the second rule is named in the second rule, at its line and column."""
    text = fault(data_files, "material_rules.toml", RULE.format(line=line).encode())
    assert expected in text
    assert int(text.split(":")[1]) >= 18


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ('my-list = ["a"]', ":3:1: my-list: is no name; use letters, digits and _"),
        ('tags = ["a"]', ":3:1: tags: is a name of the language already; choose another"),
        ("places = [1]", ":3:1: places: must be a list of texts"),
    ],
)
def test_wrong_list(data_files: dict[str, bytes], lists: str, expected: str) -> None:
    """A list of words has a name that expressions can use, and texts."""
    content = RULE.format(line=WHEN).replace('places = ["env"]', lists)
    assert expected in fault(data_files, "material_rules.toml", content.encode())


def test_too_many_dear_rules(data_files: dict[str, bytes]) -> None:
    """Each within its bound, but not all together."""
    dear = " || ".join(f'tags.exists(t, t.value.contains("{each}"))' for each in range(10))
    rules = "".join(f"[[rule]]\nid = \"{each}\"\nwhen = '''{dear}'''\n{REST}" for each in range(40))
    text = fault(data_files, "material_rules.toml", rules.encode())
    assert "when: with this one the rules of the file may take more than 200000 steps; write fewer" in text


def test_rule_id_twice(data_files: dict[str, bytes]) -> None:
    """Two rules cannot have one id: a verdict names its rule by it."""
    first = RULE.format(line="").split("\n\n")[0]
    again = first[first.index("[[rule]]") :]
    text = fault(data_files, "material_rules.toml", f"{first}\n{again}".encode())
    assert text == "material_rules.toml:18:1: id: 'a' is taken; choose another"


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
