"""OpenAPI 3.2: the method `query`, and further methods by name under `additionalOperations`."""

from collections.abc import Mapping
from typing import Any

from catalog.formats.base import ParsedSpecification
from catalog.formats.openapi_document import METHODS, parse_openapi


class OpenAPI32:
    name = "OpenAPI 3.2"

    def detect(self, document: Mapping[str, Any]) -> bool:
        return f"{document.get('openapi')}.".startswith("3.2.")

    def parse(self, document: dict[str, Any]) -> ParsedSpecification:
        return parse_openapi(document, "3.2", METHODS | {"query"})
