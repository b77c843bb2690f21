"""Which connector reads a configured source; a connector's code is imported only when it is named."""

from __future__ import annotations

from pathlib import Path

from agent.config import AgentConfig, AwsSection, SourceSection
from connectors.base import Source
from wolkenzicht.errors import ConfigurationError


def make_sources(config: AgentConfig, file: Path) -> tuple[Source, ...]:
    """The configured sources in their order.

    Raises `ConfigurationError` naming the file and the section where a connector refuses its settings
    or its SDK is not installed.
    """
    sources = []
    for place, section in enumerate(config.source):
        try:
            sources.append(_source(section))
        except ConfigurationError as error:
            raise ConfigurationError(f"{file}: source[{place}]: {error}") from error
        except ModuleNotFoundError as error:
            extra = _extra(section)
            raise ConfigurationError(
                f"{file}: source[{place}]: module {error.name} is not installed; "
                f"install wolkenzicht with the extra [{extra}]"
            ) from error
    return tuple(sources)


def _source(section: SourceSection) -> Source:
    if isinstance(section, AwsSection):
        from connectors.aws.source import AwsSettings, AwsSource  # noqa: PLC0415 - loads boto3

        return AwsSource(
            AwsSettings(
                regions=section.regions,
                partition=section.partition,
                kinds=section.kinds,
                max_attempts=section.max_attempts,
                endpoint_url=section.endpoint_url,
            )
        )
    from connectors.odc.source import OdcCsvSettings, OdcCsvSource  # noqa: PLC0415 - only where it is configured

    return OdcCsvSource(OdcCsvSettings(path=section.path, site=section.site))


def _extra(section: SourceSection) -> str:
    return "aws" if isinstance(section, AwsSection) else "odc"
