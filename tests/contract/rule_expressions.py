"""Makes expressions of the subset, and the values of a frame: what the oracle and ours are compared on."""

from __future__ import annotations

import json
import re

from hypothesis import strategies as st

from policy.asset_facts import ASSET, PROPERTIES, TAGS, properties_of, tags_of
from policy.language.expression import Expression
from policy.language.schema import BOOL, Schema
from policy.words import fold

LISTS = (("live", ("prod", "productie", "p")), ("places", ("env", "omgeving")))
WORDS = [
    "env",
    "omgeving",
    "prod",
    "p",
    "test",
    "",
    "é",
    "aws",
    "x y",
    "12",
    "007",
    '"',
    "\\",
    "it's",
    "deep",
]
KEYS = ["env", "omgeving", "kms_key", "Env", "x"]
VALUES = [*WORDS, "PROD", "E\u0301", "1125899906842624", "arn:aws:kms:r:111122223333:key/1"]
#: What rules on keys look for, in full.
ENDS = [
    "arn:aws:kms:r:111122223333:key/1",
    "arn:aws:kms:r:444455556666:key/mrk-1",
    "arn:aws:kms:r:444455556666:alias/aws/s3",
    "https://h.managedhsm.azure.net/keys/k",
    "projects/p/locations/l/keyrings/r/cryptokeys/k",
    "2048",
]
STRINGS = [path for path in ASSET.by_path if path not in (TAGS, PROPERTIES)]

words = st.sampled_from(WORDS)


def literal(text: str) -> str:
    """A text as an expression writes it, in double quotes."""
    return json.dumps(text, ensure_ascii=False)


literals = words.map(literal)
numbers = st.sampled_from(["0", "1", "2", "9223372036854775807"])
plain = [each for each in STRINGS if each not in ("holds", "depth")]


def texts(element: str | None) -> st.SearchStrategy[str]:
    """Something that is a text."""
    fields = [*plain, *([f"{element}.key", f"{element}.value"] if element else [])]
    return st.sampled_from(fields) | literals


def lists() -> st.SearchStrategy[str]:
    """Something that stands after `in`."""
    written = st.lists(literals, max_size=3).map(lambda found: f"[{', '.join(found)}]")
    return st.sampled_from([name for name, _ in LISTS]) | written


def comparisons(element: str | None) -> st.SearchStrategy[str]:
    """Something that is true or false, and has no condition in it."""
    text = texts(element)
    operators = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    methods = st.sampled_from(["startsWith", "endsWith", "contains"])
    counts = st.one_of(
        numbers,
        text.map(lambda found: f"size({found})"),
        text.map(lambda found: f"{found}.size()"),
        text.map(lambda found: f"number({found})"),
        st.sampled_from(["size(tags)", "properties.size()", "size(live)", 'size(["a", "b"])']),
    )
    return st.one_of(
        st.tuples(text, operators, text).map(" ".join),
        st.tuples(text, lists()).map(lambda found: f"{found[0]} in {found[1]}"),
        st.tuples(text, methods, text).map(lambda found: f"{found[0]}.{found[1]}({found[2]})"),
        st.tuples(counts, operators, counts).map(" ".join),
        st.tuples(text, text).map(lambda found: f"other_account({found[0]}, {found[1]})"),
        st.sampled_from(["true", "false"]),
    )


def combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Conditions of conditions; each part in brackets or, sometimes, not."""
    part = inner.map(lambda found: f"({found})") | inner
    joined = st.sampled_from([" && ", " || "]).flatmap(
        lambda sign: st.lists(part, min_size=2, max_size=3).map(sign.join)
    )
    return st.one_of(
        joined,
        inner.map(lambda found: f"!({found})"),
        st.tuples(inner, inner, inner).map(lambda found: f"({found[0]}) ? ({found[1]}) : {found[2]}"),
        st.tuples(inner, st.sampled_from(["==", "!="]), inner).map(
            lambda found: f"({found[0]}) {found[1]} ({found[2]})"
        ),
    )


def quantified(depth: int) -> st.SearchStrategy[str]:
    """`exists` and `all` over the lists of an asset and of words."""
    element = f"e{depth}"
    body = st.recursive(comparisons(element), combined, max_leaves=3)
    over = st.tuples(st.sampled_from([TAGS, PROPERTIES]), st.sampled_from(["exists", "all"]), body).map(
        lambda found: f"{found[0]}.{found[1]}({element}, {found[2]})"
    )
    of_words = st.tuples(st.sampled_from([name for name, _ in LISTS]), texts(None)).map(
        lambda found: f"{found[0]}.exists(w, {found[1]}.startsWith(w))"
    )
    return over | of_words


#: Conditions about an asset.
conditions = st.recursive(comparisons(None) | quantified(0) | quantified(1), combined, max_leaves=6)


#: Without NUL, at which the oracle ends a text; no store keeps an asset with it.
characters = st.characters(codec="utf-8", exclude_characters="\0")
pairs = st.lists(
    st.tuples(st.sampled_from(KEYS), st.sampled_from(VALUES) | st.text(characters, max_size=5)), max_size=4
)


@st.composite
def asset_values(draw: st.DrawFn) -> tuple[object, ...]:
    """The values of the asset's variables."""
    values: dict[str, object] = {
        path: fold(draw(words)) if each.folded else draw(words)
        for path, each in ASSET.by_path.items()
        if path in STRINGS
    }
    return tuple(
        tags_of(draw(pairs))
        if path == TAGS
        else properties_of(draw(pairs))
        if path == PROPERTIES
        else values[path]
        for path in ASSET.by_path
    )


def packaged_values(when: Expression) -> st.SearchStrategy[tuple[object, ...]]:
    """Values of an asset near what a rule asks: made of the words that stand in it."""
    quoted = re.findall(r'"([^"]*)"', when.text)
    said = st.sampled_from([*quoted, *(word for _, found in when.lists for word in found), *ENDS])
    found = st.one_of(said, st.tuples(said, said).map("".join), st.text(characters, max_size=4))
    keys = st.sampled_from([*(each for known in when.reads.keys.values() for each in known or ()), "x"])
    some = st.lists(st.tuples(keys, found), max_size=4)
    near = {"provider": when.concerns.providers, "type": when.concerns.types, "depth": {"deep", "shallow"}}
    near |= {"holds": {"content", "nothing"}, "account": {"111122223333", "x"}}
    return st.tuples(
        *(
            some.map(tags_of)
            if path == TAGS
            else some.map(properties_of)
            if path == PROPERTIES
            else st.sampled_from(sorted(near.get(path) or {"", "x"}))
            for path in ASSET.by_path
        )
    )


def three_valued(schema: Schema) -> st.SearchStrategy[tuple[bool | None, ...]]:
    """A value for each variable of a schema that has conditions only; None where it is not known."""
    assert all(each.type is BOOL for each in schema.by_path.values())
    return st.tuples(*(st.sampled_from([True, False, None]) for _ in schema.by_path))


def of_conditions(schema: Schema) -> st.SearchStrategy[str]:
    """Expressions over variables that are true, false or unknown."""
    leaves = st.sampled_from([*schema.by_path, "true", "false"])
    return st.recursive(leaves, combined, max_leaves=8)
