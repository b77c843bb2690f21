"""How a policy bundle travels and is kept: its three parts as one message, with no name twice."""

from __future__ import annotations

from collections.abc import Mapping

from google.protobuf.message import DecodeError

from wolkenzicht.errors import ContractError
from wolkenzicht.v1.policy_pb2 import PolicyBundle, PolicyFile

#: Manifest, signature, and the files by name.
Parts = tuple[bytes, bytes, dict[str, bytes]]


def encode_bundle(manifest: bytes, signature: bytes, files: Mapping[str, bytes]) -> PolicyBundle:
    """The message of a bundle, its files in the order of their names."""
    return PolicyBundle(
        manifest=manifest,
        signature=signature,
        files=[PolicyFile(name=name, content=content) for name, content in sorted(files.items())],
    )


def decode_bundle(message: PolicyBundle) -> Parts:
    """The parts of a bundle, unverified; raises `ContractError` where two files have one name."""
    files = {each.name: each.content for each in message.files}
    if len(files) < len(message.files):
        raise ContractError("policy_bundle.files", "two files have one name; sign the bundle again")
    return message.manifest, message.signature, files


def read_bundle(content: bytes) -> Parts:
    """The parts of a bundle from the bytes of its message; raises `ContractError` where they are not one."""
    try:
        message = PolicyBundle.FromString(content)
    except DecodeError as error:
        raise ContractError("policy_bundle", f"the bytes are no bundle ({error})") from error
    return decode_bundle(message)
