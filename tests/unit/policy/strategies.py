"""Assets for property tests: codes, types, tags and properties that rules know, junk, and nothing."""

from __future__ import annotations

from hypothesis import strategies as st

from policy.ruleset import load
from wolkenzicht.model import (
    Asset,
    Certainty,
    DataLocation,
    Declarations,
    Depth,
    Holds,
    Operation,
)

_LOCATIONS = load().locations
TEXT = st.text(max_size=20)
CODES = st.one_of(
    *(st.sampled_from(sorted(catalogue)) for catalogue in _LOCATIONS.catalogues.values()),
    st.sampled_from(["eu-west-1a", "eu-central-1-ist-1a", "eu-west-99", "EU", "", " ", "?"]),
    st.sampled_from(
        ["europe-west4-a", "storage/EUR5", "storage/europe-west2-c", "storage/eu-a", "West Europe"]
    ),
    TEXT,
)
#: Codes of countries, what EU documents write for them, and what is none.
COUNTRIES = st.one_of(
    st.sampled_from(sorted(_LOCATIONS.countries)), st.sampled_from(["UK", "EL", "nl", "ZZ", "N1"]), TEXT
)
LOCATIONS = st.builds(
    DataLocation,
    operation=st.sampled_from(Operation),
    location=CODES,
    certainty=st.sampled_from(Certainty),
    evidence=st.just(()),
    declared_countries=st.one_of(st.just(()), st.lists(COUNTRIES, max_size=3).map(tuple)),
)
#: The operations that the location class is about.
DATA = [Operation.STORED, Operation.REPLICATED, Operation.BACKED_UP, Operation.PROCESSED]

#: Tag keys and words that say something.
SAYING_KEYS = [
    "materieel", "omgeving", "environment", "proces", "persoonsgegevens", "basisregistratie", "tbb",
    "rubricering",
]  # fmt: skip
SAYING_WORDS = [
    "ja", "nee", "test", "productie", "primair", "grootschalig", "bijzonder", "brondata", "tbb 2",
    "staatsgeheim", "onbekend",
]  # fmt: skip
KEYS = st.one_of(st.sampled_from([*SAYING_KEYS, "Material", "ENV", "Persoonsgegevens", "matérieel"]), TEXT)
VALUES = st.one_of(st.sampled_from([*SAYING_WORDS, "NEE", "é", ""]), TEXT)
TAGS = st.lists(st.tuples(KEYS, VALUES), max_size=5).map(tuple)

#: Types that rules on keys know, and what sources say of encryption.
TYPES = st.one_of(
    st.sampled_from(
        [
            "AWS::S3::Bucket", "AWS::KMS::Key", "AWS::EC2::Volume", "AWS::RDS::DBInstance",
            "Microsoft.Storage/storageAccounts", "Microsoft.Compute/disks", "storage.googleapis.com/Bucket",
            "cloudkms.googleapis.com/CryptoKey", "odc:system",
        ]
    ),
    TEXT,
)  # fmt: skip
PROPERTIES = st.lists(
    st.tuples(
        st.sampled_from(
            ["encryption", "kms_key", "origin", "key_manager", "encrypted", "protection_level", "cpus"]
        ),
        st.one_of(
            st.sampled_from(
                [
                    "AES256", "aws:kms", "none", "AWS", "CUSTOMER", "EXTERNAL", "EXTERNAL_KEY_STORE", "HSM",
                    "false", "true", "Microsoft.KeyVault", "Microsoft.Storage", "https://v.vault.azure.net/k",
                    "alias/aws/s3", "arn:aws:kms:eu-west-1:111122223333:key/k",
                    "projects/p/locations/eu/keyRings/r/cryptoKeys/k",
                ]
            ),
            TEXT,
        ),
    ),
    max_size=4,
).map(tuple)  # fmt: skip

PROVIDERS = ["aws", "azure", "gcp", "odc"]
PARTITIONS = [
    "aws", "aws-cn", "aws-eusc", "AzureCloud", "AzureChinaCloud", "googleapis.com", "ODC-Noord",
    "ODC Amsterdam",
]  # fmt: skip
ASSETS = st.builds(
    Asset,
    asset_id=TEXT,
    provider=st.one_of(st.sampled_from(PROVIDERS), TEXT),
    partition=st.one_of(st.sampled_from(PARTITIONS), TEXT),
    account=TEXT,
    service=TEXT,
    type=TYPES,
    name=TEXT,
    location=CODES,
    holds=st.sampled_from(Holds),
    locations=st.lists(LOCATIONS, max_size=5).map(tuple),
    depth=st.sampled_from(Depth),
    tags=TAGS,
    properties=PROPERTIES,
    declarations=st.builds(Declarations, system=TEXT, owner=TEXT, material=VALUES, personal_data=VALUES),
)
