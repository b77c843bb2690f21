"""How one asset reads: all that is known of it, and why it has its verdict, also for a lawyer."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from collector.client import notes
from collector.client.layout import Shape, printable
from collector.client.tables import moment
from collector.client.texts import Texts

#: Columns that running text takes where standard output is no terminal.
_TEXT_WIDTH = 100
_NARROWEST = 40
#: Subjects whose statement begins with their name, as it must where it stands alone.
_TWICE = ("location_class", "law_reach", "takeover", "decision", "conflict")


#: The rule of the step on coverage where an earlier version is explained.
EARLIER = "coverage.earlier"


def asset(shape: Shape, texts: Texts, width: int | None) -> str:
    """An asset, a field a line, its data locations below one another."""
    fields = [
        ("asset_id", shape["asset_id"]),
        ("name", shape["name"]),
        ("type", shape["type"]),
        ("organisation", shape["organisation"]),
        ("tenant", shape["tenant"]),
        ("provider", shape["provider"]),
        ("account", shape["account"]),
        ("location", shape["location"]),
        ("holds", _word(shape, "holds", "holds", texts)),
        ("location_class", _word(shape, "location_class", "class", texts)),
        *(("locations", line) for line in _locations(shape, texts)),
        ("contract_countries", ", ".join(shape["contract_countries"])),
        *(("verbs", line) for line in _verbs(shape, texts)),
        ("jurisdictions", ", ".join(shape["jurisdictions"]) or texts.word("group", "unknown")),
        ("law_reach", _word(shape, "law_reach", "law_reach", texts)),
        *(("takeovers", name) for name in shape["takeovers"]),
        ("custody", _custody(shape, texts)),
        ("material_use", _word(shape, "material", "material", texts)),
        ("material_reason", shape["material_reason"]),
        *(("declarations", line) for line in _declared(shape, texts)),
        *(("tags", f"{key} = {value}") for key, value in shape["tags"].items()),
        *(("properties", f"{key} = {value}") for key, value in shape["properties"].items()),
        ("depth", _word(shape, "depth", "depth", texts)),
        ("created", moment(shape["created"])),
        ("first_seen", moment(shape["first_seen"])),
        ("last_seen", moment(shape["last_seen"])),
        ("removed", moment(shape["removed"])),
        ("scope_outcome", _outcome(shape, texts)),
        ("policy_version", shape["policy_version"]),
    ]
    return _fields([(texts.heading(key), value) for key, value in fields if value], width)


def finding(shape: Shape, texts: Texts, width: int | None) -> str:
    """A finding, a field a line."""
    fields = [
        ("finding_id", shape["finding_id"]),
        ("kind", _word(shape, "kind", "kind", texts)),
        ("severity", _word(shape, "severity", "severity", texts)),
        ("severity_why", texts.sections["severity_why"].get(shape["kind"], "")),
        ("state", _word(shape, "state", "state", texts)),
        ("about", shape["subject"]),
        ("organisation", shape["organisation"]),
        ("tenant", shape["tenant"]),
        ("owner", shape["owner"]),
        ("summary", shape["summary"]),
        ("clause", shape["clause"]),
        ("remedy", shape["remedy"]),
        ("opened", moment(shape["opened"])),
        ("resolved", moment(shape["resolved"])),
        ("acknowledged", moment(shape["acknowledged"])),
        ("done_by", shape["acknowledged_by"]),
        ("note", shape["acknowledge_note"]),
        ("exemption", shape["exemption"]),
        ("unverified", moment(shape["unverified"])),
    ]
    return _fields([(texts.heading(key), value) for key, value in fields if value], width)


def event_line(shape: Shape, texts: Texts) -> str:
    """What became of a finding, on one line."""
    about = shape["finding"]
    parts = [
        moment(shape["time"]),
        _word(about, "severity", "severity", texts),
        _word(about, "state", "state", texts),
        about["summary"],
        about["finding_id"],
        " ".join(part for part in (shape["done_by"], shape["note"]) if part),
    ]
    return "  ".join(part for part in parts if part)


def explanation(shape: Shape, steps: Sequence[Shape], texts: Texts, width: int | None) -> str:
    """The verdict and the steps that lead to it, each with its rule, source and evidence."""
    head = [
        (texts.heading("asset_id"), shape["asset_id"]),
        (texts.heading("name"), shape["name"]),
        (texts.heading("type"), shape["type"]),
        (texts.heading("organisation"), shape["organisation"]),
        (texts.heading("location_class"), _word(shape, "location_class", "class", texts)),
        (texts.heading("law_reach"), _word(shape, "law_reach", "law_reach", texts)),
        (texts.heading("custody"), _word(shape, "custody", "custody", texts)),
        (texts.heading("policy_version"), shape["policy_version"]),
    ]
    parts = [_fields([pair for pair in head if pair[1]], width), texts.line("why")]
    parts += [_step(number, step, texts, width) for number, step in enumerate(steps, 1)]
    return "\n\n".join(parts)


def warnings(shape: Shape, texts: Texts) -> list[str]:
    """What may make the picture of this asset untrue, and what its class covers."""
    return [*notes.asset_warnings(shape, texts), texts.line("covers")]


def _step(number: int, step: Shape, texts: Texts, width: int | None) -> str:
    subject = texts.word("subject", step["subject"])
    head = f"{number}. {subject}: "
    lines = _wrap(_sentence(step["statement"], step["subject"], subject), head, "   ", width)
    pairs = [("rule", step["rule"]), ("source", step["source"])]
    pairs += [("evidence", f"{each['path']} = {each['value']}") for each in step["evidence"]]
    pairs += [("fact", _fact(each, texts)) for each in step.get("facts", ())]
    longest = max(len(texts.heading(key)) for key, _ in pairs)
    for key, value in pairs:
        if value:
            label = f"   {texts.heading(key) + ':':<{longest + 1}} "
            lines += _wrap(value, label, " " * len(label), width)
    return "\n".join(lines)


def _fact(fact: Shape, texts: Texts) -> str:
    """A fact with its period, the day that it was looked up for, and how sure; its source is in JSON."""
    first, last = fact["valid_from"], fact["valid_until"]
    period = (
        texts.line("fact_between", first=first, last=last)
        if first and last
        else texts.line("fact_from", first=first)
        if first
        else texts.line("fact_until", last=last)
        if last
        else texts.line("fact_undated")
    )
    confidence = texts.word("confidence", fact["confidence"])
    return texts.line("fact", name=fact["name"], period=period, day=fact["as_at"], confidence=confidence)


def _sentence(statement: str, subject: str, heading: str) -> str:
    """The statement without the heading that stands before it already."""
    if subject in _TWICE:
        start = f"{heading.lower()}: "
        return statement.removeprefix(start)
    return statement


def _fields(pairs: Sequence[tuple[str, str]], width: int | None) -> str:
    longest = max(len(label) for label, _ in pairs)
    lines: list[str] = []
    before = ""
    for label, value in pairs:
        head = f"{'' if label == before else label:<{longest}}  "
        lines += _wrap(value, head, " " * len(head), width)
        before = label
    return "\n".join(lines)


def _wrap(text: str, first: str, others: str, width: int | None) -> list[str]:
    return textwrap.wrap(
        printable(" ".join(text.split())),
        max(width or _TEXT_WIDTH, _NARROWEST),
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]


def _locations(shape: Shape, texts: Texts) -> Iterator[str]:
    for place in shape["locations"]:
        countries = ", ".join(place["countries"]) or "?"
        proof = place["evidence"]
        evidence = f"; {proof['path']} = {proof['value']}" if proof else ""
        yield (
            f"{_word(place, 'operation', 'operation', texts)}: {place['location'] or '?'} ({countries}), "
            f"{_word(place, 'class', 'class', texts)}, {_word(place, 'certainty', 'certainty', texts)}"
            f"{evidence}"
        )


def _verbs(shape: Shape, texts: Texts) -> Iterator[str]:
    for each in shape["verbs"]:
        verb = _word(each, "verb", "operation", texts)
        if not each["known"]:
            yield f"{verb}: {texts.line('verb_not_told')}"
            continue
        countries = ", ".join(each["countries"]) or "?"
        operations = ", ".join(texts.word("operation", one) for one in each["operations"])
        found = texts.line("verb_from", operations=operations)
        yield f"{verb}: {_word(each, 'class', 'class', texts)} ({countries}), {found}"


def _custody(shape: Shape, texts: Texts) -> str:
    rule = f" ({shape['custody_rule']})" if shape["custody_rule"] else ""
    return f"{_word(shape, 'custody', 'custody', texts)}{rule}"


def _declared(shape: Shape, texts: Texts) -> Iterator[str]:
    for key, value in shape["declarations"].items():
        if value:
            yield f"{texts.heading(key)} = {value}"


def _word(shape: Shape, key: str, section: str, texts: Texts) -> str:
    return texts.word(section, shape[key]) if shape[key] else ""


def _outcome(shape: Shape, texts: Texts) -> str:
    if shape["removed"]:
        return ""
    return _word(shape, "scope_outcome", "outcome", texts) or texts.line("not_yet")
