"""A department's file that is wrong, or weaker without an exemption, refuses the edition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from policy.rows import PolicyDataError
from policy.ruleset import build
from tests.unit.policy.department_rows import (
    EXEMPTION,
    FILE,
    FORBIDDEN,
    MATERIAL,
    NOT_MATERIAL,
    PERMITTED,
    WAIVED,
    own,
)

DAY = date(2026, 11, 22)

UNEXEMPTED = '\nexemption = "until_spring"'


def refusal(data_files: Mapping[str, bytes], content: bytes, file: str = FILE) -> str:
    """What an edition with this file is refused with."""
    with pytest.raises(PolicyDataError) as caught:
        build({**data_files, file: content})
    return str(caught.value)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            (PERMITTED.replace(UNEXEMPTED, ""),),
            "9:1: exemption: this row permits what the rule set does not; name the [[exemption]] that ",
        ),
        (
            (NOT_MATERIAL.replace(UNEXEMPTED, ""),),
            "9:1: exemption: this row says not_material; name the [[exemption]] that it rests on",
        ),
        (
            (WAIVED.replace(UNEXEMPTED, ""),),
            "9:1: exemption: this row waives the duty 'dpia'; name the [[exemption]] that it rests on",
        ),
        (
            (PERMITTED,),
            "12:1: exemption: 'until_spring' is no [[exemption]] of this file; add it or correct it",
        ),
        (
            (EXEMPTION.replace("valid_until = 2027-03-31", ""),),
            "9:1: valid_until: an exemption has an end; add its last day, as 2027-12-31",
        ),
        (
            (EXEMPTION.replace("decided_on = 2026-09-01", "decided_on = 2026-09-02"),),
            "16:1: decided_on: lies after 2026-09-01, from when it counts; correct one",
        ),
        (
            (EXEMPTION.replace('reason_nl = "een leverancier verhuist"', ""),),
            "9:1: reason_nl: must be a text that is not empty; fill it in",
        ),
        (
            (EXEMPTION, EXEMPTION.replace("2026-09", "2028-09").replace("2027-03", "2029-03")),
            "26:1: id: 'until_spring' is taken; choose another, rows name it",
        ),
        (
            (FORBIDDEN.replace('"CH"', '"XX"'),),
            "11:1: countries: 'XX' is no code of countries.csv; correct the code",
        ),
        (
            (FORBIDDEN.replace("countries", "all_but").replace('"CH"', '"NL", "nl"'),),
            "11:1: all_but: 'nl' is no code of countries.csv; correct the code",
        ),
        (
            (FORBIDDEN.replace("text_en", 'all_but = ["NL"]\ntext_en'),),
            "11:1: countries: give either countries or all_but, which names those left",
        ),
        (
            (FORBIDDEN, FORBIDDEN),
            "valid_from: the period of 'eer_only' overlaps that in line 9; correct one of them",
        ),
        (
            (FORBIDDEN, MATERIAL.replace('id = "acceptance"', 'id = "eer_only"')),
            "id: 'eer_only' is the id of a [[forbidden]] already; choose another",
        ),
        (
            (FORBIDDEN.replace('"eer_only"', '"EER only"'),),
            "10:1: id: 'EER only' is no id; use small letters, digits and '_'",
        ),
        (
            (FORBIDDEN + "valid_from = 2026-07-31\n",),
            "valid_from: lies before 2026-08-01, when the rule set begins; correct one of them",
        ),
        (
            (MATERIAL + 'exemption = "until_spring"\n', EXEMPTION),
            "exemption: a rule that says material weakens nothing; leave it out",
        ),
        (
            (WAIVED.replace('"dpia"', '"dpja"'), EXEMPTION),
            "duty: 'dpja' is no duty of a rule set; correct the id",
        ),
        (
            (WAIVED.replace('"dpia"', '"state_secret"'), EXEMPTION),
            "duty: 'state_secret' is a prohibition, and no exemption lifts one; remove the row",
        ),
        (
            (FORBIDDEN.replace("text_nl", "text_fy"),),
            "text_fy: is not known here; use id, countries, all_but,",
        ),
        (('\n[[allowed]]\nid = "x"\n',), "allowed: is not known here; use organisation, title, valid_from,"),
    ],
)
def test_a_wrong_row_refuses_the_edition(
    data_files: dict[str, bytes], rows: tuple[str, ...], expected: str
) -> None:
    """File, line and column are named, and what to do."""
    message = refusal(data_files, own(*rows))
    assert message.startswith(f"{FILE}:")
    assert expected in message


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            "departments/B Z K.toml",
            "departments/B Z K.toml:1:1: 'B Z K' is no identifier of an organisation;",
        ),
        ("departments/../bzk.toml", "'../bzk' is no identifier of an organisation; name the file"),
        ("departments/bzk.tml", "name the file departments/<organisation>.toml"),
        ("departments/.toml", "'' is no identifier of an organisation"),
        ("departments/bz.toml", "departments/bz.toml:2:1: organisation: is not 'bz', as the file is called;"),
        ("elsewhere/bzk.toml", "elsewhere/bzk.toml:1:1: the file is not known here; remove it"),
    ],
)
def test_a_file_that_is_no_departments_is_refused(
    data_files: dict[str, bytes], file: str, expected: str
) -> None:
    """The name is an organisation's identifier, and the file says it too."""
    assert expected in refusal(data_files, own(), file)


def test_all_departments_are_checked_whoever_asks(data_files: dict[str, bytes]) -> None:
    """A fault in one file refuses the edition for all."""
    contents = {**data_files, FILE: own(), "departments/vws.toml": own(organisation="ocw")}
    with pytest.raises(PolicyDataError, match=r"departments/vws\.toml:2:1"):
        build(contents, DAY, None, ("bzk",))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            b"tags = { env = 'acc' }",
            b"tags = { env = 'tst' }",
            "22:1: matches: 'acceptance' does not match this asset;",
        ),
        (b"t.value", b"t.colour", "11:44: when: 'colour' is not known here; use key, value"),
        (b"== 'acc'", b"== nowhere", "when: 'nowhere' is not known here"),
        (
            b"matches = true",
            b'verdict = "material"',
            "22:1: verdict: depends on the rule set too; say whether the rule matches",
        ),
        (
            b"matches = true",
            b"matches = false",
            "22:1: matches: 'acceptance' matches this asset; correct the example or `when`",
        ),
        (
            b"[[material.example]]\nmatches = false",
            b"",
            "[[material.example]] that the rule does not match; add",
        ),
    ],
)
def test_conditions_are_checked_and_their_examples_tried(
    data_files: dict[str, bytes], old: bytes, new: bytes, expected: str
) -> None:
    """As in the rule files: with the place, and what to correct."""
    content = own(MATERIAL)
    assert old in content
    assert expected in refusal(data_files, content.replace(old, new, 1))
