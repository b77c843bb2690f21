"""What EC2 answers: pages of instances, volumes and snapshots, made by filling in a text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from benchmarks.canned.pages import Asked, identifier, page
from tests.servers.aws_errors import Answer

TAGS = (("systeem", "zaaksysteem"), ("omgeving", "productie"), ("eigenaar", "team-12"))
_NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/"
CREATED = "2025-03-14T08:12:45.000Z"
INSTANCE = (Path(__file__).parent / "instance.xml").read_text().strip()
_XML_TAGS = "".join(f"<item><key>{key}</key><value>{value}</value></item>" for key, value in TAGS)
VOLUME = (
    "<item><volumeId>vol-{id}</volumeId><size>100</size><snapshotId/><availabilityZone>{region}a"
    "</availabilityZone><status>in-use</status><createTime>" + CREATED + "</createTime><attachmentSet><item>"
    "<volumeId>vol-{id}</volumeId><instanceId>i-{id}</instanceId><device>/dev/xvda</device><status>attached"
    "</status><attachTime>" + CREATED + "</attachTime><deleteOnTermination>true</deleteOnTermination></item>"
    "</attachmentSet><tagSet>" + _XML_TAGS + "</tagSet><volumeType>gp3</volumeType><iops>3000</iops>"
    "<encrypted>true</encrypted><kmsKeyId>arn:aws:kms:{region}:{account}:key/k</kmsKeyId>"
    "<multiAttachEnabled>false</multiAttachEnabled><throughput>125</throughput></item>"
)
SNAPSHOT = (
    "<item><snapshotId>snap-{id}</snapshotId><volumeId>vol-{id}</volumeId><status>completed</status><startTime>"
    + CREATED
    + "</startTime><progress>100%</progress><ownerId>{account}</ownerId><volumeSize>100</volumeSize>"
    "<description>nightly</description><tagSet>" + _XML_TAGS + "</tagSet><encrypted>true</encrypted>"
    "<storageTier>standard</storageTier></item>"
)


def ec2_listing(operation: str, kind: str, holder: str, template: str) -> Callable[[Asked], Answer]:
    """The listing of a kind: `holder` is the element around its items, `template` the text of one."""

    def answer(asked: Asked) -> Answer:
        part = page(asked, kind, "MaxResults", "NextToken", 1000)
        token = f"<nextToken>{part.token}</nextToken>" if part.token else ""
        own = template.replace("{region}", asked.region).replace("{account}", asked.account)
        prefix = identifier(asked.account, asked.region)
        items = "".join(
            own.replace("{id}", f"{prefix}{number:09x}").replace("{number}", str(number))
            for number in part.numbers
        )
        text = (
            f'<?xml version="1.0" encoding="UTF-8"?><{operation}Response xmlns="{_NAMESPACE}">'
            f"<requestId>r</requestId><{holder}>{items}</{holder}>{token}</{operation}Response>"
        )
        return Answer(200, text.encode(), {"Content-Type": "text/xml;charset=UTF-8"})

    return answer
