"""`policy`: the rules and facts that everything is judged by, as signed bundles."""

from __future__ import annotations

import click

from collector.commands.groups import Commands
from collector.commands.policy.activation import activate, history
from collector.commands.policy.contents import export, validate
from collector.commands.policy.signing import keys, sign
from collector.commands.policy_diff import diff
from collector.commands.policy_status import status


@click.group(cls=Commands)
def policy() -> None:
    """Rules and facts as signed bundles: written, checked, signed, put in force.

    Without a bundle the rules that came with this version are in force.
    """


for command in (export, validate, diff, keys, sign, activate, history, status):
    policy.add_command(command)
