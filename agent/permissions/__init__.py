"""Which rights an agent needs, generated from what it calls, in the form that each cloud takes."""

from __future__ import annotations

from collections.abc import Callable

from agent.permissions import aws, azure, gcp
from wolkenzicht.errors import ConfigurationError

#: The forms by name; each raises `ConfigurationError` where its connector is not installed.
_FORMS: dict[str, Callable[[], str]] = {
    "aws-policy": aws.policies_text,
    "azure-role": azure.role_text,
    "gcp-role": gcp.role_text,
    "terraform": aws.terraform_text,
}


def rendered(form: str, document: str = "") -> str:
    """The rights in one of the forms, with a line break at the end.

    `document` names one of the documents of `aws-policy`, which is then shown alone. Raises
    `ConfigurationError` for a document that is none, or a connector that is not installed.
    """
    if not document:
        return _FORMS[form]()
    if form != "aws-policy":
        raise ConfigurationError("--document: only aws-policy has several documents; leave it out")
    return aws.policy_text(document)
