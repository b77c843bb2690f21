"""Writes an answer as its service would: members under their names on the wire, in JSON or XML."""

from __future__ import annotations

import json
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from tests.servers.aws_requests import model


def written(service: str, operation: str, answer: dict[str, Any]) -> tuple[str, bytes]:
    """Content type and body of the answer, which is in the shape of the SDK's model."""
    output = model(service).operation_model(operation).output_shape
    if "json" in model(service).resolved_protocol:
        return "application/json", json.dumps(_renamed(output, answer)).encode()
    payload = output.serialization.get("payload")
    if payload:  # the answer is this member of it, and nothing around that
        root = Element(payload)
        _fill(root, output.members[payload], answer[payload])
        return "text/xml", tostring(root)
    root = Element(f"{operation}Response")
    wrapper = output.serialization.get("resultWrapper")
    _fill(SubElement(root, wrapper) if wrapper else root, output, answer)
    return "text/xml", tostring(root)


def _renamed(shape: Any, value: Any) -> Any:
    if shape.type_name == "structure":
        return {
            shape.members[name].serialization.get("name", name): _renamed(shape.members[name], each)
            for name, each in value.items()
        }
    if shape.type_name == "list":
        return [_renamed(shape.member, each) for each in value]
    if shape.type_name == "map":
        return {key: _renamed(shape.value, each) for key, each in value.items()}
    return value


def _fill(parent: Element, shape: Any, value: dict[str, Any]) -> None:
    for name, each in value.items():
        member = shape.members[name]
        tag = member.serialization.get("name", name)
        if member.type_name != "list":
            _put(SubElement(parent, tag), member, each)
            continue
        flat = member.serialization.get("flattened", False)
        holder = parent if flat else SubElement(parent, tag)
        item_tag = tag if flat else member.member.serialization.get("name", "member")
        for item in each:
            _put(SubElement(holder, item_tag), member.member, item)


def _put(element: Element, shape: Any, value: Any) -> None:
    if shape.type_name == "structure":
        _fill(element, shape, value)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    else:
        element.text = str(value)
