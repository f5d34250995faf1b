"""OpenAPI 3.1."""

from collections.abc import Mapping
from typing import Any

from catalog.formats.base import ParsedSpecification
from catalog.formats.openapi_document import parse_openapi


class OpenAPI31:
    name = "OpenAPI 3.1"

    def detect(self, document: Mapping[str, Any]) -> bool:
        return f"{document.get('openapi')}.".startswith("3.1.")

    def parse(self, document: dict[str, Any]) -> ParsedSpecification:
        return parse_openapi(document, "3.1")
