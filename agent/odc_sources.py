"""Which connector reads a datacentre's inventory or platform; its SDK is loaded only when it is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.config import (
    KubernetesSection,
    OdcNetboxSection,
    OdcOpenstackSection,
    OdcRvtoolsSection,
    OdcVcenterSection,
    PlaceSection,
)
from connectors.base import Source

if TYPE_CHECKING:
    from connectors.odc.place import Place

OdcSection = (
    OdcRvtoolsSection | OdcNetboxSection | OdcVcenterSection | OdcOpenstackSection | KubernetesSection
)

_EXTRAS = {
    OdcRvtoolsSection: "odc",
    OdcNetboxSection: "netbox",
    OdcVcenterSection: "vmware",
    OdcOpenstackSection: "openstack",
    KubernetesSection: "kubernetes",
}


def extra_of(section: OdcSection) -> str:
    """The extra that installs what the section's connector needs."""
    return _EXTRAS[type(section)]


def make_source(section: OdcSection) -> Source:
    """The source that a section configures. Raises `ConfigurationError`, `ModuleNotFoundError`."""
    if isinstance(section, OdcRvtoolsSection):
        return _rvtools(section)
    if isinstance(section, OdcNetboxSection):
        return _netbox(section)
    if isinstance(section, OdcVcenterSection):
        return _vcenter(section)
    if isinstance(section, OdcOpenstackSection):
        return _openstack(section)
    return _kubernetes(section)


def _place(section: OdcRvtoolsSection | OdcVcenterSection | OdcOpenstackSection | PlaceSection) -> Place:
    from connectors.odc.place import Place  # noqa: PLC0415 - an agent for a cloud loads none of this

    return Place(section.site, section.country, section.operator, section.owner)


def _rvtools(section: OdcRvtoolsSection) -> Source:
    from connectors.odc.rvtools.source import RvtoolsSettings, RvtoolsSource  # noqa: PLC0415 - loads calamine

    return RvtoolsSource(RvtoolsSettings(section.path, _place(section), section.account))


def _netbox(section: OdcNetboxSection) -> Source:
    from connectors.odc.netbox.source import NetboxSettings, NetboxSource  # noqa: PLC0415 - loads pynetbox

    return NetboxSource(
        NetboxSettings(
            url=section.url,
            token_file=section.token_file,
            ca=section.ca,
            account=section.account,
            countries=section.countries,
            fields=section.fields,
            roles_without_data=section.roles_without_data,
            page_size=section.page_size,
            max_attempts=section.max_attempts,
        )
    )


def _vcenter(section: OdcVcenterSection) -> Source:
    from connectors.odc.vcenter.source import VcenterSettings, VcenterSource  # noqa: PLC0415 - loads pyVmomi

    return VcenterSource(
        VcenterSettings(
            url=section.url,
            user=section.user,
            password_file=section.password_file,
            place=_place(section),
            account=section.account,
            ca=section.ca,
            page_size=section.page_size,
        )
    )


def _openstack(section: OdcOpenstackSection) -> Source:
    from connectors.odc.openstack.source import (  # noqa: PLC0415 - loads openstacksdk
        OpenstackSettings,
        OpenstackSource,
    )

    return OpenstackSource(
        OpenstackSettings(
            auth_url=section.auth_url,
            credential_id=section.credential_id,
            credential_secret_file=section.credential_secret_file,
            place=_place(section),
            places={region: _place(each) for region, each in section.places.items()},
            regions=section.regions,
            ca=section.ca,
            page_size=section.page_size,
            max_attempts=section.max_attempts,
            user=section.user,
            user_domain=section.user_domain,
            backups=_place(section.backups) if section.backups else None,
        )
    )


def _kubernetes(section: KubernetesSection) -> Source:
    from connectors.odc.kubernetes.source import (  # noqa: PLC0415 - loads the official client
        KubernetesSettings,
        KubernetesSource,
    )

    return KubernetesSource(
        KubernetesSettings(
            cluster=section.cluster,
            kubeconfig=section.kubeconfig,
            context=section.context,
            place=_place(section.place) if section.place else None,
            page_size=section.page_size,
            max_attempts=section.max_attempts,
        )
    )
