"""AWS types that hold content and that no kind reads, and why: what the overview does not show."""

from __future__ import annotations

_NO_KIND = "no kind reads it in depth; it is listed where one of AWS's inventories is switched on"

#: Type (as in CloudFormation) and reason, shown by `wolkenzicht-agent kinds`.
NOT_READ: tuple[tuple[str, str], ...] = (
    (
        "AWS::Cassandra::Table",
        "GetTable needs cassandra:Select, the right to read rows too; the agent asks for no contents",
    ),
    ("AWS::Glue::Table", "a table's data lies in the bucket of its database, or where its own location says"),
    (
        "AWS::SSM::Parameter",
        "a parameter lies in the region of its account; its value would be read with its name",
    ),
    *(
        (type_, _NO_KIND)
        for type_ in (
            "AWS::AppSync::GraphQLApi",
            "AWS::Bedrock::KnowledgeBase",
            "AWS::CodeArtifact::Repository",
            "AWS::CodeCommit::Repository",
            "AWS::Cognito::IdentityPool",
            "AWS::Connect::Instance",
            "AWS::DAX::Cluster",
            "AWS::DMS::ReplicationInstance",
            "AWS::DataSync::Task",
            "AWS::DocDBElastic::Cluster",
            "AWS::ECS::Cluster",
            "AWS::EMR::Cluster",
            "AWS::ElastiCache::ServerlessCache",
            "AWS::Events::Archive",
            "AWS::HealthLake::FHIRDatastore",
            "AWS::Kendra::Index",
            "AWS::KinesisFirehose::DeliveryStream",
            "AWS::Lightsail::Bucket",
            "AWS::Lightsail::Database",
            "AWS::Lightsail::Instance",
            "AWS::NeptuneGraph::Graph",
            "AWS::OpenSearchServerless::Collection",
            "AWS::Pinpoint::App",
            "AWS::QuickSight::DataSet",
            "AWS::S3Express::DirectoryBucket",
            "AWS::S3Tables::TableBucket",
            "AWS::S3Vectors::VectorBucket",
            "AWS::SES::MailManagerArchive",
            "AWS::StepFunctions::StateMachine",
            "AWS::Timestream::InfluxDBInstance",
            "AWS::Timestream::Table",
        )
    ),
)
