"""The planned parsers make of every answer what botocore's own make of it, in every field."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import botocore.session
import pytest
from botocore.model import OperationModel
from botocore.parsers import create_parser

from connectors.aws.kinds import KINDS
from connectors.aws.parsers import PlannedParsers
from connectors.aws.source import AwsSource

SEED = 20261122
DEPTH = 6
_TYPED = ' xsi:type="Group" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'

Answer = tuple[OperationModel, dict[str, Any]]


def operations() -> Iterator[OperationModel]:
    """Every operation that a kind calls, once."""
    session = botocore.session.Session()
    seen = {(kind.service, call.operation) for kind in KINDS for call in kind.calls}
    for service, operation in sorted(seen):
        model = session.get_service_model(service)
        if operation in model.operation_names:
            yield model.operation_model(operation)


def both(operation: OperationModel, response: dict[str, Any]) -> tuple[Any, Any]:
    """What the planned parser and botocore's make of an answer."""
    protocol = operation.service_model.resolved_protocol
    shape: Any = operation.output_shape
    planned = PlannedParsers().create_parser(protocol).parse(response, shape)
    return plain(planned), plain(create_parser(protocol).parse(response, shape))


def plain(value: Any) -> Any:
    """A parsed answer with elements as text: botocore leaves a scalar that comes twice as its elements."""
    if isinstance(value, Element):
        return f"<{value.tag}>{value.text}"
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def test_every_answer_of_an_estate_is_parsed_alike(make_source: Callable[..., AwsSource]) -> None:
    """All that a scan of the API server's estate gets back, errors among it."""
    answers: list[Answer] = []
    source = make_source()

    def keep(**event: Any) -> None:
        answers.append((event["operation_model"], dict(event["response_dict"])))

    source._session._shared.core.register("before-parse", keep)
    for scope in source.plan():
        for _ in source.read(scope):
            pass

    assert len({operation.name for operation, _ in answers}) > 25
    for operation, response in answers:
        ours, theirs = both(operation, response)
        assert ours == theirs, operation.name


@pytest.mark.parametrize("operation", list(operations()), ids=lambda each: each.name)
def test_every_field_of_a_model_is_parsed_alike(operation: OperationModel) -> None:
    """Answers that fill each field of the operation's model, some of them empty, repeated or unknown."""
    chance = random.Random(f"{SEED} {operation.name}")
    shape = operation.output_shape
    is_json = "json" in operation.service_model.resolved_protocol
    for _ in range(5):
        if is_json:
            body = json.dumps(json_value(shape, chance, DEPTH)).encode()
        else:
            body = xml_body(operation, chance).encode()
        response = {"status_code": 200, "headers": {"x-amzn-requestid": "1"}, "body": body, "context": {}}
        ours, theirs = both(operation, response)
        assert ours == theirs


def json_value(shape: Any, chance: random.Random, depth: int) -> Any:
    """A value that the shape allows, with a field that no model knows in each structure."""
    kind = shape.type_name
    if kind == "structure":
        if depth == 0:
            return {}
        members = list(shape.members.items())
        chosen = [chance.choice(members)] if shape.is_tagged_union else members
        value = {
            member.serialization.get("name", name): json_value(member, chance, depth - 1)
            for name, member in chosen
            if shape.is_tagged_union or chance.random() < 0.8
        }
        return value if shape.is_tagged_union else {**value, "FieldOfTomorrow": 1}
    if kind == "list":
        count = chance.randint(0, 2) if depth else 0
        return [json_value(shape.member, chance, depth - 1) for _ in range(count)]
    if kind == "map":
        return {"key": json_value(shape.value, chance, depth - 1)} if depth else {}
    return json_scalar(kind, chance)


def json_scalar(kind: str, chance: random.Random) -> Any:
    """A value of a scalar kind as JSON carries it."""
    if kind == "timestamp":
        return chance.choice([1_763_800_000, 1_763_800_000.25, "2026-11-22T06:00:00Z"])
    if kind == "blob":
        return base64.b64encode(b"blob").decode()
    if kind == "boolean":
        return chance.random() < 0.5
    if kind in {"integer", "long"}:
        return chance.randint(-9, 9)
    if kind in {"float", "double"}:
        return chance.random()
    return chance.choice(["", "text", "é ☁"])


def xml_body(operation: OperationModel, chance: random.Random) -> str:
    """An answer of an XML protocol, in the service's namespace."""
    shape: Any = operation.output_shape
    wrapper = shape.serialization.get("resultWrapper")
    content = xml_members(shape, chance, DEPTH)
    if wrapper:
        content = f"<{wrapper}>{content}</{wrapper}>"
    tail = "<requestId>1</requestId><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>"
    root = f"{operation.name}Response"
    return f'<{root} xmlns="http://aws.example/doc/">{content}{tail}</{root}>'


def xml_members(shape: Any, chance: random.Random, depth: int) -> str:
    """The members of a structure as elements; one in five is left out, one in twenty comes twice."""
    if depth == 0:
        return ""
    members = list(shape.members.items())
    if shape.is_tagged_union:
        members = [chance.choice(members)]
    parts = ["" if shape.is_tagged_union else "<FieldOfTomorrow>1</FieldOfTomorrow>"]
    for name, member in members:
        if member.serialization.get("location") or (chance.random() < 0.2 and not shape.is_tagged_union):
            continue
        part = xml_member(name, member, chance, depth)
        twice = chance.random() < 0.05 and member.type_name in {"structure", "string"}
        parts.append(part * 2 if twice and not shape.is_tagged_union else part)
    return "".join(parts)


def xml_member(name: str, member: Any, chance: random.Random, depth: int) -> str:
    """One member; a flattened list is its elements side by side."""
    how = member.serialization
    tag = how.get("name", name)
    if member.type_name == "list" and how.get("flattened"):
        tag = member.member.serialization.get("name") or tag
        count = chance.randint(1, 3) if depth > 1 else 0
        return "".join(xml_element(tag, member.member, chance, depth - 1) for _ in range(count))
    return xml_element(tag, member, chance, depth - 1)


def xml_element(tag: str, shape: Any, chance: random.Random, depth: int) -> str:
    """An element of a shape, at times an empty one where that is allowed."""
    kind = shape.type_name
    if kind == "structure":
        content = xml_members(shape, chance, depth)
    elif kind == "list":
        inner = shape.member.serialization.get("name") or "member"
        count = chance.randint(0, 2) if depth else 0
        content = "".join(xml_element(inner, shape.member, chance, depth - 1) for _ in range(count))
    elif kind == "map":
        key = shape.key.serialization.get("name") or "key"
        value = shape.value.serialization.get("name") or "value"
        pair = f"<{key}>k</{key}>" + xml_element(value, shape.value, chance, max(depth - 1, 0))
        content = pair if shape.serialization.get("flattened") else f"<entry>{pair}</entry>"
    elif kind == "timestamp":
        content = chance.choice(["2026-11-22T06:00:00.000Z", "2026-11-22T06:00:00+01:00"])
    else:
        value = json_scalar(kind, chance)
        content = str(value).lower() if isinstance(value, bool) else escape(str(value))
    attribute = (
        ' xsi:type="Group" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        if kind == "structure"
        else ""
    )
    return f"<{tag}{attribute}>{content}</{tag}>" if content else f"<{tag}/>"


def test_a_tag_that_repeats_is_left_to_botocore() -> None:
    """A scalar that comes twice gives what botocore gives, whatever that is."""
    operation = botocore.session.Session().get_service_model("ec2").operation_model("DescribeRegions")
    twice = "<regionName>a</regionName><regionName>b</regionName>"
    body = f"<DescribeRegionsResponse><regionInfo><item>{twice}</item></regionInfo></DescribeRegionsResponse>"
    response = {"status_code": 200, "headers": {}, "body": body.encode(), "context": {}}

    ours, theirs = both(operation, response)

    assert ours == theirs
