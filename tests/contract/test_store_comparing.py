"""What an agent may ask of its own tenant: page by page, and nothing of another tenant."""

from __future__ import annotations

import pytest

from collector.server import comparing
from collector.server.comparing import Answers
from collector.store.base import Store
from tests.contract.reporting import IRELAND, Reporter, bucket
from wolkenzicht.digests import HASH_BYTES, Digest, asset_hash, bucket_of, from_bytes, place_of
from wolkenzicht.errors import ContractError
from wolkenzicht.model import Scope
from wolkenzicht.v1 import compare_pb2 as pb
from wolkenzicht.wire import decode_scope, encode_scope

TENANT = "bzk-aws"
ACCOUNTS = [f"{number:012}" for number in range(7)]
REGIONS = ("eu-central-1", "eu-west-1")


@pytest.fixture
def answers(estate: Store, monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Answers of a few items each, over seven accounts; another tenant has an asset too."""
    agent = Reporter(estate)
    listed = {
        Scope(account, region, IRELAND.type): [
            bucket(f"{account}-{region}-{number}", region, account=account) for number in range(5)
        ]
        for account in ACCOUNTS
        for region in REGIONS
    }
    agent.scan("s1", listed)
    Reporter(estate, tenant="ezk-aws", spool_id="other").scan("s1", {IRELAND: [bucket("theirs")]})
    monkeypatch.setattr(comparing, "_ANSWER_BYTES", 150)
    return Answers(estate.comparing)


def ask(answers: Answers, **question: object) -> pb.CompareResponse:
    """One question of the tenant."""
    return answers.answer(TENANT, pb.CompareRequest(tenant=TENANT, **question))  # type: ignore[arg-type]


def test_every_level_adds_up(answers: Answers) -> None:
    """Accounts to the tenant, scopes to their account, buckets and assets to their scope."""
    whole = ask(answers, of_tenant=pb.TenantQuestion()).tenant
    accounts: list[pb.AccountDigest] = []
    after, pages = "", 0
    while True:
        page = ask(answers, of_accounts=pb.AccountsQuestion(after=after))
        accounts += page.accounts
        pages += 1
        after = page.next_page_token
        if not after:
            break
    assert [each.account for each in accounts] == ACCOUNTS
    assert pages > 1
    assert total([each.assets for each in accounts]) == (whole.assets.count, from_bytes(whole.assets.sum))

    for account in accounts:
        scopes: list[pb.ScopeDigest] = []
        token = ""
        while True:
            page = ask(answers, of_scopes=pb.ScopesQuestion(account=account.account, page_token=token))
            scopes += page.scopes
            token = page.next_page_token
            if not token:
                break
        assert [each.scope.location for each in scopes] == list(REGIONS)
        assert total([each.assets for each in scopes]) == (10, from_bytes(account.assets.sum))
    of_scope(answers, decode_scope(scopes[0].scope), scopes[0].assets)


def of_scope(answers: Answers, scope: Scope, digest: pb.SetDigest) -> None:
    """Buckets and their assets."""
    place = encode_scope(scope)
    sums = ask(answers, of_buckets=pb.BucketsQuestion(scope=place, bits=3)).bucket_sums
    parts = [from_bytes(sums[at : at + HASH_BYTES]) for at in range(0, len(sums), HASH_BYTES)]
    assert len(parts) == 8
    assert sum(parts) % 2**128 == from_bytes(digest.sum)
    found: list[pb.HeldAsset] = []
    question = pb.EntriesQuestion(scope=place, bits=3)
    while True:
        page = ask(answers, of_entries=question)
        found += page.assets
        question.page_token = page.next_page_token
        if not question.page_token:
            break
    assert len(found) == 5
    held = Digest()
    for each in found:
        held.add(asset_hash(place_of(scope), each.asset_id, each.fingerprint))
    assert held.message() == digest
    wanted = bucket_of(found[0].asset_id, 3)
    question = pb.EntriesQuestion(scope=place, bits=3, buckets=bytes([1 << wanted]))
    chosen = {each.asset_id for each in ask(answers, of_entries=question).assets}
    assert chosen
    assert all(bucket_of(each, 3) == wanted for each in chosen)


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({}, "question"),
        ({"of_buckets": pb.BucketsQuestion(scope=encode_scope(IRELAND), bits=16)}, "of_buckets.bits"),
        (
            {"of_entries": pb.EntriesQuestion(scope=encode_scope(IRELAND), bits=4, buckets=b"x")},
            "of_entries.buckets",
        ),
        (
            {"of_entries": pb.EntriesQuestion(scope=encode_scope(IRELAND), page_token="-1")},
            "of_entries.page_token",
        ),
        ({"of_scopes": pb.ScopesQuestion(account="x", page_token="7")}, "of_scopes.page_token"),
        ({"of_buckets": pb.BucketsQuestion()}, "scope"),
    ],
)
def test_a_question_that_means_nothing_is_refused(
    answers: Answers, question: dict[str, object], field: str
) -> None:
    """By the field at fault."""
    with pytest.raises(ContractError) as raised:
        ask(answers, **question)
    assert field in raised.value.field


def test_a_tenant_that_never_reported_has_nothing(answers: Answers) -> None:
    """An empty answer at every level."""
    asked = answers.answer("bzk-odc", pb.CompareRequest(of_tenant=pb.TenantQuestion()))
    assert asked.tenant.assets == pb.SetDigest()
    assert not answers.answer("bzk-odc", pb.CompareRequest(of_accounts=pb.AccountsQuestion())).accounts


def total(digests: list[pb.SetDigest]) -> tuple[int, int]:
    """Count and sum of several digests."""
    return sum(each.count for each in digests), sum(from_bytes(each.sum) for each in digests) % 2**128
