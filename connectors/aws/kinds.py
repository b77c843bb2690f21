"""Every kind of AWS resource that is read, in the order of the plan: kinds of one service together."""

from __future__ import annotations

from connectors.aws import (
    dynamodb,
    ec2,
    ecr,
    efs,
    eks,
    elasticache,
    kinesis,
    kms,
    lambda_,
    logs,
    opensearch,
    rds,
    rds_snapshots,
    redshift,
    s3,
    secretsmanager,
    sns,
    sqs,
)
from connectors.aws.kind import ResourceKind

KINDS: tuple[ResourceKind, ...] = (
    s3.BUCKETS,
    ec2.INSTANCES,
    ec2.VOLUMES,
    ec2.SNAPSHOTS,
    rds.INSTANCES,
    rds.CLUSTERS,
    rds_snapshots.OF_INSTANCES,
    rds_snapshots.OF_CLUSTERS,
    dynamodb.TABLES,
    efs.FILE_SYSTEMS,
    ecr.REPOSITORIES,
    lambda_.FUNCTIONS,
    sqs.QUEUES,
    sns.TOPICS,
    secretsmanager.SECRETS,
    kms.KEYS,
    logs.LOG_GROUPS,
    redshift.CLUSTERS,
    elasticache.GROUPS,
    elasticache.CLUSTERS,
    opensearch.DOMAINS,
    eks.CLUSTERS,
    kinesis.STREAMS,
)
