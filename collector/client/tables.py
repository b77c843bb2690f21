"""Which columns each table has, and how their values read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from collector.client.layout import Column, Shape
from collector.client.texts import Texts
from wolkenzicht.model import INVENTORY_TYPE

#: The counts of an overview by class, left out where the rows are classes already.
_BY_CLASS = ("inside_eea", "outside_eea_adequate", "unknown", "outside_eea")
#: Of what is inside the EER: shown whatever the rows are, but where they tell how far law reaches themselves.
_BY_LAW = ("inside_eea_exposed", "inside_eea_law_unknown")
_COUNTS = ("assets", "content", *_BY_CLASS, *_BY_LAW, "material", "undetermined")

#: Left out of a narrow terminal; the classes of content stay, and how much of the inside is exposed.
_SPARE_COUNTS = ("content", "material", "undetermined", "inside_eea_law_unknown")

#: The section of texts for a value of a group.
_GROUP_SECTIONS = {
    "class": "class",
    "material": "material",
    "country": "group",
    "custody": "custody",
    "law_reach": "law_reach",
}


def overview_columns(group: Mapping[str, str]) -> list[Column]:
    """The columns of an overview whose rows have a group like this one."""
    columns = [
        Column(
            "material_use" if name == "material" else name,
            _group(name),
            narrowest=15 if name == "type" else None,
        )
        for name in group
    ]
    left_out = (*(_BY_CLASS if "class" in group else ()), *(_BY_LAW if "law_reach" in group else ()))
    counted = [name for name in _COUNTS if name not in left_out]
    return columns + [
        Column(name, _count(name), number=True, spare=name in _SPARE_COUNTS) for name in counted
    ]


def total_row(group: Mapping[str, str], total: Shape, texts: Texts) -> list[str]:
    """The cells of the row with the total; it has the group's columns too."""
    columns = overview_columns(group)
    words = [texts.heading("total"), *("" for _ in group)][: len(group)]
    return [*words, *(column.text(total, texts) for column in columns[len(group) :])]


def moment(value: str | None) -> str:
    """A time as people read it: minutes, in UTC."""
    if not value:
        return ""
    return f"{datetime.fromisoformat(value):%Y-%m-%d %H:%M} UTC"


def _group(name: str) -> Callable[[Shape, Texts], str]:
    section = _GROUP_SECTIONS.get(name)

    def text(row: Shape, texts: Texts) -> str:
        value: str = row["group"][name]
        return texts.word(section, value) if section else value or "-"

    return text


def _count(name: str) -> Callable[[Shape, Texts], str]:
    return lambda row, _texts: str(row[name])


def _plain(key: str) -> Callable[[Shape, Texts], str]:
    return lambda row, _texts: row[key] or ""


def _word(key: str, section: str) -> Callable[[Shape, Texts], str]:
    return lambda row, texts: texts.word(section, row[key]) if row[key] else ""


def _moment(key: str) -> Callable[[Shape, Texts], str]:
    return lambda row, _texts: moment(row[key]).replace(" UTC", "Z")


def _outcome(key: str) -> Callable[[Shape, Texts], str]:
    return lambda row, texts: texts.word("outcome", row[key]) if row[key] else texts.line("not_yet")


def _scope_type(row: Shape, texts: Texts) -> str:
    """The type that a scope is about; of an inventory that it is one."""
    return texts.line("inventory") if row["type"] == INVENTORY_TYPE else _plain("type")(row, texts)


def _message(row: Shape, texts: Texts) -> str:
    """What happened; of a scope that is no longer planned, why."""
    if row["planned"]:
        return _plain("message")(row, texts)
    reason = row["unplanned_reason"]
    why = texts.word("unplanned", reason) if reason else ""
    return texts.line("unplanned_because", reason=why) if why else texts.line("unplanned")


ASSETS = (
    Column("asset_id", _plain("asset_id"), narrowest=18),
    Column("type", _plain("type"), narrowest=15, spare=True),
    Column("organisation", _plain("organisation"), spare=True),
    Column("countries", lambda row, _texts: " ".join(row["countries"]) or "?"),
    Column("location_class", _word("location_class", "class")),
    Column("law_reach", _word("law_reach", "law_reach"), narrowest=20, spare=True),
    Column("material", _word("material", "material"), spare=True),
    Column("last_seen", _moment("last_seen")),
    Column("scope_outcome", _outcome("scope_outcome")),
)


def _changes(row: Shape, texts: Texts) -> str:
    """What was otherwise before, or that there was nothing; the first few."""
    shown = [f"{each['field']}: {each['before'] or '-'} → {each['after'] or '-'}" for each in row["changes"]]
    shown = shown[:_CHANGES_SHOWN] + (["…"] if shown[_CHANGES_SHOWN:] else [])
    said = [texts.word("version", each) for each in ("appeared", "removed") if row[each]]
    return "; ".join([*shown, *said])


#: How many changed fields a table names; JSON and CSV have all.
_CHANGES_SHOWN = 4

VERSIONS = (
    Column("valid_from", _moment("valid_from")),
    Column("valid_to", _moment("valid_to")),
    Column("recorded", _moment("recorded")),
    Column("superseded", _moment("superseded")),
    Column("withdrawn", _moment("withdrawn"), spare=True),
    Column("cause", _word("cause", "cause")),
    Column("location_class", _word("location_class", "class")),
    Column("version_changes", _changes, narrowest=30),
    Column("policy_version", _plain("policy_version"), narrowest=12, spare=True),
)


def _kinds(row: Shape, texts: Texts) -> str:
    return ", ".join(texts.word("difference", each) for each in row["kinds"])


DIFFERENCES = (
    Column(
        "difference", lambda row, texts: ", ".join(texts.word("difference", each) for each in row["kinds"])
    ),
    Column("asset_id", _plain("asset_id"), narrowest=18),
    Column("type", _plain("type"), narrowest=15, spare=True),
    Column("organisation", _plain("organisation")),
    Column("countries_before", lambda row, _texts: " ".join(row["countries_before"])),
    Column("countries_after", lambda row, _texts: " ".join(row["countries_after"])),
    Column("class_before", _word("class_before", "class"), spare=True),
    Column("class_after", _word("class_after", "class"), spare=True),
    Column("account", _plain("account"), spare=True),
    Column("location", _plain("location"), spare=True),
    Column("outcome", _word("outcome", "outcome"), spare=True),
)

DIFFERENCE_COUNTS = (
    Column("organisation", _plain("organisation")),
    *(
        Column(name, _count(name), number=True)
        for name in ("appeared", "vanished", "moved", "changed_class", "scopes_seen_no_more")
    ),
)

FINDINGS = (
    Column("severity", _word("severity", "severity")),
    Column("kind", _word("kind", "kind")),
    Column("summary", _plain("summary"), narrowest=24, spare=True),
    Column("about", _plain("subject"), narrowest=18),
    Column("organisation", _plain("organisation")),
    Column("owner", _plain("owner"), narrowest=10, spare=True),
    Column("opened", _moment("opened")),
    Column("state", _word("state", "state"), spare=True),
)

EXEMPTIONS = (
    Column("last_day", _plain("last_day")),
    Column("exemption", _plain("exemption_id"), narrowest=12),
    Column("organisation", _plain("organisation")),
    Column(
        "kind", lambda row, texts: ", ".join(texts.word("kind", each) for each in row["kinds"]), narrowest=15
    ),
    Column("exemption_scope", _plain("scope"), narrowest=18),
    Column("decision", _plain("decision"), narrowest=12),
    Column("decided_by", _plain("decided_by"), narrowest=10, spare=True),
    Column("findings", _count("findings"), number=True),
)

FINDING_VERSIONS = (
    Column("valid_from", _moment("valid_from")),
    Column("valid_to", _moment("valid_to")),
    Column("recorded", _moment("recorded"), spare=True),
    Column("state", _word("state", "state")),
    Column("severity", _word("severity", "severity")),
    Column("places", _plain("places"), narrowest=20),
    Column("done_by", _plain("done_by"), narrowest=10),
    Column("note", _plain("note"), narrowest=15, spare=True),
)

DISCREPANCIES = (
    Column("discrepancy", _word("kind", "discrepancy")),
    Column("asset_id", _plain("asset_id"), narrowest=18),
    Column("type", _plain("type"), narrowest=15, spare=True),
    Column("location", _plain("location"), spare=True),
    Column("inventory", _plain("inventory"), narrowest=12, spare=True),
    Column("tenant", _plain("tenant")),
    Column("account", _plain("account"), spare=True),
    Column("since", _moment("since")),
    Column("ended", _moment("ended"), spare=True),
)

COVERAGE = (
    Column("tenant", _plain("tenant")),
    Column("account", _plain("account"), spare=True),
    Column("location", _plain("location")),
    Column("type", _scope_type, narrowest=15),
    Column("outcome", _outcome("outcome")),
    Column("permission", _plain("permission"), narrowest=20, spare=True),
    Column("denied_by", _word("denied_by", "denied_by"), narrowest=12, spare=True),
    Column("last_complete", _moment("last_complete")),
    Column("message", _message, narrowest=20, spare=True),
)

SIGHT_CHANGES = (
    Column("changed", _moment("changed")),
    Column("change", _word("kind", "change")),
    Column("tenant", _plain("tenant")),
    Column("account", _plain("account"), narrowest=12),
    Column("location", _plain("location")),
    Column("type", _plain("type"), narrowest=15, spare=True),
    Column("scopes", lambda row, _texts: str(row["scopes"] or ""), number=True, spare=True),
    Column("detail", _plain("detail"), narrowest=20, spare=True),
)

GAPS = (
    Column("tenant", _plain("tenant")),
    Column("organisation", _plain("organisation"), spare=True),
    Column("gap_from", _moment("from")),
    Column("gap_until", _moment("until")),
    Column("gap_cause", _word("cause", "gap"), narrowest=20),
)
