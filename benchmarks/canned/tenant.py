"""How the accounts of the canned organization are found and entered."""

from __future__ import annotations

from benchmarks.canned.answers import ANSWERS, written
from benchmarks.canned.estate import REGIONS, Estate
from benchmarks.canned.pages import Asked
from tests.servers.aws_errors import Answer
from tests.servers.aws_requests import AwsRequest

#: What the keys of assumed roles begin with; the account's number follows.
_ASSUMED = "ASIABENCH"
_ACCOUNTS_A_PAGE = 20


def account_of(key: str, estate: Estate) -> str:
    """The account that an access key opens: the first one's for keys of its own."""
    return key.removeprefix(_ASSUMED) if key.startswith(_ASSUMED) else estate.account(0)


def answer(asked: Asked) -> Answer | None:
    """The answer to a question about the tenant; `None` for one about what it holds."""
    request: AwsRequest = asked.request
    tell = {
        ("sts", "GetCallerIdentity"): _identity,
        ("sts", "AssumeRole"): _role,
        ("organizations", "ListAccounts"): _accounts,
        ("account", "ListRegions"): _regions,
    }.get((request.service, request.operation))
    return None if tell is None else written(asked, tell(asked))


def _identity(asked: Asked) -> dict[str, object]:
    arn = f"arn:aws:sts::{asked.account}:assumed-role/wolkenzicht/reader"
    return {"UserId": "bench", "Account": asked.account, "Arn": arn}


def _role(asked: Asked) -> dict[str, object]:
    account = asked.parameters["RoleArn"].split(":")[4]
    credentials = {
        "AccessKeyId": _ASSUMED + account,
        "SecretAccessKey": "bench",
        "SessionToken": "bench",
        "Expiration": "2099-01-01T00:00:00Z",
    }
    return {"Credentials": credentials}


def _accounts(asked: Asked) -> dict[str, object]:
    start = int(asked.parameters.get("NextToken") or 0)
    end = min(asked.estate.accounts, start + _ACCOUNTS_A_PAGE)
    found = [
        {"Id": asked.estate.account(place), "Name": f"account {place}", "Status": "ACTIVE", "State": "ACTIVE"}
        for place in range(start, end)
    ]
    return {"Accounts": found} | ({"NextToken": str(end)} if end < asked.estate.accounts else {})


def _regions(asked: Asked) -> dict[str, object]:
    del asked
    return {"Regions": [{"RegionName": each, "RegionOptStatus": "ENABLED_BY_DEFAULT"} for each in REGIONS]}


def answered(asked: Asked) -> Answer | None:
    """The answer about the tenant or what it holds; `None` where nothing is known of the operation."""
    about = answer(asked)
    if about is not None:
        return about
    tell = ANSWERS.get((asked.request.service, asked.request.operation))
    return None if tell is None else tell(asked)
