"""How much of the SDK's description of AWS stays in memory: the operations that are called, no more."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from botocore.loaders import JSONFileLoader, Loader

_SERVICE_MODEL = "service-2"


#: By shape the members of it that are read.
Members = Mapping[str, Collection[str]]


def lean_loader(
    operations: Mapping[str, Collection[str]],
    data_path: str | None,
    members: Mapping[str, Members] | None = None,
) -> Loader:
    """A loader for botocore that keeps only these operations of these services.

    `members` names by service the shapes of which only some members are read; what the model lacks is
    not parsed.

    EC2's description alone takes 16 MB and its client gets a method for each of 700 operations;
    with the four that are called it is under 1 MB. Other services (those that credentials come from)
    are loaded whole. `data_path` is the SDK's own setting for further folders.
    """
    folders = [
        os.path.expandvars(os.path.expanduser(folder))  # noqa: PTH111 - Path does not expand variables
        for folder in (data_path or "").split(os.pathsep)
        if folder
    ]
    return Loader(extra_search_paths=folders, file_loader=_LeanFileLoader(operations, members or {}))


class _LeanFileLoader(JSONFileLoader):
    def __init__(self, operations: Mapping[str, Collection[str]], members: Mapping[str, Members]) -> None:
        self._operations = operations
        self._members = members
        self._shapes: dict[str, frozenset[str]] = {}

    def load_file(self, file_path: str) -> Any:
        """The file's content; of a known service's model only what is needed."""
        content = super().load_file(file_path)
        path = Path(file_path)
        folder, service = str(path.parent), path.parent.parent.name
        if content is None or service not in self._operations:
            return content
        if path.name == _SERVICE_MODEL:
            content = pruned(content, self._operations[service], self._members.get(service, {}))
            self._shapes[folder] = frozenset(content["shapes"])
        elif path.name.startswith(f"{_SERVICE_MODEL}.") and folder in self._shapes:
            # The SDK merges these additions into the model; those to shapes that are gone would stand
            # there without a type.
            _without(content, self._shapes[folder])
        return content


def _without(extras: dict[str, Any], shapes: Collection[str]) -> None:
    added = extras.get("merge", {}).get("shapes", {})
    for name in set(added) - set(shapes):
        del added[name]


def pruned(
    model: dict[str, Any], operations: Collection[str], members: Members | None = None
) -> dict[str, Any]:
    """The service model with these operations and the shapes that they reach, of some these members."""
    kept = {name: model["operations"][name] for name in operations if name in model["operations"]}
    shapes: dict[str, Any] = {}
    waiting = [
        reference["shape"]
        for operation in kept.values()
        for reference in (operation.get("input"), operation.get("output"), *operation.get("errors", ()))
        if reference
    ]
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shape = shapes[name] = _narrowed(model["shapes"][name], (members or {}).get(name))
            parts = (
                *shape.get("members", {}).values(),
                *(shape.get(key) for key in ("member", "key", "value")),
            )
            waiting.extend(part["shape"] for part in parts if part)
    return {**model, "operations": kept, "shapes": shapes}


def _narrowed(shape: dict[str, Any], members: Collection[str] | None) -> dict[str, Any]:
    if members is None:
        return shape
    kept = {name: part for name, part in shape["members"].items() if name in members}
    return {**shape, "members": kept}
