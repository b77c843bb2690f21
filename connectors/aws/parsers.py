"""botocore's response parsers with planned readers for what is in the body; all else is botocore's.

Registered as the session's component `response_parser_factory`, which is botocore's own hook.
"""

from __future__ import annotations

from typing import Any

from botocore.parsers import (
    PROTOCOL_PARSERS,
    BaseJSONParser,
    BaseXMLResponseParser,
    EC2QueryParser,
    JSONParser,
    QueryParser,
    ResponseParser,
    ResponseParserFactory,
    RestJSONParser,
    RestXMLParser,
)

from connectors.aws import shape_readers, timestamps
from connectors.aws.answers import PARSED


class _PlannedXml(BaseXMLResponseParser):
    """Reads structures by plan."""

    #: botocore's own parser of the same protocol, for what is rare.
    own: BaseXMLResponseParser

    def _handle_structure(self, shape: Any, node: Any) -> Any:
        if isinstance(node, list) or shape.metadata.get("exception"):
            return super()._handle_structure(shape, node)  # type: ignore[misc]  # the stubs leave it out
        return shape_readers.of_xml(shape, self.own)(node)


class _PlannedJson(BaseJSONParser):
    """Reads structures by plan."""

    #: botocore's own parser of the same protocol, for what is rare.
    own: BaseJSONParser
    _known: Any = None

    def parse(self, response: Any, shape: Any) -> Any:
        """Parse an answer, of which `answers.check` may have read the body."""
        self._known = response.get(PARSED)
        return super().parse(response, shape)

    def _parse_body_as_json(self, body_contents: bytes) -> Any:
        if self._known is not None:
            return self._known
        return super()._parse_body_as_json(body_contents)  # type: ignore[misc]  # the stubs leave it out

    def _handle_structure(self, shape: Any, value: Any) -> Any:
        if shape.is_document_type or shape.metadata.get("exception"):
            return super()._handle_structure(shape, value)  # type: ignore[misc]  # the stubs leave it out
        return shape_readers.of_json(shape, self.own)(value)


class _Ec2(_PlannedXml, EC2QueryParser):
    own = EC2QueryParser(timestamp_parser=timestamps.parse)


class _Query(_PlannedXml, QueryParser):
    own = QueryParser(timestamp_parser=timestamps.parse)


class _RestXml(_PlannedXml, RestXMLParser):
    own = RestXMLParser(timestamp_parser=timestamps.parse)


class _Json(_PlannedJson, JSONParser):
    own = JSONParser(timestamp_parser=timestamps.parse)


class _RestJson(_PlannedJson, RestJSONParser):
    own = RestJSONParser(timestamp_parser=timestamps.parse)


_PLANNED: dict[str, type[ResponseParser]] = {
    "ec2": _Ec2,
    "query": _Query,
    "rest-xml": _RestXml,
    "json": _Json,
    "rest-json": _RestJson,
}


class PlannedParsers(ResponseParserFactory):
    """Gives a planned parser for each protocol that has one, botocore's own for the rest."""

    def create_parser(self, protocol_name: str) -> ResponseParser:
        """A parser for one answer."""
        made: Any = _PLANNED.get(protocol_name) or PROTOCOL_PARSERS[protocol_name]
        parser: ResponseParser = made(timestamp_parser=timestamps.parse)
        return parser
