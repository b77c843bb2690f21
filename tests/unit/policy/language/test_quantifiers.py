"""What `exists` and `all` find, in every way that a condition on elements can be asked, and what shows it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from policy.asset_facts import ASSET, properties_of, tags_of
from policy.language.answers import Unknown
from policy.language.expression import Found, compile_expression
from policy.language.schema import BOOL, STRING, Field, Schema, Type

LISTS = {"live": ("prod", "acc"), "keys": ("env", "stage")}
TAGS = [("ENV", "Prod"), ("b", "x1"), ("Zone", "env")]
NONE: tuple[tuple[str, str], ...] = ()
ENV, B, ZONE = ("tags.ENV", "Prod"), ("tags.b", "x1"), ("tags.Zone", "env")


def found(text: str, tags: Sequence[tuple[str, str]] = TAGS, *, name: str = "", account: str = "") -> Found:
    """The answer of an expression about an asset with these tags, which are its properties too."""
    facts: dict[str, object] = {
        **dict.fromkeys(ASSET.by_path, ""),
        "name": name,
        "account": account,
        "tags": tags_of(tags),
        "properties": properties_of([(key.lower(), value) for key, value in tags]),
    }
    return compile_expression(text, ASSET, LISTS).evaluate([facts[path] for path in ASSET.by_path])


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('t.key == "env"', ENV),
        ('"env" == t.key', ENV),
        ('t.value == "env"', ZONE),
        ("t.key in keys", ENV),
        ("t.value in live", ENV),
        ('t.key != "b"', ENV),
        ('t.key > "b"', ENV),
        ('t.key >= "env"', ENV),
        ('t.key < "env"', B),
        ('t.value <= "env"', ZONE),
        ('"c" > t.key', B),
        ("t.key > t.value", ZONE),
        ("t.key == t.value", None),
        ('t.value.startsWith("x")', B),
        ('t.value.contains("n")', ZONE),
        ('t.key.endsWith("v")', ENV),
        ("t.value.contains(t.key)", None),
        ('"env".startsWith(t.value)', ZONE),
        ("t.value.size() == 2", B),
        ("size(t.key) > size(t.value)", ZONE),
        ("t.key.size() in [1, 9]", B),
        ('!(t.key in ["b", "env"])', ZONE),
        ("true", B),
        ("false", None),
        # A key, and more of it.
        ('t.key == "env" && t.value == "prod"', ENV),
        ("t.key in keys && t.value in live", ENV),
        ('t.key == "env" && t.value == "test"', None),
        ('t.key == "none" && t.value == "prod"', None),
        ('t.key == "b" && t.value == "prod"', None),
        ('t.key == "b" && t.value != "prod"', B),
        ('t.key == "b" && t.value.startsWith("x")', B),
        ('t.key == "b" && t.value.startsWith("y")', None),
        ('t.key == "none" && t.value != "y"', None),
        ('t.key == "b" && t.key == "b"', B),
        ('t.key == "env" && t.value == "prod" && t.value.size() == 4', ENV),
        ('t.key == "env" && t.value == "prod" && t.value.size() == 5', None),
        ('t.key == "env" && t.value != "x" && t.value.size() == 4 && t.key.size() == 3', ENV),
        ('t.key == "env" && t.value != "x" && t.value.size() == 4 && t.key.size() == 4', None),
        ('t.key == "env" && t.value != "prod" && t.value.size() == 4 && t.key.size() == 3', None),
        ('t.value == "x1" && t.key == "b"', B),
        ('t.key.size() == 4 && t.value == "env"', ZONE),
        # One of several, and choices.
        ('t.key == "none" || t.value == "env"', ZONE),
        ('t.key == "none" || t.value == "none" || t.key == "b"', B),
        ('t.key == "none" || t.value == "none" || t.key == "none"', None),
        ('t.key == "b" ? t.value == "x2" : t.value == "env"', ZONE),
        ('t.key == "b" ? t.value == "x1" : false', B),
        ('(t.key == "b") == (t.value == "env")', ENV),
        ('(t.key == "b") != (t.value == "prod")', B),
        # What is asked of more than the element.
        ("t.value == name", ZONE),
        ("name == t.value", ZONE),
        ("t.key in keys && t.value.startsWith(account)", ENV),
        ("t.key.contains(name)", ENV),
        ('t.key == "zone" && name == "env"', ZONE),
        ('t.key == "zone" && name == "other"', None),
        ("live.exists(w, t.value.startsWith(w))", ENV),
        ("!live.exists(w, t.value.startsWith(w))", B),
        ("keys.exists(w, t.value == w)", ZONE),
    ],
)
def test_exists_and_its_opposite(condition: str, expected: tuple[str, str] | None) -> None:
    """The first element that passes is what shows it, as it was written; none does where all fail."""
    shown = (expected,) if expected else NONE
    assert found(f"tags.exists(t, {condition})", name="env", account="pr") == (bool(expected), shown)
    # The same of the other list, and as the opposite of all.
    renamed = tuple((path.lower().replace("tags.", "properties."), value) for path, value in shown)
    in_properties = found(f"!properties.all(t, !({condition}))", name="env", account="pr")
    assert in_properties == (bool(expected), renamed)
    assert found(f"tags.all(t, !({condition}))", name="env", account="pr").answer is not bool(expected)
    assert found(f"tags.exists(t, {condition})", [], name="env", account="pr") == (False, NONE)
    assert found(f"tags.all(t, {condition})", [], name="env", account="pr").answer is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('tags.all(t, t.key != "a" && t.key != "c")', (True, (("tags.a", "not set"), ("tags.c", "not set")))),
        ('tags.all(t, t.key != "a" || t.value == "x")', (True, (("tags.a", "not set"),))),
        ('tags.all(t, t.key != "b" || t.value == "x1")', (True, NONE)),
        ('tags.all(t, t.key != "b" || t.value == "x2")', (False, NONE)),
        ("tags.all(t, t.value.size() > 1)", (True, NONE)),
        ('tags.all(t, !(t.key in ["c", "a"]) || t.value == name)',
         (True, (("tags.a", "not set"), ("tags.c", "not set")))),
        ('tags.all(t, t.key != "b" || t.value == name)', (False, NONE)),
        ('tags.all(t, t.key in ["b", "env", "zone"])', (True, NONE)),
    ],
)  # fmt: skip
def test_all(text: str, expected: tuple[bool, tuple[tuple[str, str], ...]]) -> None:
    """The keys that would decide and are not set are what shows it, in order; none where it fails."""
    assert found(text) == expected


def test_a_list_within_a_list() -> None:
    """The outer element stands first; each list is gone through anew for each element of the other."""
    text = "keys.exists(k, tags.exists(t, t.key == k && t.value in live))"
    assert found(text) == (True, (ENV,))
    assert found("keys.all(k, tags.exists(t, t.key == k))") == (False, NONE)
    assert found("tags.exists(t, keys.all(k, t.value != k) && t.key.size() == 1)") == (True, (B,))
    assert found('["b", "env"].all(k, tags.exists(t, t.key == k))').answer is True
    assert found('["b", "env"].exists(k, tags.all(t, t.key != k))') == (False, NONE)
    assert found('["b", "a"].exists(k, tags.all(t, t.key != k))').answer is True


def test_what_held_of_an_element_that_failed_shows_nothing() -> None:
    """Only what held of the element that decided is shown."""
    text = 'tags.exists(t, other_account("arn:a:b:c:222222222222:d", account) && t.value == name)'
    assert found(text, account="111111111111", name="env") == (
        True,
        (ZONE, ("account", "111111111111")),
    )
    assert found(text, account="111111111111", name="none") == (False, NONE)


ELEMENT = Type("pair", None, (Field("key", STRING, "key"), Field("value", STRING, "value")))
OPEN = Schema(
    "open",
    (Field("a", BOOL, "a"), Field("b", BOOL, "b"), Field("pairs", Type("list(pair)", ELEMENT), "pairs")),
)
PAIRS = (("x", "1", "X", "1"), ("y", "2", "Y", "2"))


@pytest.mark.parametrize(
    ("text", "a", "b", "expected"),
    [
        ('pairs.exists(p, p.key == "x" && a)', None, None, (Unknown(("a",)), NONE)),
        ('pairs.exists(p, p.key == "x" && a)', True, None, (True, (("pairs.X", "1"), ("a", "true")))),
        ('pairs.exists(p, p.key == "x" && a || p.key == "y" && b)', None, None, (Unknown(("a", "b")), NONE)),
        ('pairs.exists(p, p.key == "x" && a || p.key == "y" && b)', None, True,
         (True, (("pairs.Y", "2"), ("b", "true")))),
        ('pairs.exists(p, p.key == "x" && a || p.key == "y" && b)', None, False, (Unknown(("a",)), NONE)),
        ('pairs.exists(p, p.key == "z" && a)', None, None, (False, NONE)),
        ('pairs.all(p, p.key == "x" && a)', None, None, (False, NONE)),
        ('pairs.all(p, p.key == "x" || a)', None, None, (Unknown(("a",)), NONE)),
        ('pairs.all(p, p.key == "x" || a)', True, None, (True, NONE)),
        ('pairs.all(p, p.key != "x" || a)', False, None, (False, NONE)),
        ('["q", "r"].exists(w, w == "r" && a)', None, None, (Unknown(("a",)), NONE)),
        ('["q", "r"].exists(w, w == "r" && a)', True, None, (True, (("a", "true"),))),
        ('["q", "r"].all(w, w == "q" || a)', True, None, (True, NONE)),
        ('["q", "r"].all(w, w == "q" || a)', False, None, (False, NONE)),
        ("[true, false].exists(w, w == a)", False, None, (True, NONE)),
        ("[1, 2].all(n, n > 0)", None, None, (True, NONE)),
        ("[1, 2].exists(n, n > 2)", None, None, (False, NONE)),
    ],
)  # fmt: skip
def test_what_is_unknown_within_a_list(
    text: str, a: bool | None, b: bool | None, expected: tuple[object, tuple[tuple[str, str], ...]]
) -> None:
    """It is unknown where no element decides and one may; each variable is named once, in order."""
    assert compile_expression(text, OPEN, {}).evaluate([a, b, PAIRS]) == expected
