"""Databases of the Glue Data Catalog, and the bucket that each keeps its tables in."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.bucket_places import HEAD, LOCATION, BucketPlaces, bucket_of_uri, in_bucket
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_LIST = Call("GetDatabases", "glue:GetDatabases", items="DatabaseList", page_size=100)
_TAGS = Call("GetTags", "glue:GetTags", absent=("EntityNotFoundException",))

_URI = "DatabaseList[].LocationUri"
_LINK = "DatabaseList[].TargetDatabase.Region"


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each database with its tags and the place of its bucket."""
    places = BucketPlaces(client)
    for database in client.items(_LIST):
        bucket = bucket_of_uri(database.get("LocationUri") or "")
        arn = f"arn:{client.partition}:glue:{client.region}:{scope.account}:database/{database['Name']}"
        yield {
            ITEM: database,
            "place": places.of(bucket) if bucket else None,
            "GetTags": client.detail(_TAGS, ResourceArn=arn),
        }


def normalise(raw: Raw, context: Context) -> Asset:
    """The database: names and columns of tables, with where their rows are."""
    database = raw[ITEM]
    return context.asset(
        asset_id=context.arn(f"database/{database['Name']}"),
        name=database["Name"],
        location=context.region,
        locations=(
            *facts.home(context.region, "DatabaseList[].Name", f"{database['Name']} in {context.region}"),
            *_tables(raw, context),
        ),
        tags=facts.tags_in(raw["GetTags"], "Tags"),
        properties=facts.properties(
            catalogue=database.get("CatalogId"), location_uri=database.get("LocationUri")
        ),
        created=database.get("CreateTime"),
    )


def _tables(raw: Raw, context: Context) -> Iterator[DataLocation]:
    database = raw[ITEM]
    uri = database.get("LocationUri") or ""
    if bucket_of_uri(uri):
        yield in_bucket(Operation.STORED, _URI, uri, raw["place"], context.partition)
    link = (database.get("TargetDatabase") or {}).get("Region")
    yield from facts.elsewhere(Operation.STORED, link, context.region, _LINK)


DATABASES = ResourceKind(
    name="glue-database",
    title="Database of the Glue Data Catalog",
    service="glue",
    scope="regional",
    type="AWS::Glue::Database",
    holds=Holds.METADATA,
    states=(Operation.STORED,),
    calls=(_LIST, _TAGS, LOCATION, HEAD),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/glue/latest/webapi/API_GetDatabases.html",
)
