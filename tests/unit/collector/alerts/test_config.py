"""What the alerts' configuration accepts, and what it says about the rest."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from collector.alerts.config import (
    AlertmanagerRoute,
    AlertsConfig,
    ChatRoute,
    LogRoute,
    SmtpRoute,
    WebhookRoute,
)
from collector.store.base import Damping, Grouping, Wanted
from wolkenzicht import settings
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import FindingKind, Severity


class Whole(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A configuration with nothing but alerts."""

    alerts: AlertsConfig = msgspec.field(default_factory=AlertsConfig)


def load(tmp_path: Path, text: str) -> AlertsConfig:
    """The section as the collector reads it."""
    path = tmp_path / "collector.toml"
    path.write_text(text)
    return settings.load(path, Whole, environ={}).alerts


SMTP = '[[alerts.route]]\nkind = "smtp"\nhost = "mail.example.nl"\n'
SMTP += 'from = "w@example.nl"\nto = ["a@example.nl"]\n'
ALERTMANAGER = '[[alerts.route]]\nkind = "alertmanager"\nurl = "https://am.example.nl"\n'
CHAT = '[[alerts.route]]\nkind = "chat"\nservice = "matrix"\nurl = "https://chat.example.nl/hook"\n'
WEBHOOK = '[[alerts.route]]\nkind = "webhook"\nurl = "https://example.nl/hook"\n'


def test_flapping_may_be_set_and_switched_off(tmp_path: Path) -> None:
    """Five turns in a day, at rest after six hours, unless something else is said."""
    text = '[alerts.flapping]\nturns = 8\nwindow = "2d"\nquiet = "90m"\n'
    assert load(tmp_path, text).flapping.damping == Damping(8, 172_800.0, 5_400.0)
    assert load(tmp_path, "[alerts.flapping]\nturns = 0\n").flapping.damping.turns == 0
    assert AlertsConfig().flapping.damping == Damping() == Damping(5, 86_400.0, 21_600.0)


def test_grouping_may_be_set(tmp_path: Path) -> None:
    """Each key; without any it is as the store has it."""
    text = '[alerts.grouping]\nalone = 3\nmemory = "30s"\ngather = "500ms"\npauses = ["1m", "1m"]\n'
    found = load(tmp_path, text + 'listed = 50\nby = "tenant"\n').grouping.grouping
    assert found == Grouping(3, 30.0, 0.5, (60.0, 60.0), 50, by_tenant=True)
    assert AlertsConfig().grouping.grouping == Grouping()


def test_every_key_is_read(tmp_path: Path) -> None:
    """All kinds of route with all their keys; paths stand relative to the file."""
    found = load(
        tmp_path,
        """
        [alerts]
        source = "urn:nld:oin:00000001823288444000:systeem:wolkenzicht"
        [[alerts.route]]
        kind = "log"
        [[alerts.route]]
        kind = "webhook"
        name = "soc"
        min_severity = "high"
        organisations = ["rdv", "bzk"]
        kinds = ["data_outside_eea"]
        url = "https://soc.example.nl:8443/hook"
        secret_file = "soc.secret"
        ca = "ca.pem"
        timeout = "2s"
        language = "en"
        [[alerts.route]]
        kind = "smtp"
        host = "mail.example.nl"
        port = 2525
        security = "tls"
        username = "wolkenzicht"
        password_file = "/run/secrets/smtp"
        ca = "ca.pem"
        from = "wolkenzicht@example.nl"
        to = ["soc@example.nl", "fg@example.nl"]
        timeout = "1m"
        language = "nl"
        """,
    )

    assert found.routes() == (
        LogRoute(name="log-1"),
        WebhookRoute(
            name="soc",
            min_severity=Severity.HIGH,
            organisations=("rdv", "bzk"),
            kinds=(FindingKind.DATA_OUTSIDE_EEA,),
            url="https://soc.example.nl:8443/hook",
            secret_file=tmp_path / "soc.secret",
            ca=tmp_path / "ca.pem",
            timeout="2s",
            source="urn:nld:oin:00000001823288444000:systeem:wolkenzicht",
            language="en",
        ),
        SmtpRoute(
            name="smtp-1",
            host="mail.example.nl",
            port=2525,
            security="tls",
            username="wolkenzicht",
            password_file=Path("/run/secrets/smtp"),
            ca=tmp_path / "ca.pem",
            sender="wolkenzicht@example.nl",
            to=("soc@example.nl", "fg@example.nl"),
            timeout="1m",
            language="nl",
        ),
    )


def test_every_key_of_the_other_routes_is_read(tmp_path: Path) -> None:
    """Alertmanagers and rooms, heartbeats and digests."""
    found = load(
        tmp_path,
        """
        [[alerts.route]]
        kind = "alertmanager"
        url = "https://am.example.nl/prefix/"
        resend = "2m"
        token_file = "am.token"
        heartbeat = "1m"
        [[alerts.route]]
        kind = "chat"
        service = "mattermost"
        url = "https://chat.example.nl/hooks/x"
        digest = "08:30"
        timezone = "UTC"
        """,
    )

    assert found.routes() == (
        AlertmanagerRoute(
            name="alertmanager-1",
            url="https://am.example.nl/prefix/",
            resend="2m",
            token_file=tmp_path / "am.token",
            heartbeat="1m",
        ),
        ChatRoute(
            name="chat-1",
            service="mattermost",
            url="https://chat.example.nl/hooks/x",
            digest="08:30",
            timezone="UTC",
        ),
    )


def test_what_a_route_is_told_follows_from_its_keys(tmp_path: Path) -> None:
    """Severity, organisations, kinds, and how much later than others."""
    keys = 'organisations = ["rdv"]\nkinds = ["prohibited_use"]\nescalate_after = "4h"\n'
    (route,) = load(tmp_path, CHAT + 'min_severity = "high"\n' + keys).routes()

    assert route.wanted == Wanted(
        Severity.HIGH, frozenset({"rdv"}), frozenset({FindingKind.PROHIBITED_USE}), 4 * 3600
    )


def test_names_count_within_a_kind(tmp_path: Path) -> None:
    """A route without a name is not renamed by a route of another kind before it."""
    found = load(tmp_path, WEBHOOK + '[[alerts.route]]\nkind = "log"\n' + WEBHOOK)

    assert [route.name for route in found.routes()] == ["webhook-1", "log-1", "webhook-2"]


def test_a_route_of_its_own_source_keeps_it(tmp_path: Path) -> None:
    """The source of the section is for routes that name none."""
    found = load(tmp_path, WEBHOOK + WEBHOOK + 'source = "urn:nld:oin:00000001823288444000:systeem:ander"\n')

    assert [route.source for route in found.routes() if isinstance(route, WebhookRoute)] == [
        "urn:nld:wolkenzicht:collector",
        "urn:nld:oin:00000001823288444000:systeem:ander",
    ]


@pytest.mark.parametrize(
    ("security", "port"), [("none", 25), ("starttls", 587), ("tls", 465)], ids=["none", "starttls", "tls"]
)
def test_the_port_follows_from_the_security(tmp_path: Path, security: str, port: int) -> None:
    """A port need not be given."""
    (route,) = load(tmp_path, SMTP + f'security = "{security}"\n').routes()

    assert isinstance(route, SmtpRoute)
    assert route.effective_port == port


def test_plain_http_is_for_this_machine() -> None:
    """A receiver on the loopback needs no TLS."""
    for url in ("http://127.0.0.1:9/hook", "http://[::1]:9/", "http://localhost/"):
        assert WebhookRoute(url=url).url == url


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[alerts.route]]\nkind = "fax"\n', "choose one of alertmanager, chat, log, smtp"),
        ("[[alerts.route]]\n", "key 'alerts.route[0].kind' is missing"),
        ('[[alerts.route]]\nkind = "log"\nnaam = "x"\n', "did you mean 'name'?"),
        ('[[alerts.route]]\nkind = "log"\nname = "A b"\n', "name' 'A b': use lower-case letters"),
        ('[[alerts.route]]\nkind = "log"\nmin_severity = "fatal"\n', "alerts.route[0].min_severity"),
        ('[[alerts.route]]\nkind = "log"\nkinds = ["outside"]\n', "alerts.route[0].kinds"),
        ('[[alerts.route]]\nkind = "log"\norganisations = [""]\n', "organisations': an empty name"),
        ('[[alerts.route]]\nkind = "webhook"\n', "key 'alerts.route[0].url' is missing"),
        ('[[alerts.route]]\nkind = "webhook"\nurl = "ftp://example.nl"\n', "url': give an address such as"),
        ('[[alerts.route]]\nkind = "webhook"\nurl = "https:///hook"\n', "url': give an address such as"),
        ('[[alerts.route]]\nkind = "webhook"\nurl = "https://x:99999/"\n', "url': is no address"),
        ('[[alerts.route]]\nkind = "webhook"\nurl = "https://a b.nl/"\n', "url': give an address such as"),
        ('[[alerts.route]]\nkind = "webhook"\nurl = "http://example.nl/hook"\n', "use https://"),
        ('[[alerts.route]]\nkind = "webhook"\nurl = "https://u:p@example.nl/"\n', "sign with secret_file"),
        (ALERTMANAGER + 'resend = "0s"\n', "resend' '0s': give 1s or more, and at most 1d"),
        (ALERTMANAGER + 'username = "w"\n', "username' and password_file: give both or neither"),
        (
            ALERTMANAGER + 'username = "w"\npassword_file = "p"\ntoken_file = "t"\n',
            "token_file' and username: give one of them",
        ),
        (
            ALERTMANAGER.replace("https://am", "https://u:p@am"),
            "url': must not hold a user name or password; give username and password_file",
        ),
        (CHAT.replace("matrix", "irc"), "alerts.route[0].service"),
        (CHAT.replace("https:", "ftp:"), "url': give an address such as https://chat.example.nl/hooks/…"),
        (CHAT + 'heartbeat = "now"\n', "heartbeat': 'now' is not a length of time"),
        (CHAT + 'hours = "always"\n', "hours' 'always': write days and times such as"),
        (CHAT + 'escalate_after = "60d"\n', "escalate_after' '60d': give 1s or more, and at most 30d"),
        ('[alerts]\nlate = "5s"\n', "late' '5s': give 60s or more, and at most 1d"),
        (
            "[alerts.flapping]\nturns = 2\n",
            "turns' 2: give how often a finding turns",
        ),
        ("[alerts.grouping]\nalone = -1\n", "alone' -1: give how many are told each for itself, from 0"),
        ("[alerts.grouping]\nlisted = 0\n", "listed' 0: give how many a notification names, from 1"),
        ('[alerts.grouping]\nmemory = "2h"\n', "memory' '2h': give 1s or more, and at most 1h"),
        ('[alerts.grouping]\ngather = "5m"\n', "gather' '5m': give 0.1s or more, and at most 1m"),
        ("[alerts.grouping]\npauses = []\n", "pauses': give 1 to 10 of them, such as"),
        ('[alerts.grouping]\npauses = ["soon"]\n', "pauses': 'soon' is not a length of time"),
        ('[alerts.grouping]\npauses = ["2m", "30s"]\n', "pauses': '30s' is shorter than '2m' before it"),
        ('[alerts.grouping]\nby = "account"\n', "alerts.grouping.by"),
        ('[alerts.flapping]\nwindow = "8d"\n', "window' '8d': give 60s or more, and at most 7d"),
        ('[alerts.flapping]\nquiet = "1s"\n', "quiet' '1s': give 60s or more, and at most 7d"),
        (CHAT + 'digest = "noon"\n', "digest' 'noon': write a time of day"),
        (CHAT + 'timezone = "CET/CEST"\n', "timezone' 'CET/CEST' is not known"),
        (CHAT + 'digest = "08:00"\nhours = "mon-fri 08:00-18:00"\n', "hours' and digest: give one of them"),
        (WEBHOOK + 'timeout = "soon"\n', "timeout': 'soon' is not a length of time"),
        (WEBHOOK + 'timeout = "1h"\n', "timeout' '1h': give more than 0 and at most 5m"),
        (WEBHOOK + 'source = "collector"\n', "source' 'collector': give an absolute URI"),
        ('[alerts]\nsource = ""\n', "source' '': give an absolute URI"),
        (SMTP.replace("mail.example.nl", "mail example"), "host': give the name or address"),
        (SMTP.replace("mail.example.nl", "a" * 64), "host': give the name or address"),
        (
            SMTP.replace("a@example.nl", "Soc <a@example.nl>"),
            "to' 'Soc <a@example.nl>': give a plain address",
        ),
        (SMTP.replace("w@example.nl", "nobody"), "from' 'nobody': give a plain address"),
        (SMTP.replace('["a@example.nl"]', "[]"), "to': give at least one address"),
        (SMTP + "port = 70000\n", "port' 70000: give a number from 1 to 65535"),
        (SMTP + 'username = "w"\n', "username' and password_file: give both or neither"),
        (SMTP + 'username = "é"\npassword_file = "p"\n', "username': SMTP takes plain ASCII"),
        (
            SMTP + 'username = "w"\npassword_file = "p"\nsecurity = "none"\n',
            "would send the password in the clear",
        ),
        (WEBHOOK + 'name = "x"\n' + WEBHOOK + 'name = "x"\n', "the name 'x' occurs more than once"),
        (WEBHOOK + WEBHOOK + 'name = "webhook-1"\n', "the name 'webhook-1' occurs more than once"),
    ],
)
def test_what_is_wrong_is_named_with_its_remedy(tmp_path: Path, text: str, message: str) -> None:
    """Each wrong configuration ends in one line with the file, the key and what to do."""
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, text)

    line = str(caught.value)
    assert message in line
    assert line.startswith(f"{tmp_path / 'collector.toml'}:")
    assert "\n" not in line
