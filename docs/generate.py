"""Writes the generated parts of the documentation: commands from their help, types from the kinds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import click

from agent import catalogue
from agent.cli import commands as agent
from collector.cli import cli as collector
from collector.client.cli import cli as asker
from policy import ruleset
from policy.asset_facts import ASSET
from policy.language.schema import Field
from policy.rule_files import DUTIES
from policy.texts import LOCATION_RULES
from wolkenzicht.model import LocationClass

#: What `judge` is asked beside a code: the source knows the place, and declares no country.
DECLARED_CODE = (True, ())
INSIDE, ADEQUATE, UNKNOWN, OUTSIDE = LocationClass
#: Help is laid out for this many columns, whatever terminal it is generated in.
WIDTH = 90


def commands() -> str:
    """Every command of the three with its help, as Markdown."""
    parts: list[str] = []
    for name, command in (
        ("wolkenzicht", asker),
        ("wolkenzicht-agent", agent),
        ("wolkenzicht-collector", collector),
    ):
        parts.extend(_command(command, name, None, 2))
    return "\n".join(parts)


def _command(command: click.Command, name: str, parent: click.Context | None, level: int) -> Iterator[str]:
    context = click.Context(
        command, info_name=name, parent=parent, terminal_width=WIDTH, max_content_width=WIDTH
    )
    text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    yield f"{'#' * level} `{context.command_path}`\n\n```text\n{text}\n```\n"
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            found = command.get_command(context, each)
            if found is not None:
                yield from _command(found, each, context, min(level + 1, 4))


def aws_kinds() -> str:
    """The table of AWS resource kinds, as Markdown."""
    return kinds("aws")


def kinds(family: str) -> str:
    """The table of a family's resource kinds, and of what it does not read, as Markdown."""
    rows = [
        "| type | name | depth | read per | holds | locations | permissions |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    unread = []
    for row in catalogue.rows(family):
        if row.depth is None:
            unread.append(f"| `{row.type}` | {row.reason} |")
            continue
        rights = "<br>".join(f"`{permission}`" for permission in row.permissions)
        type_ = f"[{row.title}]({row.docs_url})<br>`{row.type}`"
        if family == "odc":
            type_ = f"[`{row.type}`]({row.docs_url.removeprefix('docs/')})"
        rows.append(
            f"| {type_} | `{row.connector if family == 'odc' else row.name}` | {row.depth} | {row.scope} "
            f"| {row.holds or ''} | {', '.join(row.states)} | {rights} |"
        )
    if unread:
        rows += ["", "Not read:", "", "| type | why |", "| --- | --- |", *unread]
    return "\n".join(rows) + "\n"


def catalogues() -> str:
    """What the catalogues of location codes hold, counted by what a code may prove, as Markdown."""
    found = ruleset.load().locations
    rows = [
        "| provider | codes | inside | adequate | outside | unknown, with a reason | confidence low |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for provider, codes in sorted(found.catalogues.items()):
        classes = Counter(found.judge(provider, code, *DECLARED_CODE)[0].location_class for code in codes)
        counts = [classes[each] for each in (INSIDE, ADEQUATE, OUTSIDE, UNKNOWN)]
        low = sum(each.confidence == "low" for each in codes.values())
        rows.append(f"| `{provider}` | {len(codes)} | {' | '.join(map(str, counts))} | {low} |")
    return "\n".join(rows) + "\n"


def codes_of_several_countries() -> str:
    """The codes that stand for more than one country or for a member state that nobody names, as Markdown."""
    found = ruleset.load().locations
    rows = ["| code | countries | class | confidence |", "| --- | --- | --- | --- |"]
    for provider, codes in sorted(found.catalogues.items()):
        for code, region in sorted(codes.items()):
            if len(region.countries) > 1 or region.kind == "eu_member":
                seen, _ = found.judge(provider, code, *DECLARED_CODE)
                countries = ", ".join(region.countries) or "a member state of the Union"
                rows.append(
                    f"| `{provider}` `{code}` | {countries} | {seen.location_class} | {region.confidence} |"
                )
    return "\n".join(rows) + "\n"


def location_rules() -> str:
    """Every rule that can decide about a location, with its text, as Markdown."""
    rows = [f"| `{rule}` | {text} |" for rule, text in LOCATION_RULES["en"].items()]
    return "\n".join(["| rule | what it says |", "| --- | --- |", *rows]) + "\n"


def rule_fields() -> str:
    """What rules about assets may name, as Markdown."""
    rows = ["| name | type | what it is | compared |", "| --- | --- | --- | --- |"]
    for each in ASSET.fields:
        kind = f"`{each.type.name}`" if not each.type.fields else ""
        rows.append(f"| `{each.name}` | {kind} | {_meaning(each)} | {_compared(each)} |")
        within = each.type.element or each.type
        rows.extend(
            f"| `{each.name}{'[]' if each.type.element else ''}.{part.name}` | `{part.type.name}` "
            f"| {_meaning(part)} | {_compared(part)} |"
            for part in within.fields
        )
    return "\n".join(rows) + "\n"


def rule_functions() -> str:
    """The functions of the language, as Markdown."""
    rows = ["| function | gives | what | steps |", "| --- | --- | --- | --- |"]
    for each in ASSET.callable:
        names = [parameter.name for parameter in each.parameters]
        call = f"{names[0]}.{each.name}({', '.join(names[1:])})" if each.method else ""
        call = call or f"{each.name}({', '.join(names)})"
        rows.append(f"| `{call}` | `{each.result.name}` | {each.meaning} | {each.cost} |")
    return "\n".join(rows) + "\n"


def duty_conditions() -> str:
    """What duties may depend on, as Markdown."""
    rows = [f"| `{each.name}` | {each.meaning} |" for each in DUTIES.fields]
    return "\n".join(["| name | true where |", "| --- | --- |", *rows]) + "\n"


def _meaning(field: Field) -> str:
    return (
        f"{field.meaning}: {', '.join(f'`{each}`' for each in field.choices)}"
        if field.choices
        else field.meaning
    )


def _compared(field: Field) -> str:
    if field.type.fields or field.type.element:
        return ""
    return "in small letters" if field.folded else "exactly"
