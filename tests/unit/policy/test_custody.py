"""Who holds the keys: what the source says, with its evidence; what it does not say is unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.custody import CustodyRules
from policy.custody_rules import FILE, read_custody_rules
from policy.explain import Step
from policy.ruleset import Policy
from wolkenzicht.model import Asset, Depth, Evidence, Holds, KeyCustody

MakeAsset = Callable[..., Asset]

PROVIDER, CUSTOMER = KeyCustody.PROVIDER_MANAGED, KeyCustody.CUSTOMER_MANAGED
EXTERNAL, NONE, UNKNOWN = KeyCustody.EXTERNAL, KeyCustody.NOT_ENCRYPTED, KeyCustody.UNKNOWN

OWN, OTHER = "111122223333", "444455556666"
KEY = f"arn:aws:kms:eu-west-1:{OWN}:key/0d3a"
OTHER_KEY = f"arn:aws:kms:us-east-1:{OTHER}:key/0d3a"
CMEK = "projects/p/locations/europe-west4/keyRings/r/cryptoKeys/k"

RULES = CustodyRules(read_custody_rules((files("policy") / "data" / FILE).read_bytes()))

AWS = [
    (
        "AWS::KMS::Key",
        {"origin": "EXTERNAL_KEY_STORE", "key_manager": "CUSTOMER"},
        EXTERNAL,
        "key_external_store",
    ),
    ("AWS::KMS::Key", {"origin": "EXTERNAL", "key_manager": "CUSTOMER"}, CUSTOMER, "key_imported"),
    ("AWS::KMS::Key", {"origin": "AWS_CLOUDHSM", "key_manager": "CUSTOMER"}, CUSTOMER, "key_in_cloudhsm"),
    ("AWS::KMS::Key", {"origin": "AWS_KMS", "key_manager": "CUSTOMER"}, CUSTOMER, "key_of_customer"),
    ("AWS::KMS::Key", {"origin": "AWS_KMS", "key_manager": "AWS"}, PROVIDER, "key_of_provider"),
    ("AWS::KMS::Key", {"origin": "QUANTUM", "key_manager": "CUSTOMER"}, UNKNOWN, ""),
    ("AWS::KMS::Key", {}, UNKNOWN, ""),
    ("AWS::EC2::Volume", {"encryption": "none"}, NONE, "not_encrypted"),
    ("AWS::EC2::Volume", {"encryption": "encrypted"}, UNKNOWN, ""),
    ("AWS::EC2::Volume", {"encryption": "encrypted", "kms_key": KEY}, UNKNOWN, "key_not_told_whose"),
    ("AWS::EC2::Volume", {"encryption": "encrypted", "kms_key": OTHER_KEY}, CUSTOMER, "key_of_other_account"),
    ("AWS::EC2::Volume", {"kms_key": KEY.replace("0d3a", "mrk-0d3a")}, CUSTOMER, "multi_region_key"),
    ("AWS::RDS::DBInstance", {"kms_key": "alias/aws/rds"}, PROVIDER, "managed_alias"),
    (
        "AWS::RDS::DBInstance",
        {"kms_key": f"arn:aws:kms:eu-west-1:{OWN}:alias/aws/rds"},
        PROVIDER,
        "managed_alias",
    ),
    ("AWS::RDS::DBInstance", {"kms_key": "alias/zaak"}, CUSTOMER, "customer_alias"),
    (
        "AWS::RDS::DBInstance",
        {"kms_key": f"arn:aws-eusc:kms:eusc-de-east-1:{OTHER}:alias/zaak"},
        CUSTOMER,
        "customer_alias",
    ),
    ("AWS::RDS::DBInstance", {}, UNKNOWN, ""),
    ("AWS::S3::Bucket", {"encryption": "AES256"}, PROVIDER, "key_of_service"),
    ("AWS::S3::Bucket", {"encryption": "aws:kms"}, PROVIDER, "bucket_kms_without_key"),
    ("AWS::S3::Bucket", {"encryption": "aws:kms", "kms_key": KEY}, CUSTOMER, "names_customer_keys_only"),
    ("AWS::S3::Bucket", {"encryption": "aws:kms", "kms_key": "alias/aws/s3"}, PROVIDER, "managed_alias"),
    ("AWS::S3::Bucket", {"encryption": "none"}, UNKNOWN, "bucket_without_default"),
    ("AWS::S3::Bucket", {"encryption": "rot13"}, UNKNOWN, ""),
    ("AWS::SQS::Queue", {"encryption": "SQS"}, PROVIDER, "key_of_service"),
    ("AWS::SQS::Queue", {"encryption": "none"}, NONE, "not_encrypted"),
    ("AWS::DynamoDB::Table", {"encryption": "AES256"}, PROVIDER, "key_of_service"),
    ("AWS::DynamoDB::Table", {"encryption": "KMS", "kms_key": KEY}, UNKNOWN, "key_not_told_whose"),
    ("AWS::DSQL::Cluster", {"encryption": "AWS_OWNED_KMS_KEY"}, PROVIDER, "key_of_service"),
    (
        "AWS::DSQL::Cluster",
        {"encryption": "CUSTOMER_MANAGED_KMS_KEY", "kms_key": KEY},
        CUSTOMER,
        "customer_key_encryption",
    ),
    ("AWS::RedshiftServerless::Namespace", {"kms_key": "AWS_OWNED_KMS_KEY"}, PROVIDER, "owned_key"),
    ("AWS::SecretsManager::Secret", {}, PROVIDER, "secret_without_key"),
    ("AWS::SecretsManager::Secret", {"kms_key": KEY}, CUSTOMER, "names_customer_keys_only"),
    ("AWS::Lambda::Function", {}, PROVIDER, "function_without_key"),
    ("AWS::Logs::LogGroup", {}, PROVIDER, "log_group_without_key"),
    ("AWS::EKS::Cluster", {"encryption": "KMS", "kms_key": OTHER_KEY}, UNKNOWN, "secrets_of_cluster_only"),
    ("AWS::CloudTrail::Trail", {"kms_key": KEY}, CUSTOMER, "delivered_elsewhere"),
    ("AWS::EC2::SecurityGroup", {}, UNKNOWN, ""),
]
AZURE = [
    ("Microsoft.Storage/storageAccounts", {"encryption": "Microsoft.Storage"}, PROVIDER, "key_of_service"),
    (
        "Microsoft.Storage/storageAccounts",
        {"encryption": "Microsoft.Keyvault", "kms_key": "https://v.vault.azure.net/keys/k/1"},
        CUSTOMER,
        "key_vault",
    ),
    (
        "Microsoft.Storage/storageAccounts",
        {"encryption": "Microsoft.Keyvault", "kms_key": "https://h.managedhsm.azure.net/keys/k/1"},
        CUSTOMER,
        "managed_hsm",
    ),
    ("Microsoft.Storage/storageAccounts", {}, UNKNOWN, ""),
    (
        "Microsoft.Compute/disks",
        {"encryption": "EncryptionAtRestWithPlatformKey"},
        PROVIDER,
        "disk_platform_key",
    ),
    (
        "Microsoft.Compute/disks",
        {"encryption": "EncryptionAtRestWithCustomerKey"},
        CUSTOMER,
        "disk_customer_key",
    ),
    (
        "Microsoft.Compute/snapshots",
        {"encryption": "EncryptionAtRestWithPlatformAndCustomerKeys"},
        CUSTOMER,
        "disk_customer_key",
    ),
    ("Microsoft.ContainerRegistry/registries", {"encryption": "enabled"}, CUSTOMER, "registry_customer_key"),
    ("Microsoft.ContainerRegistry/registries", {"encryption": "disabled"}, PROVIDER, "registry_service_key"),
    (
        "Microsoft.DocumentDB/databaseAccounts",
        {"kms_key": "https://v.vault.azure.net/keys/k"},
        CUSTOMER,
        "cosmos_customer_key",
    ),
    ("Microsoft.DocumentDB/databaseAccounts", {}, PROVIDER, "cosmos_service_key"),
    ("Microsoft.EventHub/namespaces", {}, PROVIDER, "messaging_service_key"),
    ("Microsoft.ServiceBus/namespaces", {"encryption": "Microsoft.KeyVault"}, CUSTOMER, "key_vault"),
    ("Microsoft.NetApp/netAppAccounts", {"encryption": "Microsoft.NetApp"}, PROVIDER, "key_of_service"),
    ("Microsoft.Sql/servers", {}, UNKNOWN, ""),
]
GCP = [
    ("cloudkms.googleapis.com/CryptoKey", {"protection_level": "EXTERNAL"}, EXTERNAL, "key_external"),
    ("cloudkms.googleapis.com/CryptoKey", {"protection_level": "EXTERNAL_VPC"}, EXTERNAL, "key_external"),
    ("cloudkms.googleapis.com/CryptoKey", {"protection_level": "HSM"}, CUSTOMER, "key_in_kms"),
    ("cloudkms.googleapis.com/CryptoKey", {"protection_level": "SOFTWARE"}, CUSTOMER, "key_in_kms"),
    ("cloudkms.googleapis.com/CryptoKey", {}, UNKNOWN, ""),
    ("storage.googleapis.com/Bucket", {"kms_key": CMEK}, CUSTOMER, "customer_key"),
    ("storage.googleapis.com/Bucket", {}, PROVIDER, "default_encryption"),
    ("compute.googleapis.com/Disk", {"kms_key": f"{CMEK}/cryptoKeyVersions/1"}, CUSTOMER, "customer_key"),
    ("compute.googleapis.com/Disk", {}, UNKNOWN, ""),
    ("container.googleapis.com/Cluster", {"kms_key": CMEK}, UNKNOWN, "secrets_of_cluster_only"),
]
ODC = [
    ("OS::Cinder::Volume", {"encrypted": "false"}, NONE, "volume_not_encrypted"),
    ("OS::Cinder::Volume", {"encrypted": "true"}, UNKNOWN, ""),
    ("odc:server", {}, UNKNOWN, ""),
]
CASES = [
    (provider, kind, properties, custody, f"custody.rule.{provider}.{rule}" if rule else "custody.not_told")
    for provider, cases in (("aws", AWS), ("azure", AZURE), ("gcp", GCP), ("odc", ODC))
    for kind, properties, custody, rule in cases
]


def thing(
    provider: str, kind: str, properties: Mapping[str, str], *, depth: Depth = Depth.DEEP, account: str = OWN
) -> Asset:
    """An asset of which nothing matters but what is asked about keys."""
    return Asset(
        asset_id="a",
        provider=provider,
        partition=provider,
        account=account,
        service="s",
        type=kind,
        name="a",
        location="",
        holds=Holds.CONTENT,
        locations=(),
        depth=depth,
        properties=tuple(sorted(properties.items())),
    )


@pytest.mark.parametrize(("provider", "kind", "properties", "custody", "rule"), CASES)
def test_what_the_source_says_decides(
    provider: str, kind: str, properties: dict[str, str], custody: KeyCustody, rule: str
) -> None:
    """Each rule of the file, and what lies beside it."""
    found = RULES.decide(thing(provider, kind, properties))
    assert (found.custody, found.rule) == (custody, rule)


def test_every_rule_has_a_case() -> None:
    """A rule that is added must be tried here."""
    tried = {rule.removeprefix("custody.rule.") for *_, rule in CASES} - {"custody.not_told"}
    assert tried == {rule.identifier for rule in RULES.rules}


@pytest.mark.parametrize(("provider", "kind", "properties", "custody", "rule"), CASES)
def test_what_was_not_read_is_not_taken_for_absent(
    provider: str, kind: str, properties: dict[str, str], custody: KeyCustody, rule: str
) -> None:
    """Of an asset known from an inventory only, a missing property says nothing."""
    found = RULES.decide(thing(provider, kind, properties, depth=Depth.SHALLOW))
    expected = custody if found.rule == rule else UNKNOWN
    assert found.custody is expected
    if not properties:
        assert found.custody is UNKNOWN


def test_the_evidence_is_the_property() -> None:
    """With the account where that decided, and with what was not set where a default did."""
    bucket = RULES.decide(thing("aws", "AWS::S3::Bucket", {"encryption": "aws:kms"}))
    assert bucket.evidence == (
        Evidence("properties.encryption", "aws:kms"),
        Evidence("properties.kms_key", "not set"),
    )
    volume = RULES.decide(thing("aws", "AWS::EC2::Volume", {"kms_key": OTHER_KEY}))
    assert volume.evidence == (Evidence("properties.kms_key", OTHER_KEY), Evidence("account", OWN))


@pytest.mark.parametrize("account", ["", "prod", "1111-2222-3333"])
def test_an_account_that_is_no_number_proves_nothing(account: str) -> None:
    """Whether the key is of another account cannot be told then."""
    found = RULES.decide(thing("aws", "AWS::EC2::Volume", {"kms_key": KEY}, account=account))
    assert found.rule == "custody.rule.aws.key_not_told_whose"


def test_the_verdict_carries_it(policy: Policy, make_asset: MakeAsset) -> None:
    """Custody and its rule stand in the verdict of the asset."""
    verdict = policy.classify(make_asset("eu-west-1", properties=(("encryption", "AES256"),)))
    assert (verdict.custody, verdict.custody_rule) == (PROVIDER, "custody.rule.aws.key_of_service")


@pytest.mark.parametrize(
    ("language", "statement"),
    [
        ("nl", "de leverancier heeft de sleutel: versleuteld met een sleutel van de dienst zelf"),
        ("en", "the provider has the key: encrypted with a key of the service's own"),
    ],
)
def test_the_step_says_why(policy: Policy, make_asset: MakeAsset, language: str, statement: str) -> None:
    """In both languages, with the rule's source and the property."""
    asset = make_asset("eu-west-1", properties=(("encryption", "AES256"),))
    [step] = [
        each for each in policy.explain(asset, policy.classify(asset), language) if each.subject == "custody"
    ]
    assert step == Step(
        "custody",
        statement,
        "custody.rule.aws.key_of_service",
        "https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html",
        (Evidence("properties.encryption", "AES256"),),
    )


WORDS = st.sampled_from(
    [
        "none",
        "AES256",
        "aws:kms",
        "Microsoft.Keyvault",
        "EXTERNAL",
        "EXTERNAL_KEY_STORE",
        "alias/aws/s3",
        KEY,
        OTHER_KEY,
        CMEK,
    ]
)
PROPERTIES = st.lists(
    st.tuples(
        st.sampled_from(
            ["encryption", "kms_key", "origin", "key_manager", "protection_level", "encrypted", "x"]
        ),
        WORDS | st.text(max_size=12),
    ),
    max_size=5,
).map(tuple)
KINDS = st.sampled_from(sorted({(provider, kind) for provider, kind, *_ in CASES})) | st.tuples(
    st.text(max_size=5), st.text(max_size=5)
)


@given(KINDS, PROPERTIES, st.sampled_from(Depth), st.randoms(use_true_random=False))
def test_total_and_order_free(
    kind: tuple[str, str], properties: tuple[tuple[str, str], ...], depth: Depth, random: Random
) -> None:
    """Every asset gets a decision; the order of properties decides nothing, remembered or not."""
    asset = thing(*kind, {}, depth=depth)
    shuffled = list(properties)
    random.shuffle(shuffled)
    first, second = (
        Asset(**{**{name: getattr(asset, name) for name in asset.__slots__}, "properties": tuple(each)})
        for each in (properties, shuffled)
    )
    found = RULES.decide(first)
    assert found == RULES.decide(second) == CustodyRules(RULES.rules).decide(second)
    assert found.rule
    if not properties:
        assert found.custody in (UNKNOWN, PROVIDER)
