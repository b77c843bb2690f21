"""A department's file for tests, made of rows: stricter ones, weaker ones, and an exemption."""

from __future__ import annotations

import re

FILE = "departments/bzk.toml"

HEAD = """
organisation = "{organisation}"
title = "Own rules"
valid_from = 2026-08-01
confidence = "to be checked"
source = "test"
"""
BASIS = """
clause = "art. 1"
confidence = "to be checked"
source = "test"
"""
EXEMPTION = (
    """
[[exemption]]
id = "until_spring"
weakens_en = "what the rule set says"
weakens_nl = "wat de regelset zegt"
reason_en = "a supplier moves"
reason_nl = "een leverancier verhuist"
decided_by = "the CIO"
decided_on = 2026-09-01
valid_from = 2026-09-01
valid_until = 2027-03-31
"""
    + BASIS
)
TOLD = (
    "exemption until_spring of bzk (what the rule set says), decided by the CIO on 2026-09-01, "
    "art. 1, to be checked; reason: a supplier moves; until 2027-03-31"
)
NOT_MATERIAL = """
[[material]]
id = "archive"
when = "tags.exists(t, t.key == 'proces' && t.value == 'primair')"
verdict = "not_material"
exemption = "until_spring"
reason_en = "an archive"
reason_nl = "een archief"
"""
MATERIAL = """
[[material]]
id = "acceptance"
when = "tags.exists(t, t.key == 'env' && t.value == 'acc')"
verdict = "material"
reason_en = "acceptance carries the primary task here"
reason_nl = "acceptatie draagt hier de primaire taak"
"""
FORBIDDEN = """
[[forbidden]]
id = "eer_only"
countries = ["CH"]
text_en = "data is in the EER"
text_nl = "gegevens staan in de EER"
"""
PERMITTED = """
[[permitted]]
id = "virginia"
countries = ["US"]
exemption = "until_spring"
"""
WAIVED = """
[[waived]]
id = "no_dpia"
duty = "dpia"
exemption = "until_spring"
"""


def own(*rows: str, organisation: str = "bzk") -> bytes:
    """A department's file with these rows, each with a basis where it lacks one, and with its examples."""
    parts = [(row if "clause =" in row else row + BASIS) + _examples(row) for row in rows]
    return "\n".join([HEAD.format(organisation=organisation), *parts]).encode()


def _examples(row: str) -> str:
    """Examples for the simplest conditions: one tag with one value, or one condition of a duty."""
    header = row.split("[[")[1].split("]]", maxsplit=1)[0]
    if tag := re.search(r"t\.key == '(\w+)' && t\.value == '(\w+)'", row):
        tags = f"tags = {{ {tag[1]} = '{tag[2]}' }}"
        return f"\n[[{header}.example]]\n{tags}\nmatches = true\n\n[[{header}.example]]\nmatches = false\n"
    if named := re.search(r'applies_when = "(\w+)"', row):
        given = (
            {"yes": "{}"}
            if named[1] == "true"
            else {
                "yes": f"{{ {named[1]} = true }}",
                "no": f"{{ {named[1]} = false }}",
            }
        )
        return "".join(
            f'\n[[{header}.example]]\ngiven = {values}\nfollows = "{follows}"\n'
            for follows, values in given.items()
        )
    return ""
