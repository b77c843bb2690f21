"""The one tree of errors: each message says what is wrong and what to do about it."""

from __future__ import annotations


class WolkenzichtError(Exception):
    """Base of every error that a person is told about; its text is one line, remedy included."""

    exit_code = 1


class ConfigurationError(WolkenzichtError):
    """A configuration file, flag or environment variable is wrong."""


class IdentityError(WolkenzichtError):
    """A certificate or key is missing, unreadable, expired or not accepted."""


class ContractError(WolkenzichtError):
    """A message breaks the contract; `field` names the field at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class StorageError(WolkenzichtError):
    """A store or spool cannot be opened, read or written."""


class TransportError(WolkenzichtError):
    """The other side cannot be reached or refuses; `retryable` says whether trying again helps.

    `retry_after` is the number of seconds that the other side asks to wait, where it does.
    """

    def __init__(self, message: str, *, retryable: bool, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.retry_after = retry_after
