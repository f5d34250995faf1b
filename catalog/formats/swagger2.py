"""Swagger 2.0, read into the shape of OpenAPI 3: bodies and form fields become a request body, `produces`
media types, and host, base path and schemes servers.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.formats.base import ERROR, ParsedSpecification, Refusal
from catalog.formats.checks import check_findings
from catalog.formats.openapi_document import METHODS, document_tags
from catalog.formats.openapi_security import effective_security, swagger_security_schemes
from catalog.formats.operations import ReadOperation, external_docs, parsed_operations
from catalog.formats.references import Resolver
from catalog.formats.schemas import Definitions
from catalog.formats.shapes import mapping, sequence, text, texts
from catalog.formats.structure import structure_findings
from catalog.formats.swagger2_bodies import request_body, responses
from catalog.formats.swagger2_parameters import effective_parameters, parameter_detail

_METHODS = METHODS - {"trace"}


class Swagger2:
    name = "Swagger 2.0"

    def detect(self, document: Mapping[str, Any]) -> bool:
        return str(document.get("swagger", "")) == "2.0"

    def parse(self, document: dict[str, Any]) -> ParsedSpecification:
        findings = structure_findings(document, "2.0")
        if any(finding.severity == ERROR for finding in findings):
            raise Refusal(*findings)
        resolver = Resolver(document)
        info = mapping(document.get("info"))
        definitions = Definitions(resolver)
        for name, schema in mapping(document.get("definitions")).items():
            definitions.add_named(["definitions", name], schema)
        schemes = swagger_security_schemes(document.get("securityDefinitions"))
        operations = parsed_operations(list(_operations(document, resolver)), resolver, definitions)
        findings += check_findings(document, operations, schemes)
        return ParsedSpecification(
            format="swagger",
            format_version="2.0",
            title=text(info.get("title")),
            version=text(info.get("version")),
            description=text(info.get("description")),
            terms=text(info.get("termsOfService")),
            contact=mapping(info.get("contact")),
            license=mapping(info.get("license")),
            external_docs=external_docs(document.get("externalDocs")) or {},
            servers=tuple(_servers(document, document)),
            security_schemes=schemes,
            tags=document_tags(document),
            operations=tuple(operations),
            definitions=definitions.all(),
            findings=tuple(findings),
        )


def _operations(document: dict[str, Any], resolver: Resolver) -> Iterator[ReadOperation]:
    for path, written in mapping(document.get("paths")).items():
        if not path.startswith("/"):
            continue
        item = {
            **resolver.object(written),
            **{key: part for key, part in mapping(written).items() if key != "$ref"},
        }
        for key, operation in item.items():
            if key in _METHODS and type(operation) is dict:
                detail = _detail(document, path, item, key, operation, resolver)
                yield ReadOperation(key.upper(), path, operation, detail)


def _detail(
    document: dict[str, Any],
    path: str,
    item: dict[str, Any],
    key: str,
    operation: dict[str, Any],
    resolver: Resolver,
) -> dict[str, Any]:
    written = effective_parameters(path, item, key, operation, resolver)
    consumes = texts(operation.get("consumes", document.get("consumes")))
    produces = texts(operation.get("produces", document.get("produces")))
    return {
        "parameters": [parameter_detail(*each) for each in written if each[0].get("in") not in ("body", "formData")],
        "request_body": request_body([parameter for parameter, _pointer in written], consumes),
        "responses": responses(operation.get("responses"), produces, resolver),
        "security": effective_security(operation, document),
        "servers": list(_servers(document, operation)),
        "external_docs": external_docs(operation.get("externalDocs")),
        "callbacks": [],
    }


def _servers(document: dict[str, Any], holder: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One server for each scheme; without a host the base path alone, which is relative to where the document
    lies.
    """
    host, base_path = text(document.get("host")), text(document.get("basePath"))
    schemes = sequence(holder.get("schemes")) or sequence(document.get("schemes")) or ["https"]
    if host:
        yield from ({"url": f"{each}://{host}{base_path}", "description": "", "variables": {}} for each in schemes)
    elif base_path:
        yield {"url": base_path, "description": "", "variables": {}}
