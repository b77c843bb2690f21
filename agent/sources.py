"""Which connector reads a configured source; a connector's code is imported only when it is named."""

from __future__ import annotations

from pathlib import Path

from agent import odc_sources
from agent.config import AgentConfig, AwsSection, AzureSection, GcpSection, OdcCsvSection, SourceSection
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
                accounts=section.accounts,
                role_name=section.role_name,
                external_id=section.external_id,
                role_session_name=section.role_session_name,
                regions=section.regions,
                partition=section.partition,
                kinds=section.kinds,
                not_offered=section.not_offered,
                max_attempts=section.max_attempts,
                quota_share=section.quota_share,
                endpoint_url=section.endpoint_url,
            )
        )
    if isinstance(section, AzureSection):
        return _azure(section)
    if isinstance(section, GcpSection):
        return _gcp(section)
    if not isinstance(section, OdcCsvSection):
        return odc_sources.make_source(section)
    from connectors.odc.source import OdcCsvSettings, OdcCsvSource  # noqa: PLC0415 - only where it is configured

    return OdcCsvSource(OdcCsvSettings(path=section.path, site=section.site))


def _azure(section: AzureSection) -> Source:
    from connectors.azure.source import AzureSettings, AzureSource  # noqa: PLC0415 - loads azure-identity

    return AzureSource(
        AzureSettings(
            tenant_id=section.tenant_id,
            subscriptions=section.subscriptions,
            cloud=section.cloud,
            authority=section.authority,
            endpoint=section.endpoint,
            ca=section.ca,
            quota_share=section.quota_share,
            kinds=section.kinds,
            max_attempts=section.max_attempts,
            management_group=section.management_group,
            diagnostic_settings=section.diagnostic_settings,
        )
    )


def _gcp(section: GcpSection) -> Source:
    from connectors.gcp.source import GcpSettings, GcpSource  # noqa: PLC0415 - loads google-cloud-asset

    return GcpSource(
        GcpSettings(
            scope=section.scope,
            endpoint=section.endpoint,
            quota_share=section.quota_share,
            kinds=section.kinds,
            max_attempts=section.max_attempts,
        )
    )


def _extra(section: SourceSection) -> str:
    if isinstance(section, AzureSection):
        return "azure"
    if isinstance(section, GcpSection):
        return "gcp"
    if isinstance(section, AwsSection):
        return "aws"
    return "odc" if isinstance(section, OdcCsvSection) else odc_sources.extra_of(section)
