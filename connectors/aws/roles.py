"""How another account is entered: its role, and credentials that botocore renews by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.credentials import DeferredRefreshableCredentials

if TYPE_CHECKING:
    from connectors.aws.session import AwsSession


@dataclass(frozen=True, slots=True)
class Role:
    """The role that is assumed in every account; `name` may have a path before it (`audit/reader`)."""

    name: str
    external_id: str | None
    session_name: str

    def arn(self, account: str, partition: str) -> str:
        """The role's ARN in an account."""
        return f"arn:{partition}:iam::{account}:role/{self.name}"


class RoleCredentials:
    """What a botocore session takes its credentials from: a role in an account, assumed when needed."""

    def __init__(self, own: AwsSession, role: Role, account: str) -> None:
        self._own = own
        self._role = role
        self._account = account

    def load_credentials(self) -> Any:
        """Credentials that are fetched at their first use and renewed before they expire."""
        return DeferredRefreshableCredentials(refresh_using=self._assume, method="assume-role")

    def _assume(self) -> dict[str, str]:
        """Assume the role. Raises botocore's errors, because botocore calls this within other calls."""
        external = {"ExternalId": self._role.external_id} if self._role.external_id else {}
        answer = self._own.assume(
            RoleArn=self._role.arn(self._account, self._own.partition),
            RoleSessionName=self._role.session_name,
            **external,
        )
        given = answer["Credentials"]
        return {
            "access_key": given["AccessKeyId"],
            "secret_key": given["SecretAccessKey"],
            "token": given["SessionToken"],
            "expiry_time": given["Expiration"].isoformat(),
        }
