"""How an item of a JSON answer is read: what has another shape than documented makes it unfit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from connectors.base import Rejected
from connectors.odc.values import UnfitError, fit
from wolkenzicht.model import Asset


class Answer:
    """One JSON object and the path to it; a field that is absent or null reads as empty.

    Every method raises `UnfitError`, naming the path, for a value of another type.
    """

    def __init__(self, raw: object, path: str = "") -> None:
        if not isinstance(raw, dict):
            raise UnfitError(path or "item", "is no JSON object")
        self._raw = raw
        self._path = path

    def part(self, key: str) -> Answer:
        """The object under a key; an empty one where there is none."""
        value = self._raw.get(key)
        return Answer({} if value is None else value, self._name(key))

    def parts(self, key: str) -> Iterator[Answer]:
        """The objects in the list under a key."""
        value = self._raw.get(key)
        if not isinstance(value, list | None):
            raise UnfitError(self._name(key), "is no list")
        for each in value or ():
            yield Answer(each, f"{self._name(key)}[]")

    def text(self, key: str, *, naming: bool = False) -> str:
        """The text, number or truth value under a key, as text."""
        value = self._raw.get(key)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if not isinstance(value, str | int | float):
            raise UnfitError(self._name(key), "is no text")
        return fit(str(value), self._name(key), naming=naming)

    def required(self, key: str) -> str:
        """The text under a key that every item has."""
        value = self.text(key, naming=True)
        if not value:
            raise UnfitError(self._name(key), "is missing in the answer")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts in the list under a key."""
        value = self._raw.get(key)
        if not isinstance(value, list | None) or not all(isinstance(each, str) for each in value or ()):
            raise UnfitError(self._name(key), "is no list of texts")
        return tuple(fit(each, self._name(key)) for each in value or ())

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """The texts in the object under a key, sorted by their names."""
        found = self.part(key)
        return tuple((name, found.text(name)) for name in sorted(map(str, found.keys())))

    def moment(self, key: str) -> datetime | None:
        """The moment under a key, written as ISO 8601; in UTC where it names no zone."""
        value = self.text(key)
        if not value:
            return None
        try:
            found = datetime.fromisoformat(value)
        except ValueError as error:
            raise UnfitError(self._name(key), "is no moment in ISO 8601") from error
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def has(self, key: str) -> bool:
        """Whether the key is there with a value."""
        return self._raw.get(key) is not None

    def keys(self) -> Iterator[str]:
        """The keys that are there."""
        return iter(self._raw)

    def _name(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key


def judged(raw: object, origin: str, make: Callable[[Answer], Asset]) -> Asset | Rejected:
    """The asset that an item of an answer is, or why it is none."""
    try:
        return make(Answer(raw))
    except UnfitError as unfit:
        return Rejected("", origin, unfit.column, str(unfit))
