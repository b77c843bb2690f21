"""Azure's separate clouds: where each one's tokens come from and where its Resource Manager answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cloud:
    """The addresses of one cloud; `token_scope` is what a token is asked for."""

    authority: str
    endpoint: str
    token_scope: str


#: By the name that Azure gives the cloud, or for a partner's cloud by the name of its operator.
#: Source: azure-core 1.41 AzureClouds, azure-mgmt-core 1.6 get_arm_endpoints, azure-identity 1.27
#: AzureAuthorityHosts; Bleu and Delos: msal 1.37 WELL_KNOWN_AUTHORITY_HOSTS, and for Bleu's Resource Manager
#: Azure/azure-sdk-for-net AzureAuthorityHosts (Delos' is named likewise; neither was met)
CLOUDS = {
    "AzureCloud": Cloud(
        "https://login.microsoftonline.com",
        "https://management.azure.com",
        "https://management.azure.com/.default",
    ),
    "AzureChinaCloud": Cloud(
        "https://login.chinacloudapi.cn",
        "https://management.chinacloudapi.cn",
        "https://management.chinacloudapi.cn/.default",
    ),
    "AzureUSGovernment": Cloud(
        "https://login.microsoftonline.us",
        "https://management.usgovcloudapi.net",
        "https://management.core.usgovcloudapi.net/.default",
    ),
    "Bleu": Cloud(
        "https://login.sovcloud-identity.fr",
        "https://management.sovcloud-api.fr",
        "https://management.sovcloud-api.fr/.default",
    ),
    "Delos": Cloud(
        "https://login.sovcloud-identity.de",
        "https://management.sovcloud-api.de",
        "https://management.sovcloud-api.de/.default",
    ),
}
