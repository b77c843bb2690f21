"""The command `wolkenzicht-agent`: parses its arguments and tells errors in one line; no more than that.

What a command needs is imported by that command, so that `--help` and `--version` load no SDK.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from wolkenzicht.errors import WolkenzichtError

if TYPE_CHECKING:
    from agent.config import AgentConfig

_NAME = "wolkenzicht-agent"
_FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="How the rows are shown.",
)


# Shown below the help; the first character keeps click from joining the lines.
_EXAMPLES = """\b
Example:
  wolkenzicht-agent --config agent.toml check
  wolkenzicht-agent --config agent.toml run --once
"""
_CHECK = """\b
Example:
  wolkenzicht-agent --config agent.toml check
Outcomes: denied, throttled, failed; not tried (and why); not enabled, unsupported; allowed.
Exit codes: 0 all works, 3 something would not be seen, 1 the collector or a setting is wrong.
"""
_PLAN = """\b
Example:
  wolkenzicht-agent --config agent.toml plan --format csv
Exit codes: 0 planned, 3 a source could not be planned, 1 a setting is wrong.
"""
_RUN = """\b
Example:
  wolkenzicht-agent --config agent.toml run --once
Exit codes of --once: 0 complete, 3 finished with blind spots, 1 failed.
"""


_KINDS = """\b
Example:
  wolkenzicht-agent kinds --connector aws --format csv
Depth: deep (read with the properties that place its data), shallow (listed), none (not read, and why).
"""
_PERMISSIONS = """\b
Example:
  wolkenzicht-agent permissions --format aws-policy --document read-1 > read-1.json
  wolkenzicht-agent permissions --format azure-role > role.json
"""


class _Setup:
    """What the options before the command say."""

    def __init__(self, file: Path, log_format: str, log_level: str) -> None:
        self.file = file
        self._log_format = log_format
        self._log_level = log_level

    def config(self) -> AgentConfig:
        """The configuration. Raises `ConfigurationError`."""
        from agent import config  # noqa: PLC0415 - see the module's docstring

        return config.load(self.file)

    def log_to(self, stream: TextIO, level: str = "") -> None:
        """Send logs to `stream`, at `level` unless the command line names another."""
        from wolkenzicht import logs  # noqa: PLC0415 - see the module's docstring

        as_json = None if self._log_format == "auto" else self._log_format == "json"
        logs.configure(stream, json=as_json, level=self._log_level or level or "INFO")


@click.group(epilog=_EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    "file",
    type=click.Path(path_type=Path),
    default="agent.toml",
    show_default=True,
    envvar="WOLKENZICHT_AGENT_CONFIG",
    show_envvar=True,
    help="The configuration file.",
)
@click.option("--log-format", type=click.Choice(["auto", "text", "json"]), default="auto", show_default=True)
@click.option("--log-level", type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"]), default=None)
@click.version_option(package_name="wolkenzicht", prog_name=_NAME)
@click.pass_context
def commands(context: click.Context, file: Path, log_format: str, log_level: str | None) -> None:
    """Read cloud and datacentre metadata, classify it, and stream it to the collector."""
    context.obj = _Setup(file, log_format, log_level or "")


@commands.command(epilog=_CHECK)
@_FORMAT
@click.pass_obj
def check(setup: _Setup, form: str) -> int:
    """Try the collector, and one cheap call for each permission; denied ones come first."""
    from agent import reports  # noqa: PLC0415 - see the module's docstring

    setup.log_to(sys.stderr, "WARNING")
    return reports.check(setup.config(), setup.file, form)


@commands.command(epilog=_PLAN)
@_FORMAT
@click.pass_obj
def plan(setup: _Setup, form: str) -> int:
    """Show what a scan would read, by type and location; nothing is read or sent."""
    from agent import reports  # noqa: PLC0415 - see the module's docstring

    setup.log_to(sys.stderr, "WARNING")
    return reports.plan(setup.config(), setup.file, form)


@commands.command(epilog=_RUN)
@click.option("--once", is_flag=True, help="Scan once, send everything, and exit.")
@click.pass_obj
def run(setup: _Setup, *, once: bool) -> int:
    """Scan at every interval, or once, and stream what is found.

    A scan that was broken off, also by a power cut, is resumed. SIGTERM ends the work cleanly.
    """
    from agent import progress  # noqa: PLC0415 - see the module's docstring
    from agent import run as work  # noqa: PLC0415 - same
    from agent.tuning import tune  # noqa: PLC0415 - same

    tune()
    out = progress.log_stream(sys.stderr)
    setup.log_to(out, "WARNING" if out.isatty() else "INFO")
    config = setup.config()
    return (work.run_once if once else work.run_forever)(config, setup.file, out)


@commands.command(epilog=_KINDS)
@click.option(
    "--connector",
    "connectors",
    type=click.Choice(["aws", "azure", "gcp", "odc"]),
    multiple=True,
    help="Whose kinds; all that are installed, if left out. May be given again.",
)
@_FORMAT
def kinds(connectors: tuple[str, ...], form: str) -> int:
    """Show every type that can be read, how deeply, and with which permissions."""
    from agent import kind_report  # noqa: PLC0415 - see the module's docstring

    return kind_report.kinds(connectors, form)


@commands.command(epilog=_PERMISSIONS)
@click.option(
    "--format",
    "form",
    type=click.Choice(["aws-policy", "azure-role", "gcp-role", "terraform"]),
    required=True,
    help="Which cloud, in which form.",
)
@click.option("--document", default="", help="Of aws-policy: print this document alone, as IAM takes it.")
def permissions(form: str, document: str) -> None:
    """Print the rights that the agent needs, read-only.

    They are generated from the kinds of resource. `aws-policy` gives an object of policies by name, as many
    as IAM's limit of characters asks for, and one that denies reading contents.
    """
    from agent.permissions import rendered  # noqa: PLC0415 - see the module's docstring

    click.echo(rendered(form, document), nl=False)


def main() -> None:
    """Run the command line; an error is one line on standard error."""
    try:
        code = commands.main(prog_name=_NAME, standalone_mode=False)
    except click.Abort:
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except WolkenzichtError as error:
        click.echo(f"{_NAME}: {' '.join(str(error).split())}", err=True)
        sys.exit(error.exit_code)
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
