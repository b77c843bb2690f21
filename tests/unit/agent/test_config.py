"""What agent.toml may say, and how each mistake is told: file, key and remedy in one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agent.config import AgentConfig, AwsSection, OdcCsvSection, load
from agent.sources import make_sources
from wolkenzicht.errors import ConfigurationError

GOOD = """\
tenant = "odc-noord"
state = "state"
[collector]
address = "collector.example.nl:8443"
ca = "ca.pem"
certificate = "agent.pem"
key = "agent.key"
[scan]
interval = "30m"
workers = 4
[[source]]
connector = "odc-csv"
path = "inventory.csv"
site = "odc-noord"
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the files that a configuration names."""
    for name in ("ca.pem", "agent.pem", "agent.key"):
        (tmp_path / name).write_text("")
    return tmp_path


def loaded(place: Path, text: str) -> AgentConfig:
    """The configuration in a text."""
    path = place / "agent.toml"
    path.write_text(text)
    return load(path)


def test_a_good_file_is_read_with_paths_beside_it(place: Path) -> None:
    """Paths are relative to the file; what is not said has its default."""
    config = loaded(place, GOOD)

    assert config.state == place / "state"
    assert config.source == (OdcCsvSection(path=place / "inventory.csv", site="odc-noord"),)
    assert (config.scan.interval_seconds, config.scan.workers) == (1800.0, 4)
    assert (config.spool.max_wait_seconds, config.collector.patience_seconds) == (900.0, 600.0)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('tenant = "odc-noord"', "", "agent.toml: key 'tenant' is missing; add it"),
        ('tenant = "odc-noord"', 'tenant = " "', "key 'tenant' is empty or has spaces around it"),
        ("workers", "wrokers", "agent.toml:10: unknown key 'scan.wrokers'; did you mean 'workers'?"),
        ('site = "odc', 'stie = "odc', "agent.toml:14: unknown key 'source[0].stie'; did you mean 'site'?"),
        ('"odc-csv"', '"gpc"', "key 'source[0].connector': invalid value 'gpc'; choose one of aws, azure,"),
        ('"30m"', '"30 parsecs"', "key 'scan.interval': '30 parsecs' is not a length of time"),
        ('"30m"', '"10ms"', "key 'scan.interval' '10ms' is too short"),
        ("workers = 4", "workers = 0", "key 'scan.workers' is 0; give a number from 1 to 64"),
        ("workers = 4", 'workers = "4"', "key 'scan.workers': expected a whole number"),
        (":8443", "", "is no host:port"),
        (':8443"', ':8443,"', "'collector.address' '' is no host:port"),
        (":8443", ":8443, collector.example.nl:8443", "names a collector twice"),
        ('"agent.key"', '"other.key"', "key 'collector.key': file"),
        ("[[source]]", "[[source]", "agent.toml:11:9: not valid TOML"),
    ],
)
def test_a_mistake_names_file_key_and_remedy(place: Path, old: str, new: str, message: str) -> None:
    """One line says where it is and what to do."""
    with pytest.raises(ConfigurationError) as caught:
        loaded(place, GOOD.replace(old, new, 1))

    assert message in str(caught.value)
    assert str(caught.value).startswith(str(place / "agent.toml"))
    assert "\n" not in str(caught.value)


def test_no_source_is_refused(place: Path) -> None:
    """An agent without a source would report that there is nothing."""
    with pytest.raises(ConfigurationError, match=r"key 'source' is missing"):
        loaded(place, GOOD[: GOOD.index("[[source]]")])


def test_the_environment_overrides_the_file(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable named after its key wins."""
    monkeypatch.setenv("WOLKENZICHT_COLLECTOR_ADDRESS", "other.example.nl:1")

    assert loaded(place, GOOD).collector.address == "other.example.nl:1"


def test_an_address_may_be_of_several_collectors(place: Path) -> None:
    """They stand with commas between them."""
    config = loaded(place, GOOD.replace(":8443", ":8443, two.example.nl:8443"))

    assert config.collector.addresses == ("collector.example.nl:8443", "two.example.nl:8443")


def test_a_connectors_own_refusal_names_the_section(place: Path) -> None:
    """What the connector refuses is told with the file and the section's number."""
    text = GOOD + '[[source]]\nconnector = "aws"\npartition = "aws-moon"\n'
    config = loaded(place, text)

    with pytest.raises(ConfigurationError) as caught:
        make_sources(config, place / "agent.toml")

    assert isinstance(config.source[1], AwsSection)
    assert str(caught.value).startswith(f"{place / 'agent.toml'}: source[1]: partition: 'aws-moon' is no AWS")


AWS = """\
[[source]]
connector = "aws"
accounts = "organization"
role_name = "wolkenzicht-reader"
external_id = "dienst-2026"
quota_share = 0.5
"""


@pytest.mark.parametrize(
    ("accounts", "expected"),
    [
        ('"organization"', "organization"),
        ('["111122223333", "444455556666"]', ("111122223333", "444455556666")),
    ],
)
def test_accounts_are_the_organization_or_a_list(
    place: Path, accounts: str, expected: str | tuple[str, ...]
) -> None:
    """Both forms are read, and the connector takes them."""
    config = loaded(place, GOOD + AWS.replace('"organization"', accounts))

    assert config.source[1] == AwsSection(
        accounts=expected,
        role_name="wolkenzicht-reader",
        external_id="dienst-2026",
        quota_share=0.5,
    )
    assert [each.connector for each in make_sources(config, place / "agent.toml")] == ["odc-csv", "aws"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"organization"', '"organisation"', "source[1]: accounts: 'organisation' is not known; write"),
        ("quota_share = 0.5", "quota_share = 2", "source[1]: quota_share: 2.0 is no share"),
        ("role_name", "role", "unknown key 'source[1].role'"),
        ('role_name = "wolkenzicht-reader"\n', "", "source[1]: role_name: is missing"),
    ],
)
def test_a_mistake_about_accounts_names_its_key(place: Path, old: str, new: str, message: str) -> None:
    """Whoever finds it, the file or the connector, one line says which key of which section."""
    with pytest.raises(ConfigurationError) as caught:
        make_sources(loaded(place, GOOD + AWS.replace(old, new, 1)), place / "agent.toml")

    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_only_what_is_configured_is_imported(place: Path) -> None:
    """An agent for an inventory loads no cloud SDK, and one for AWS no other connector."""
    program = (
        "import sys; from pathlib import Path; from agent import config, sources;"
        "file = Path(sys.argv[1]); sources.make_sources(config.load(file), file);"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'botocore', 'azure', 'collector'}),"
        "sorted(name for name in sys.modules if name.startswith('connectors.') and name.count('.') == 1))"
    )
    path = place / "agent.toml"
    seen = {}
    for connector, text in (
        ("odc", GOOD),
        ("aws", GOOD[: GOOD.index("[[source]]")] + '[[source]]\nconnector = "aws"\n'),
    ):
        path.write_text(text)
        seen[connector] = subprocess.run(
            [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
        ).stdout.strip()

    assert seen == {
        "odc": "[] ['connectors.base', 'connectors.odc']",
        "aws": "['botocore'] ['connectors.aws', 'connectors.base']",
    }


@pytest.mark.parametrize(
    ("connector", "lines"),
    [
        ("odc-rvtools", 'path = "a.xlsx"\nsite = "odc"\ncountry = "NL"'),
        ("odc-netbox", 'url = "https://netbox.example.nl"\ntoken_file = "secret"\ncountries = { nl = "NL" }'),
        (
            "odc-vcenter",
            'url = "https://vcenter.example.nl"\nuser = "a"\npassword_file = "secret"\nsite = "odc"',
        ),
        (
            "odc-openstack",
            """auth_url = "https://keystone.example.nl/v3"
credential_id = "a"
credential_secret_file = "secret"
site = "odc"
places = { RegionTwo = { site = "elsewhere", country = "BE" } }""",
        ),
        ("kubernetes", 'cluster = "prod"\nkubeconfig = "kubeconfig"\nplace = { site = "odc" }'),
    ],
)
def test_a_private_cloud_is_configured_by_its_section(place: Path, connector: str, lines: str) -> None:
    """Each section makes its own connector; nothing is called yet."""
    (place / "secret").write_text("s")
    (place / "kubeconfig").write_text(
        "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
        "clusters: [{name: c, cluster: {server: 'https://k.example.nl'}}]\n"
        "users: [{name: c, user: {token: t}}]\ncontexts: [{name: c, context: {cluster: c, user: c}}]\n"
    )
    head, _, _ = GOOD.partition("[[source]]")

    config = loaded(place, f'{head}[[source]]\nconnector = "{connector}"\n{lines}\n')

    assert [each.connector for each in make_sources(config, place / "agent.toml")] == [connector]
