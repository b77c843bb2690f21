"""S3 buckets: their region, the region of their replicas, and what is said where a call is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.aws.source import AwsSource
from tests.servers.aws_errors import Answer
from tests.servers.aws_estate import ACCOUNT, IRELAND, LONDON, VIRGINIA, Estate
from tests.servers.aws_reading import read
from tests.servers.fault_proxy import FaultProxy
from wolkenzicht.model import Certainty, DataLocation, DeniedBy, Evidence, Operation, Outcome, Scope

MakeSource = Callable[..., AwsSource]
BUCKETS = Scope(ACCOUNT, "global", "AWS::S3::Bucket")
DESTINATION = "ReplicationConfiguration.Rules[].Destination.Bucket"


def test_bucket_with_replica_in_london(make_source: MakeSource) -> None:
    """A bucket tells its own region and, through the destination bucket, that of its replica."""
    bucket = read(make_source(), BUCKETS).named("dossiers")
    assert bucket.asset_id == "arn:aws:s3:::dossiers"
    assert bucket.location == IRELAND
    assert bucket.locations == (
        DataLocation(
            Operation.STORED, IRELAND, Certainty.DECLARED, (Evidence("LocationConstraint", IRELAND),)
        ),
        DataLocation(
            Operation.REPLICATED,
            LONDON,
            Certainty.DECLARED,
            (Evidence(DESTINATION, "arn:aws:s3:::kopie-londen"), Evidence("LocationConstraint", LONDON)),
        ),
    )
    assert bucket.tags == (("env", "prod"), ("system", "zaaksysteem"))
    assert bucket.properties == (("encryption", "aws:kms"), ("kms_key", "k"), ("versioning", "enabled"))
    assert bucket.created is not None


def test_no_constraint_is_virginia(make_source: MakeSource) -> None:
    """A bucket without a location constraint lies in us-east-1."""
    bucket = read(make_source(), BUCKETS).named("oud-archief")
    assert bucket.location == VIRGINIA
    assert bucket.locations[0].evidence == (Evidence("LocationConstraint", "null"),)


@pytest.mark.parametrize(("constraint", "region"), [("EU", "eu-west-1"), ("eu-central-2", "eu-central-2")])
def test_legacy_constraint(make_source: MakeSource, proxy: FaultProxy, constraint: str, region: str) -> None:
    """The constraint `EU` is Ireland; others are the region."""
    body = f"<LocationConstraint>{constraint}</LocationConstraint>".encode()
    proxy.fault(lambda _: Answer(200, body), "s3", None, "GetBucketLocation")
    bucket = read(make_source(), BUCKETS).named("oud-archief")
    assert (bucket.location, bucket.locations[0].evidence) == (
        region,
        (Evidence("LocationConstraint", constraint),),
    )


def test_region_in_the_listing_saves_a_call(make_source: MakeSource, proxy: FaultProxy) -> None:
    """Where the listing tells a bucket's region, it is not asked for again."""
    body = (
        b"<ListAllMyBucketsResult><Buckets><Bucket><Name>oud-archief</Name>"
        b"<BucketRegion>us-east-1</BucketRegion></Bucket></Buckets></ListAllMyBucketsResult>"
    )
    proxy.fault(lambda _: Answer(200, body), "s3", None, "ListBuckets")
    (bucket,) = read(make_source(), BUCKETS).assets
    assert bucket.locations[0].evidence == (Evidence("Buckets[].BucketRegion", VIRGINIA),)
    assert [each for each in proxy.requests if each.operation == "GetBucketLocation"] == []


def test_details_are_asked_in_the_buckets_region(make_source: MakeSource, proxy: FaultProxy) -> None:
    """Each bucket's configuration is read where the bucket is."""
    read(make_source(), BUCKETS)
    asked = {each.region for each in proxy.requests if each.operation == "GetBucketVersioning"}
    assert asked == {IRELAND, LONDON, VIRGINIA}


def test_denied_replication_is_unknown_and_not_none(make_source: MakeSource, proxy: FaultProxy) -> None:
    """A bucket whose replication may not be read is still there, with a replica in an unknown place."""
    proxy.deny(
        "s3",
        IRELAND,
        "GetBucketReplication",
        permission="s3:GetReplicationConfiguration",
        because="with an explicit deny in a service control policy",
    )
    reading = read(make_source(), BUCKETS)
    bucket = reading.named("dossiers")
    assert bucket.locations[1] == DataLocation(
        Operation.REPLICATED, "", Certainty.UNKNOWN, (Evidence(DESTINATION, "not told"),)
    )
    (gap,) = reading.gaps
    assert (gap.outcome, gap.permission, gap.denied_by, gap.asset_id) == (
        Outcome.DENIED,
        "s3:GetReplicationConfiguration",
        DeniedBy.SERVICE_CONTROL_POLICY,
        "arn:aws:s3:::dossiers",
    )
    assert reading.outcome.asset_count == 3


def test_denied_location_is_unknown(make_source: MakeSource, proxy: FaultProxy) -> None:
    """A bucket whose region may not be read is stored in an unknown place, not in a guessed one."""
    proxy.deny("s3", None, "GetBucketLocation")
    reading = read(make_source(), BUCKETS)
    bucket = reading.named("oud-archief")
    assert bucket.locations == (
        DataLocation(Operation.STORED, "", Certainty.UNKNOWN, (Evidence("LocationConstraint", "not told"),)),
    )
    assert reading.outcome.permission == "s3:GetBucketLocation"


@pytest.fixture
def foreign(moto_url: str) -> str:
    """A bucket that replicates to one that does not answer, and by a disabled rule to London."""
    estate = Estate(moto_url)
    estate.client("s3").create_bucket(
        Bucket="naar-buiten", CreateBucketConfiguration={"LocationConstraint": IRELAND}
    )
    estate.client("s3").put_bucket_versioning(
        Bucket="naar-buiten", VersioningConfiguration={"Status": "Enabled"}
    )
    estate.replicate("naar-buiten", {"kopie-londen": "Disabled", "van-een-ander": "Enabled"})
    return "naar-buiten"


@pytest.fixture
def _removed(moto_url: str, foreign: str) -> object:
    yield None
    Estate(moto_url).client("s3").delete_bucket(Bucket=foreign)


@pytest.mark.usefixtures("_removed")
def test_lost_destination_is_unknown(make_source: MakeSource, foreign: str) -> None:
    """A destination whose region nothing tells is unknown, with a gap; a disabled rule copies nothing."""
    reading = read(make_source(), BUCKETS)
    assert reading.named(foreign).locations[1:] == (
        DataLocation(
            Operation.REPLICATED,
            "",
            Certainty.UNKNOWN,
            (Evidence(DESTINATION, "arn:aws:s3:::van-een-ander"),),
        ),
    )
    assert [gap.outcome for gap in reading.gaps] == [Outcome.FAILED]


@pytest.mark.usefixtures("_removed")
def test_refusal_tells_the_region_of_anothers_bucket(
    make_source: MakeSource, proxy: FaultProxy, foreign: str
) -> None:
    """Where another account's bucket refuses, the header of the refusal still names its region."""
    proxy.deny("s3", None, "GetBucketLocation", after=4)
    refusal = Answer(403, b"", {"x-amz-bucket-region": "eu-central-2"})
    proxy.fault(lambda _: refusal, "s3", None, "HeadBucket")
    proxy.deny("s3", None, "GetBucketLocation", after=5)
    bucket = read(make_source(), BUCKETS).named(foreign)
    assert [
        (place.location, place.evidence[-1]) for place in bucket.locations if place.operation == "replicated"
    ] == [("eu-central-2", Evidence("HeadBucket.BucketRegion", "eu-central-2"))]
