"""A Google Cloud section of agent.toml becomes a source with its settings, or is refused by its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.config import AgentConfig, GcpSection, load
from agent.sources import make_sources
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import Scope

_FILE = """\
tenant = "min-gcp"
state = "state"
[collector]
address = "collector.example.nl:8443"
ca = "ca.pem"
certificate = "agent.pem"
key = "agent.key"
[[source]]
connector = "gcp"
scope = "organizations/123"
quota_share = 0.1
kinds = ["storage-bucket"]
"""


def loaded(folder: Path, text: str) -> AgentConfig:
    """The configuration in a text, beside the files that it names."""
    for name in ("ca.pem", "agent.pem", "agent.key"):
        (folder / name).write_text("")
    path = folder / "agent.toml"
    path.write_text(text)
    return load(path)


def test_section_becomes_a_source(tmp_path: Path) -> None:
    """The section's keys reach the connector, which plans without a call."""
    config = loaded(tmp_path, _FILE)
    assert config.source == (
        GcpSection(scope="organizations/123", quota_share=0.1, kinds=("storage-bucket",)),
    )
    (source,) = make_sources(config, tmp_path / "agent.toml")
    assert source.connector == "gcp"
    assert list(source.plan()) == [Scope("organizations/123", "global", "storage.googleapis.com/Bucket")]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('scope = "organizations/123"', 'scope = "123"', "source[0]: scope: '123' is no scope"),
        ("quota_share = 0.1", "quota_share = 2.0", "source[0]: quota_share: 2.0 is no share"),
        ('"storage-bucket"', '"bucket"', "source[0]: kinds: 'bucket' is not known"),
    ],
)
def test_mistakes_name_the_section_and_the_key(tmp_path: Path, old: str, new: str, message: str) -> None:
    """What the connector refuses is told with file and section."""
    config = loaded(tmp_path, _FILE.replace(old, new))
    with pytest.raises(ConfigurationError) as caught:
        make_sources(config, tmp_path / "agent.toml")
    assert message in str(caught.value)
