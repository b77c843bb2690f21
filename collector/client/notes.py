"""What stands under every answer: how much was seen, what was not, and what a location class covers."""

from __future__ import annotations

from collector.client.layout import Shape
from collector.client.tables import moment
from collector.client.texts import Texts


def coverage_line(completeness: Shape, texts: Texts) -> str:
    """How much of the estate was seen, in one line."""
    return texts.line(
        "completeness",
        complete=completeness["scopes_complete"],
        scopes=texts.number("scopes", completeness["scopes_planned"]),
        blind=texts.number("blind", completeness["scopes_blind"]),
        oldest=moment(completeness["oldest_look"]) or texts.line("never"),
    )


def times(answer: Shape, texts: Texts) -> list[str]:
    """A line on the times that the answer is about, none where that is the present."""
    if "as_of" not in answer:
        return []
    told = texts.line("times", as_of=moment(answer["as_of"]), known_at=moment(answer["known_at"]))
    return [told, texts.line("month_end")] if answer["month_end"] else [told]


def law(total: Shape, texts: Texts) -> list[str]:
    """A line on how much of what is inside the EER foreign law reaches; none where nothing is inside."""
    if not total["inside_eea"]:
        return []
    numbers = {"exposed": total["inside_eea_exposed"], "unknown": total["inside_eea_law_unknown"]}
    return [texts.line("law", inside=total["inside_eea"], **numbers)]


def warnings(completeness: Shape, texts: Texts) -> list[str]:
    """A line for each reason why the answer does not cover everything."""
    lines = []
    if not completeness["scopes_planned"]:
        lines.append(texts.line("warning_nothing"))
    if completeness["scopes_blind"]:
        blind = texts.number("blind", completeness["scopes_blind"])
        lines.append(texts.line("warning_blind", blind=blind))
    if completeness["tenants_silent"]:
        silent = texts.number("silent", completeness["tenants_silent"])
        lines.append(texts.line("warning_silent", silent=silent))
    return lines


def discrepancies(count: int, texts: Texts) -> list[str]:
    """A line on the discrepancies that stand, none where there are none."""
    return [texts.line("discrepancies", count=texts.number("discrepancies", count))] if count else []


def search_behind(count: int, texts: Texts) -> list[str]:
    """A line on assets that a search does not know yet, none where it knows them all."""
    return [texts.line("search_behind", count=texts.number("behind", count))] if count else []


def is_complete(completeness: Shape) -> bool:
    """Whether an answer stands on a look at everything."""
    return bool(
        completeness["scopes_planned"]
        and not completeness["scopes_blind"]
        and not completeness["tenants_silent"]
    )


def asset_warnings(asset: Shape, texts: Texts) -> list[str]:
    """A line for each reason why what is said of an asset may not hold now."""
    if asset["removed"]:
        return [texts.line("warning_removed", removed=moment(asset["removed"]))]
    if is_asset_current(asset):
        return []
    outcome = asset["scope_outcome"]
    word = texts.word("outcome", outcome) if outcome else texts.line("not_yet")
    return [texts.line("warning_scope", outcome=word, last_seen=moment(asset["last_seen"]))]


def is_asset_current(asset: Shape) -> bool:
    """Whether the last look at an asset's scope was complete."""
    return bool(asset["removed"]) or asset["scope_outcome"] == "complete"
