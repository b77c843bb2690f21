"""Which kinds of asset a datacentre's inventory knows, and what each of them does with data."""

from __future__ import annotations

from dataclasses import dataclass

from wolkenzicht.model import Holds, Operation


@dataclass(frozen=True, slots=True)
class InventoryKind:
    """One kind: the word in the column `kind`, other words for it, and what it does with data.

    Reading a file needs no permission.
    """

    word: str
    type: str
    holds: Holds
    operation: Operation
    synonyms: tuple[str, ...] = ()
    permission: str = ""
    docs_url: str = "docs/connectors-odc.md"

    @property
    def title(self) -> str:
        """The word as it stands at the head of a row about the kind."""
        return self.word.capitalize() if self.word != "vm" else "Virtual machine"


#: A word that no kind has becomes `OTHER`: it may hold anything, so it counts as content.
OTHER = InventoryKind("other", "ODC::Other", Holds.CONTENT, Operation.STORED, ("overig", "overige", "anders"))
KINDS = (
    InventoryKind("server", "ODC::Server", Holds.CONTENT, Operation.PROCESSED, ("host", "fysieke server")),
    InventoryKind(
        "vm",
        "ODC::VirtualMachine",
        Holds.CONTENT,
        Operation.PROCESSED,
        ("virtual machine", "virtuele machine", "virtuele server"),
    ),
    InventoryKind("database", "ODC::Database", Holds.CONTENT, Operation.STORED, ("db", "databank")),
    InventoryKind("storage", "ODC::Storage", Holds.CONTENT, Operation.STORED, ("opslag", "volume", "share")),
    InventoryKind(
        "application", "ODC::Application", Holds.CONTENT, Operation.PROCESSED, ("applicatie", "app")
    ),
    InventoryKind("backup", "ODC::Backup", Holds.CONTENT, Operation.BACKED_UP, ("back-up", "reservekopie")),
    InventoryKind("network", "ODC::Network", Holds.NOTHING, Operation.PROCESSED, ("netwerk",)),
    OTHER,
)

_BY_WORD = {word: kind for kind in KINDS for word in (kind.word, *kind.synonyms)}
BY_TYPE = {kind.type: kind for kind in KINDS}


def kind_of(word: str) -> InventoryKind:
    """The kind that a word in the column `kind` names; `OTHER` where none does."""
    return _BY_WORD.get(" ".join(word.casefold().split()), OTHER)
