"""OpenAPI 3.0, 3.1 and 3.2: the document as a whole. What differs between the versions is told by their
modules.
"""

from collections.abc import Iterator
from typing import Any

from catalog.formats.base import ERROR, ParsedSpecification, Refusal
from catalog.formats.checks import check_findings
from catalog.formats.openapi_content import request_body, responses
from catalog.formats.openapi_parameters import parameters
from catalog.formats.openapi_security import effective_security, security_schemes
from catalog.formats.operations import ReadOperation, external_docs, parsed_operations
from catalog.formats.references import Resolver
from catalog.formats.schemas import Definitions
from catalog.formats.shapes import mapping, present, sequence, text
from catalog.formats.structure import structure_findings

METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


def parse_openapi(document: dict[str, Any], meta_schema: str, methods: frozenset[str] = METHODS) -> ParsedSpecification:
    """The values of a document that the meta-schema of its version accepts; raises Refusal."""
    findings = structure_findings(document, meta_schema)
    if any(finding.severity == ERROR for finding in findings):
        raise Refusal(*findings)
    resolver = Resolver(document)
    info = mapping(document.get("info"))
    components = mapping(document.get("components"))
    definitions = Definitions(resolver)
    for name, schema in mapping(components.get("schemas")).items():
        definitions.add_named(["components", "schemas", name], schema)
    schemes = security_schemes(components.get("securitySchemes"), resolver)
    operations = parsed_operations(list(read_operations(document, methods, resolver)), resolver, definitions)
    findings += check_findings(document, operations, schemes)
    return ParsedSpecification(
        format="openapi",
        format_version=text(document.get("openapi")),
        title=text(info.get("title")),
        version=text(info.get("version")),
        description=text(info.get("description")) or text(info.get("summary")),
        terms=text(info.get("termsOfService")),
        contact=mapping(info.get("contact")),
        license=mapping(info.get("license")),
        external_docs=external_docs(document.get("externalDocs")) or {},
        servers=tuple(_servers(document.get("servers"))),
        security_schemes=schemes,
        tags=document_tags(document),
        webhooks=tuple(_webhooks(document, methods, resolver)),
        operations=tuple(operations),
        definitions=definitions.all(),
        findings=tuple(findings),
    )


def document_tags(document: dict[str, Any]) -> tuple[dict[str, str], ...]:
    return tuple(
        {"name": tag["name"], "description": text(tag.get("description")) or text(tag.get("summary"))}
        for tag in map(mapping, sequence(document.get("tags")))
        if text(tag.get("name"))
    )


def read_operations(document: dict[str, Any], methods: frozenset[str], resolver: Resolver) -> Iterator[ReadOperation]:
    """The operations in the order of the document."""
    for path, written in mapping(document.get("paths")).items():
        if path.startswith("/"):
            item = _path_item(written, resolver)
            for key, method, operation in _methods(item, methods):
                detail = {
                    "parameters": parameters(path, item, key, operation, resolver),
                    "request_body": request_body(operation.get("requestBody"), resolver),
                    "responses": responses(operation.get("responses"), resolver),
                    "security": effective_security(operation, document),
                    "servers": _effective_servers(operation, item, document),
                    "external_docs": external_docs(operation.get("externalDocs")),
                    "callbacks": list(_callbacks(operation, methods, resolver)),
                }
                yield ReadOperation(method, path, operation, detail)


def _path_item(written: Any, resolver: Resolver) -> dict[str, Any]:
    """A path item with its reference followed; what is written beside the reference wins."""
    beside = {key: value for key, value in mapping(written).items() if key != "$ref"}
    return {**resolver.object(written), **beside}


def _methods(item: dict[str, Any], methods: frozenset[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(key, METHOD, operation) in the order of the document, with the further methods that 3.2 allows."""
    for key, operation in item.items():
        if key in methods and type(operation) is dict:
            yield key, key.upper(), operation
        elif key == "additionalOperations" and "query" in methods:
            yield from ((key, name.upper(), each) for name, each in mapping(operation).items() if type(each) is dict)


def _servers(written: Any) -> Iterator[dict[str, Any]]:
    for server in map(mapping, sequence(written)):
        if text(server.get("url")):
            variables = mapping(server.get("variables"))
            yield {
                "url": server["url"],
                "description": text(server.get("description")),
                "variables": {
                    name: present(mapping(variable), "default", "enum", "description")
                    for name, variable in variables.items()
                },
            }


def _effective_servers(*holders: dict[str, Any]) -> list[dict[str, Any]]:
    """Those of the nearest holder that names any: operation, path item, document."""
    return next((servers for servers in (list(_servers(holder.get("servers"))) for holder in holders) if servers), [])


def _callbacks(operation: dict[str, Any], methods: frozenset[str], resolver: Resolver) -> Iterator[dict[str, str]]:
    for name, written in mapping(operation.get("callbacks")).items():
        for expression, item in resolver.object(written).items():
            for _key, method, called in _methods(_path_item(item, resolver), methods):
                yield {"name": name, "expression": expression, **_brief(method, called)}


def _webhooks(document: dict[str, Any], methods: frozenset[str], resolver: Resolver) -> Iterator[dict[str, str]]:
    for name, item in mapping(document.get("webhooks")).items():
        for _key, method, operation in _methods(_path_item(item, resolver), methods):
            yield {"name": name, **_brief(method, operation)}


def _brief(method: str, operation: dict[str, Any]) -> dict[str, str]:
    return {
        "method": method,
        "operation_id": text(operation.get("operationId")),
        "summary": text(operation.get("summary")),
        "description": text(operation.get("description")),
    }
