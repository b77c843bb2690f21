"""Feeds end to end: a real collector, addresses made with the real command, fetched over TLS."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import icalendar
import pytest

from collector.store.base import DecisionSubject, Exemption, Grouping, Store, System
from collector.store.sql.outbox import SqlOutbox
from collector.store.sqlite.database import SqliteDatabase
from policy.context import Decision, SystemEntry
from tests.askers import estate
from tests.integration.collector_process import Running, eventually, must, run, serving
from tests.integration.test_asking import answered
from wolkenzicht.model import FindingKind, MaterialUse, Severity

ATOM = "{http://www.w3.org/2005/Atom}"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
NOW = datetime.now(UTC)
TODAY = NOW.date()
NEVER = date(2099, 12, 31)
EXEMPTION = Exemption(
    organisation="bzk",
    kinds=frozenset({FindingKind.DATA_OUTSIDE_EEA}),
    scope='declared.system == "none, of these; at all"',
    decision="besluit 2026-17; deel 1, herzien",
    reason="moves in spring",
    decided_by="CIO BZK",
    last_day=NEVER,
)


@dataclass(frozen=True, slots=True)
class Fed:
    """A collector that serves feeds, and what it was founded with."""

    collector: Running
    client: httpx.Client
    notifications: dict[str, str]

    def feed(self, asker: str) -> tuple[str, str]:
        """A new feed of an asker: its name and its token."""
        said = must(self.collector.config, "askers", "feed", asker, "--url", "https://feeds.example.nl")
        [name] = re.findall(r"Feed (\w+) of", said)
        tokens = set(re.findall(r"(?:/feeds/|Bearer )([A-Za-z0-9_-]{43})\b", said))
        assert said.count("https://feeds.example.nl/feeds/") == 2
        [token] = tokens
        return name, token

    def get(self, path: str, token: str = "", **headers: str) -> httpx.Response:
        """What is answered; with a token in the header where one is given."""
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        return self.client.get(path, headers=bearer | headers)


@pytest.fixture(scope="module")
def fed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fed]:
    """The estate of three organisations behind a collector, with what ends and what was told together."""
    config = tmp_path_factory.mktemp("feeds") / "collector.toml"
    must(config, "init", "--listen-grpc", "127.0.0.1:0", "--listen-http", "127.0.0.1:0")
    text = config.read_text()
    assert text.count("# listen_feeds = ") == 1
    config.write_text(re.sub("# listen_feeds = .*", 'listen_feeds = "127.0.0.1:0"', text))
    with closing(SqliteDatabase(config.parent / "data" / "wolkenzicht.db")) as database:
        notifications = told_together(filled(estate.built(database)), database)
    for name, organisation in (("desk-bzk", "bzk"), ("desk-fin", "fin"), ("leaves", "bzk")):
        issue(config, name, "--role", "department", "--organisation", organisation)
    issue(config, "cio", "--role", "cio_rijk")
    with serving(config, "--log-level", "DEBUG") as collector:
        port = collector.address("feeds").rpartition(":")[2]
        trusted = ssl.create_default_context(cafile=config.parent / "data" / "ca.pem")
        with httpx.Client(base_url=f"https://localhost:{port}", verify=trusted, timeout=60) as client:
            yield Fed(collector, client, notifications)


def issue(config: Path, name: str, *options: str) -> None:
    """A certificate of an asker."""
    must(config, "askers", "issue", name, "--out", str(config.parent / name), *options)


def filled(store: Store) -> Store:
    """Exemptions, one of which ended; a decision and systems that end, and systems that do not."""
    for each in (EXEMPTION, replace(EXEMPTION, organisation="fin", decision="of fin")):
        store.exemptions.record(each, "desk", NOW)
    over = store.exemptions.record(replace(EXEMPTION, decision="ended"), "desk", NOW)
    store.exemptions.end(over, "desk", "not needed", NOW)
    for organisation in ("rvig", "fin"):
        entry = SystemEntry("register", "Register", organisation, "material", "", "", "", "", (), "a file")
        lasting = System(entry, (), "", TODAY)
        ends = System(replace(entry, system="old"), (), "", TODAY, NEVER)
        followed = System(replace(entry, system="followed"), (), "", TODAY, TODAY + timedelta(days=5))
        store.people.put_systems([lasting, ends, followed], NOW)
        next_one = replace(followed, valid_from=TODAY + timedelta(days=6), valid_until=None)
        store.people.put_systems([next_one], NOW)
        decision = Decision(MaterialUse.MATERIAL, "CISO", TODAY, "primary process", NEVER)
        store.people.record_decision(DecisionSubject(organisation, system="register"), decision, NOW)
    return store


def told_together(store: Store, database: SqliteDatabase) -> dict[str, str]:
    """What is open, told to a route in notifications; one of each organisation."""
    del store
    outbox = SqlOutbox(database, Grouping(alone=0, gather=1))
    outbox.fan_out({"hook": Severity.LOW}, NOW)
    outbox.seal("hook", NOW + timedelta(seconds=2))
    found = outbox.due("hook", NOW + timedelta(seconds=2), 100)
    assert all(each.event.many for each in found)
    return {each.event.finding.organisation: each.event.event_id for each in found}


def valid(document: bytes) -> ET.Element:
    """The feed, once it has all that RFC 4287 (4.1.1, 4.1.2) asks of a feed and of an entry."""
    feed = ET.fromstring(document)  # noqa: S314 - our own
    assert feed.tag == f"{ATOM}feed"
    assert [each.tag for each in feed.findall(f"{ATOM}author/*")] == [f"{ATOM}name"]
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            [child] = element.findall(ATOM + name)
            assert child.text
        assert re.match(r"[a-z]+:", element.findtext(f"{ATOM}id") or "")
        for name in ("updated", "published"):
            assert all(_MOMENT.fullmatch(each.text or "") for each in element.findall(ATOM + name))
        links = [(each.get("rel"), each.get("type")) for each in element.findall(f"{ATOM}link")]
        assert len(links) == len(set(links)) == 1
    for entry in feed.findall(f"{ATOM}entry"):
        assert [each.get("rel") for each in entry.findall(f"{ATOM}link")] == ["alternate"]
        assert [each.get("type") for each in entry.findall(f"{ATOM}summary")] == ["text"]
    identifiers = [each.findtext(f"{ATOM}id") for each in feed.findall(f"{ATOM}entry")]
    assert len(identifiers) == len(set(identifiers))
    moments = [each.findtext(f"{ATOM}updated") or "" for each in feed.findall(f"{ATOM}entry")]
    assert moments == sorted(moments, reverse=True)
    return feed


def findings(fed: Fed, token: str) -> list[str]:
    """The identifiers of the findings in a feed."""
    found = fed.get(f"/feeds/{token}/findings.atom")
    assert (found.status_code, found.headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    entries = valid(found.content).findall(f"{ATOM}entry")
    return [(each.findtext(f"{ATOM}id") or "").rpartition(":")[2] for each in entries]


def listed(fed: Fed, asker: str) -> set[str]:
    """What the asker's own command lists."""
    credentials = fed.collector.credentials(asker, "asker")
    answer = answered(fed.collector.address("grpc"), credentials, "findings", "list", "--state", "all")
    return {each["finding_id"] for each in answer["items"]}


def test_a_feed_has_what_its_asker_sees(fed: Fed) -> None:
    """Exactly the findings that its command lists: others see others, CIO Rijk all of them."""
    tokens = {name: fed.feed(name)[1] for name in ("desk-bzk", "desk-fin", "cio")}

    eventually(
        lambda: all(set(findings(fed, token)) == listed(fed, name) for name, token in tokens.items()),
        "feeds have what is listed",
    )
    bzk, fin, everybody = (set(findings(fed, token)) for token in tokens.values())
    assert bzk
    assert fin
    assert not bzk & fin
    assert bzk | fin <= everybody


def test_the_reader_chooses_the_language(fed: Fed) -> None:
    """By the address, else by what it prefers, else Dutch; another language is refused."""
    _, token = fed.feed("desk-bzk")
    path = f"/feeds/{token}/findings.atom"

    assert "Bevindingen voor desk-bzk" in fed.get(path).text
    assert "Findings for desk-bzk" in fed.get(path, **{"Accept-Language": "fr, nl;q=0.1, en-GB;q=0.7"}).text
    chosen = fed.get(f"{path}?lang=nl", **{"Accept-Language": "en"})
    assert chosen.headers["content-language"] == "nl"
    refused = fed.get(f"{path}?lang=fr")
    assert (refused.status_code, refused.text.startswith("lang: ")) == (400, True)


def test_the_calendar_has_what_ends(fed: Fed) -> None:
    """Exemptions, decisions and entries of the register, of the asker's organisations, that have an end."""
    _, token = fed.feed("desk-bzk")
    found = fed.get(f"/feeds/{token}/calendar.ics?lang=en")

    assert found.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = icalendar.Calendar.from_ical(found.content)
    events = {str(each["SUMMARY"]): each for each in calendar.walk("VEVENT")}
    assert set(events) == {
        "Exemption ends: besluit 2026-17; deel 1, herzien (bzk)",
        "Decision on material use ends: register (rvig)",
        "System leaves the register: old (rvig)",
    }
    assert {each.decoded("DTSTART") for each in events.values()} == {NEVER}
    assert len({str(each["UID"]) for each in events.values()}) == 3
    assert {each.walk("VALARM")[0].decoded("TRIGGER") for each in events.values()} == {timedelta(days=-30)}
    exemption = events["Exemption ends: besluit 2026-17; deel 1, herzien (bzk)"]
    assert EXEMPTION.scope in str(exemption["DESCRIPTION"])
    assert "CIO BZK" in str(exemption["DESCRIPTION"])


def test_what_did_not_change_is_not_sent_again(fed: Fed) -> None:
    """With the tag of what the reader has; nobody else may keep it."""
    _, token = fed.feed("cio")
    for document in ("findings.atom", "calendar.ics"):
        path = f"/feeds/{token}/{document}"
        tag = fed.get(path).headers["ETag"]
        again = eventually(lambda: unchanged(fed, path), "a feed that did not change")  # noqa: B023 - at once
        assert again is not None
        assert again.content == b""
        assert again.headers["cache-control"] == "private, no-cache"
        other = fed.get(path, **{"If-None-Match": '"another"'})
        assert (other.status_code, len(tag)) == (200, len(other.headers["etag"]))
        head = fed.client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert int(head.headers["content-length"]) > 0
    assert "last-modified" in fed.get(f"/feeds/{token}/findings.atom").headers


def unchanged(fed: Fed, path: str) -> httpx.Response | None:
    """The answer to a reader that has what there is."""
    again = fed.get(path, **{"If-None-Match": f'"x", W/{fed.get(path).headers["ETag"]}'})
    return again if again.status_code == 304 else None


def test_an_alert_leads_to_its_finding(fed: Fed) -> None:
    """As JSON of the same shape as the command's; of who may not see it there is none."""
    tokens = {name: fed.feed(name)[1] for name in ("desk-bzk", "desk-fin")}
    finding_id = eventually(lambda: findings(fed, tokens["desk-bzk"]), "findings")[0]

    def same() -> bool:
        shown = answered(
            fed.collector.address("grpc"),
            fed.collector.credentials("desk-bzk", "asker"),
            *("findings", "show", finding_id, "--lang", "en"),
        )
        return bool(fed.get(f"/v1/findings/{finding_id}?lang=en", tokens["desk-bzk"]).json() == shown)

    eventually(same, "the same finding")
    assert fed.get(f"/v1/findings/{finding_id}", tokens["desk-fin"]).status_code == 404


def test_a_notification_has_its_members(fed: Fed) -> None:
    """Counts and members as they were sent; of who sees not all of it there is none."""
    tokens = {name: fed.feed(name)[1] for name in ("desk-bzk", "desk-fin", "cio")}
    identifier = fed.notifications["fin"]

    shown = fed.get(f"/v1/notifications/{identifier}?lang=nl", tokens["desk-fin"])
    assert shown.status_code == 200
    said = shown.json()
    assert (said["notification_id"], said["organisation"]) == (identifier, "fin")
    assert said["count"] == len(said["members"]) + said["left_out"] > 0
    assert {each["organisation"] for each in said["members"]} == {"fin"}
    assert fed.get(f"/v1/notifications/{identifier}", tokens["cio"]).status_code == 200
    assert fed.get(f"/v1/notifications/{identifier}", tokens["desk-bzk"]).status_code == 404


def test_every_no_is_the_same(fed: Fed) -> None:
    """A wrong token, what others have, and what there is not; without a token it is said to be needed."""
    _, token = fed.feed("desk-fin")
    others = eventually(lambda: findings(fed, fed.feed("desk-bzk")[1]), "findings")[0]
    wrong = "A" * 43
    refused = [
        fed.get(f"/feeds/{wrong}/findings.atom"),
        fed.get(f"/feeds/{wrong}/findings.atom?lang=fr"),
        fed.get(f"/feeds/{wrong[1:]}/calendar.ics"),
        fed.get(f"/feeds/{token}/other"),
        fed.get("/"),
        fed.get("/v1/findings/none", token),
        fed.get(f"/v1/findings/{others}", token),
        fed.get(f"/v1/findings/{others}", wrong),
        fed.get(f"/v1/notifications/{fed.notifications['bzk']}", token),
        fed.get("/v1/notifications/none", token),
    ]

    assert {(each.status_code, each.content) for each in refused} == {(404, b"not found\n")}
    told = [{name: value for name, value in each.headers.items() if name != "date"} for each in refused]
    assert told == [told[0]] * len(told)
    without = fed.get(f"/v1/findings/{others}")
    assert (without.status_code, without.headers["www-authenticate"]) == (401, "Bearer")
    assert fed.client.post(f"/feeds/{token}/findings.atom").status_code == 501


def test_an_evicted_asker_has_no_feeds(fed: Fed) -> None:
    """At once, and not again when an asker of that name comes back; one that is withdrawn ends alone."""
    config = fed.collector.config
    (first, gone), (second, stays) = fed.feed("leaves"), fed.feed("leaves")
    assert {fed.get(f"/feeds/{each}/calendar.ics").status_code for each in (gone, stays)} == {200}

    assert f"Withdrew feed {first} of leaves." in must(config, "askers", "withdraw-feed", first)
    answers = [fed.get(f"/feeds/{each}/calendar.ics").status_code for each in (gone, stays)]
    assert answers == [404, 200]
    assert f"Withdrew feed {second} of leaves." in must(config, "askers", "evict", "leaves")
    assert fed.get(f"/feeds/{stays}/calendar.ics").status_code == 404

    issue(config, "leaves", "--role", "department", "--organisation", "bzk", "--force")
    assert fed.get(f"/feeds/{stays}/calendar.ics").status_code == 404
    rows = must(config, "askers", "feeds", "--format", "csv").splitlines()
    assert {row.split(",")[4] for row in rows if ",leaves," in row} == {"withdrawn"}


def test_strangers_hold_up_nobody(fed: Fed) -> None:
    """Who says nothing, or speaks no TLS, neither stops others nor leaves a trace of a defect."""
    _, token = fed.feed("cio")
    place = (fed.client.base_url.host, fed.client.base_url.port or 0)
    silent = [socket.create_connection(place) for _ in range(5)]
    with socket.create_connection(place) as plain:
        plain.sendall(f"GET /feeds/{token}/findings.atom HTTP/1.0\r\n\r\n".encode())
        assert fed.get(f"/feeds/{token}/findings.atom").status_code == 200
    for each in silent:
        each.close()

    assert not any("Traceback" in line for line in fed.collector.lines())
    assert fed.collector.events("feed.failed") == []


def test_tokens_are_written_down_nowhere(fed: Fed) -> None:
    """Not in the log at its most talkative, and not in the store; each answer is counted."""
    _, token = fed.feed("cio")
    assert fed.get(f"/feeds/{token}/findings.atom").status_code == 200
    assert fed.get(f"/feeds/{token}/findings.atom?lang=xx").status_code == 400
    fed.get("/v1/findings/none", token)
    fed.get(f"/feeds/{token}/none/%00\u2028")

    assert token not in fed.collector.log.read_text()
    data = fed.collector.place / "data"
    kept = [each for each in data.iterdir() if each.name.startswith("wolkenzicht.db")]
    assert kept
    assert not any(token.encode() in each.read_bytes() for each in kept)
    metrics = httpx.get(f"http://{fed.collector.address('http')}/metrics", timeout=60).text
    assert 'wolkenzicht_collector_feed_answers_total{status="200"}' in metrics
    assert token not in metrics


def test_without_an_address_there_are_none(tmp_path: Path, fed: Fed) -> None:
    """The command says which key to set."""
    config = tmp_path / "collector.toml"
    config.write_text(fed.collector.config.read_text().replace('listen_feeds = "127.0.0.1:0"', ""))

    refused = run(config, "askers", "feed", "cio")

    assert (refused.returncode, "listen_feeds is not set" in refused.stderr) == (1, True)
