"""A store filled at once with an estate as governments have them: few large tenants, few common types.

Rows are written as ingest would have written them, but in bulk and with their indexes made at the end: to
load millions through the stream takes an hour, and what is measured is how they are read.
"""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from collector.store.base import Organisation, Store, Tenant
from collector.store.sqlite import open_store
from collector.store.sqlite.groups import group_no
from wolkenzicht import wire
from wolkenzicht.model import (
    Asset,
    Certainty,
    DataLocation,
    Holds,
    Jurisdiction,
    KeyCustody,
    LawReach,
    LocationClass,
    LocationVerdict,
    MaterialUse,
    Operation,
    Verdict,
)
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset

TENANTS = 120
ORGANISATIONS = 40
_SEED = 20261130
_CHUNK = 20_000
_MOMENT = 1_800_000_000_000_000
_BASE = datetime(2026, 11, 30, tzinfo=UTC)

_PLACES = {
    "aws": "eu-central-1 DE, eu-west-1 IE, eu-north-1 SE, eu-west-2 GB, us-east-1 US",
    "azure": "westeurope NL, northeurope IE, germanywestcentral DE, uksouth GB, eastus US",
    "gcp": "europe-west4 NL, europe-west1 BE, europe-west3 DE, europe-west2 GB, us-central1 US",
    "odc": "ODC-Noord NL, ODC-Amsterdam NL, ODC-Haaglanden NL",
}
_ADEQUATE = {"GB"}
_OUTSIDE = {"US"}
#: Share of a tenant's assets in its first, second, … location and of its first, second, … type.
_PLACE_WEIGHTS = (70, 22, 6, 1.5, 0.5)
_TYPES = {
    "aws": """
        AWS::EC2::Volume AWS::EC2::Instance AWS::EC2::Snapshot AWS::Logs::LogGroup AWS::Lambda::Function
        AWS::S3::Bucket AWS::IAM::Role AWS::EC2::SecurityGroup AWS::KMS::Key AWS::SQS::Queue AWS::SNS::Topic
        AWS::DynamoDB::Table AWS::RDS::DBInstance AWS::RDS::DBSnapshot AWS::ECR::Repository
        AWS::EFS::FileSystem
        AWS::SecretsManager::Secret AWS::Backup::RecoveryPoint AWS::CloudFront::Distribution AWS::MSK::Cluster
    """,
    "azure": """
        Microsoft.Compute/disks Microsoft.Compute/virtualMachines Microsoft.Compute/snapshots
        Microsoft.Web/sites
        Microsoft.Storage/storageAccounts Microsoft.Network/networkInterfaces Microsoft.KeyVault/vaults
        Microsoft.Sql/servers/databases Microsoft.Insights/components Microsoft.OperationalInsights/workspaces
        Microsoft.DocumentDB/databaseAccounts Microsoft.ContainerRegistry/registries Microsoft.Cache/redis
    """,
    "gcp": """
        compute.googleapis.com/Disk compute.googleapis.com/Instance compute.googleapis.com/Snapshot
        storage.googleapis.com/Bucket pubsub.googleapis.com/Topic bigquery.googleapis.com/Dataset
        sqladmin.googleapis.com/Instance cloudkms.googleapis.com/CryptoKey run.googleapis.com/Service
    """,
    "odc": "odc/virtual-machine odc/volume odc/database odc/share odc/cluster",
}
_METADATA = re.compile("Role|SecurityGroup|Topic|networkInterfaces|Key")
_MATERIAL = (MaterialUse.UNDETERMINED, MaterialUse.NOT_MATERIAL, MaterialUse.MATERIAL)
_CUSTODY = (KeyCustody.PROVIDER_MANAGED, KeyCustody.CUSTOMER_MANAGED, KeyCustody.UNKNOWN)
_WORDS = (
    *("zaaksysteem", "basisregister", "burgerzaken", "vergunning", "belasting", "toeslag", "aangifte"),
    *("archief", "dossier", "post", "betaling", "rijbewijs", "kadaster", "milieu", "wegenkaart", "verkeer"),
    *("opsporing", "rechtspraak", "inspectie", "subsidie", "onderwijs", "zorg"),
)

_INSERT = """
    INSERT INTO asset (tenant, asset_id, account, scope_location, scope_type, type, fingerprint, provider,
        name, countries, location_class, material, holds, custody, law_reach, law_countries, group_no,
        first_seen, changed, record)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_FINDING = """
    INSERT INTO finding (tenant, finding_id, subject, subject_kind, kind, severity, state, clause, details,
        owner, opened, resolved)
    VALUES (?, ?, ?, 'asset', 'data_outside_eea', 'high', ?, '', '[]', '', ?, ?)
"""
_SCOPES = """
    INSERT INTO scope (tenant, account, location, type, planned_scan, planned, outcome, asset_count, scan_id,
        looked, outcome_since, last_complete)
    SELECT tenant, account, scope_location, scope_type, 's', 1, 'complete', count(*), 's', :now, :now, :now
    FROM asset GROUP BY tenant, account, scope_location, scope_type
"""


@dataclass(frozen=True, slots=True)
class _Template:
    """What the assets of one kind of a tenant share."""

    type: str
    place: str
    kind: tuple[str, ...]
    message: ClassifiedAsset

    @property
    def needs_a_person(self) -> bool:
        return self.kind[2] != LocationClass.INSIDE_EEA and self.kind[4] == Holds.CONTENT


def tenants() -> list[Tenant]:
    """The tenants, the largest first; several of an organisation."""
    providers = ("aws", "azure", "azure", "aws", "gcp", "odc")
    return [
        Tenant(
            f"org{number % ORGANISATIONS:02}-{providers[number % 6]}-{number:03}",
            f"org{number % ORGANISATIONS:02}",
            providers[number % 6],
            created=_BASE,
        )
        for number in range(TENANTS)
    ]


def build(path: Path, assets: int) -> Store:
    """A store with so many assets in `path`."""
    store = open_store(path, create=True)
    registry = store.registry
    registry.put_organisations(
        [Organisation(f"org{each:02}", f"Organisatie {each}") for each in range(ORGANISATIONS)]
    )
    every = tenants()
    for tenant in every:
        registry.add_tenant(tenant)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -400000")
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'asset' AND sql IS NOT NULL"
    ).fetchall()
    statistics = connection.execute("SELECT tbl, idx, stat FROM sqlite_stat1 WHERE tbl = 'asset'").fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    shares = [1 / (place + 3) for place in range(len(every))]
    for number, tenant in enumerate(every):
        _fill(connection, tenant, round(assets * shares[number] / sum(shares)), random.Random(_SEED + number))
    for _, statement in indexes:
        connection.execute(statement)
    connection.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'asset'")
    connection.executemany("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", statistics)
    connection.execute(_SCOPES, {"now": _MOMENT})
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    store.upkeep.repair_counts()
    # Opened again: the connection that is open has not seen how large the tables are to be taken for.
    for each in store.closers:
        each.close()  # type: ignore[attr-defined]  # the interface does not say what closes
    return open_store(path)


def _fill(connection: sqlite3.Connection, tenant: Tenant, assets: int, chance: random.Random) -> None:
    templates, weights = _templates(tenant, chance)
    accounts = [f"{chance.randrange(10**12):012}" for _ in range(max(1, min(60, assets // 2000)))]
    left = assets
    for account in accounts:
        share = -(-left // (len(accounts) - accounts.index(account)))
        left -= share
        drawn = sorted(chance.choices(range(len(templates)), weights, k=share))
        for start in range(0, share, _CHUNK):
            part = [templates[each] for each in drawn[start : start + _CHUNK]]
            rows = list(_rows(tenant, account, part, start, chance))
            connection.execute("BEGIN")
            connection.executemany(_INSERT, rows)
            connection.executemany(_FINDING, _findings(tenant, rows, part))
            connection.execute("COMMIT")


def _rows(
    tenant: Tenant, account: str, part: Sequence[_Template], start: int, chance: random.Random
) -> Iterator[tuple[object, ...]]:
    for number, template in enumerate(part, start):
        tag = chance.randrange(2**44)
        word = _WORDS[min(int(chance.expovariate(0.25)), len(_WORDS) - 1)]
        name = f"{word}-{'prd' if tag % 3 else 'tst'}-{tag:011x}"
        asset_id = _identifier(tenant.provider, account, template, name)
        message = template.message
        message.asset.asset_id, message.asset.name, message.asset.account = asset_id, name, account
        message.asset.tags["systeem"] = f"{word}-{tag % 300}"
        message.asset.tags["kostenplaats"] = f"{tag % 900:04}"
        message.fingerprint = tag.to_bytes(8, "big") + number.to_bytes(8, "big")
        provider, countries, where, material, holds, kind, custody, reach, law = template.kind
        yield (
            *(
                tenant.tenant,
                asset_id,
                account,
                template.place,
                kind,
                kind,
                message.fingerprint,
                provider,
                name,
            ),
            *(countries, where, material, holds, custody, reach, law, group_no(*template.kind)),
            *(_MOMENT, _MOMENT, message.SerializeToString()),
        )


def _findings(
    tenant: Tenant, rows: Sequence[tuple[object, ...]], part: Sequence[_Template]
) -> Iterator[tuple[object, ...]]:
    """One for each asset that needs a person; one in three is resolved."""
    for row, template in zip(rows, part, strict=True):
        if template.needs_a_person:
            token = int.from_bytes(row[6][:8], "big")  # type: ignore[index]  # the fingerprint
            resolved = _MOMENT if token % 3 == 0 else None
            state = "open" if resolved is None else "resolved"
            opened = _MOMENT - token % 10**12
            yield tenant.tenant, f"{tenant.tenant}-{row[6].hex()}", row[1], state, opened, resolved  # type: ignore[attr-defined]  # the same


def _identifier(provider: str, account: str, template: _Template, name: str) -> str:
    kind = template.type
    if provider == "aws":
        service, resource = kind.removeprefix("AWS::").lower().split("::")
        return f"arn:aws:{service}:{template.place}:{account}:{resource}/{name}"
    if provider == "azure":
        return f"/subscriptions/{account}/resourceGroups/rg-{name[:4]}/providers/{kind}/{name}"
    if provider == "gcp":
        host, resource = kind.split("/")
        return f"//{host}/projects/p-{account}/locations/{template.place}/{resource.lower()}s/{name}"
    return f"urn:odc:{template.place}:{kind}:{name}"


def _templates(tenant: Tenant, chance: random.Random) -> tuple[list[_Template], list[float]]:
    """The kinds of assets of a tenant, and how many of each there are among others."""
    places = [tuple(each.split()) for each in _PLACES[tenant.provider].split(", ")]
    home = places[: chance.choice((2, 3))] if tenant.provider != "odc" else places[:1]
    chance.shuffle(home)
    home += places[len(home) :]
    templates, weights = [], []
    types = _TYPES[tenant.provider].split()
    order = chance.sample(types, k=len(types))
    for rank, kind in enumerate(order):
        holds = Holds.METADATA if _METADATA.search(kind) else Holds.CONTENT
        for (place, country), place_weight in zip(home, _PLACE_WEIGHTS, strict=False):
            for material, material_weight in zip(_MATERIAL, (80, 12, 8), strict=True):
                for custody, custody_weight in zip(_CUSTODY, (75, 20, 5), strict=True):
                    if holds is Holds.METADATA and custody is not KeyCustody.UNKNOWN:
                        continue
                    templates.append(
                        _template(tenant.provider, kind, place, country, holds, material, custody)
                    )
                    weights.append(place_weight * material_weight * custody_weight / (rank + 1.5))
    return templates, weights


def _template(
    provider: str,
    kind: str,
    place: str,
    country: str,
    holds: Holds,
    material: MaterialUse,
    custody: KeyCustody,
) -> _Template:
    where = LocationClass.INSIDE_EEA
    if country in _ADEQUATE:
        where = LocationClass.OUTSIDE_EEA_ADEQUATE
    elif country in _OUTSIDE:
        where = LocationClass.OUTSIDE_EEA
    law = "NL" if provider == "odc" else "US"
    reach = LawReach.EEA_ONLY if provider == "odc" else LawReach.THROUGH_PARENT
    asset = Asset(
        asset_id="-",
        provider=provider,
        partition=provider,
        account="-",
        service=kind.split(":", maxsplit=1)[0],
        type=kind,
        name="-",
        location=place,
        holds=holds,
        locations=(DataLocation(Operation.STORED, place, Certainty.DECLARED),),
        tags=(("beheer", "team"), ("eigenaar", "directie"), ("omgeving", "productie")),
        properties=(("encryption", "key"), ("size_gib", "100"), ("state", "in-use")),
    )
    verdict = Verdict(
        location_class=where,
        locations=(LocationVerdict((country,), where, "location.region"),),
        jurisdictions=(Jurisdiction(law, ("operator",), ("law",)),),
        material=material,
        material_rule="material.none",
        material_reason="nothing declares it",
        policy_version="bench",
        custody=custody,
        law_reach=reach,
    )
    columns = (
        *(
            provider,
            f",{country},",
            where.value,
            material.value,
            holds.value,
            kind,
            custody.value,
            reach.value,
        ),
        f",{law},",
    )
    return _Template(kind, place, columns, wire.encode_classified(asset, verdict))
