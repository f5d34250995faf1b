"""One small document for each rule."""

import pytest

from catalog.formats.base import ERROR, WARNING, ParsedSpecification
from catalog.formats.worker import read_document
from tests.catalog.formats.documents import as_bytes, openapi, operation, swagger


def answer(document):
    return read_document(as_bytes(document), limit=10**6)


PATH_PARAMETER = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
TWO_IN_ONE = {"200": {"description": "D", "content": {"a/b": {"example": 1, "examples": {}}}}}

ERRORS = [
    (
        {"openapi": "3.0.3", "paths": {}},
        "structure-required",
        "",
        "The document has no “info”, which is required.",
    ),
    (
        openapi(info={"title": "T", "version": 1.0}),
        "structure-type",
        "/info/version",
        '“version” must be text, not a number; put it in quotes, as in "1.0".',
    ),
    (
        openapi(info={"title": "T", "version": "1", "colour": 1, "size": 2}),
        "structure-unexpected",
        "/info/colour",
        "“colour”, “size” are not expected in “info”.",
    ),
    (
        openapi(paths={"/a": {"get": {"responses": {"200": {}}}}}),
        "structure-required",
        "/paths/~1a/get/responses/200",
        "“200” has no “description”, which is required.",
    ),
    (
        openapi(paths={"/a": {"get": operation(parameters=[{"name": "q", "in": "query"}])}}),
        "structure-required",
        "/paths/~1a/get/parameters/0",
        "Item 1 of “parameters” has no “schema”, which is required.",
    ),
    (
        openapi(paths={"/a": {"get": operation(parameters=[{"name": "q", "in": "body", "schema": {}}])}}),
        "structure-enum",
        "/paths/~1a/get/parameters/0/in",
        None,
    ),
    (
        openapi(paths={"/a": {"get": {"responses": TWO_IN_ONE}}}),
        "structure-not",
        "/paths/~1a/get/responses/200/content/a~1b",
        "“a/b” must not have “example” and “examples” together.",
    ),
    (
        openapi(components={"schemas": {"S": {"type": "strng"}}}),
        "structure-enum",
        "/components/schemas/S/type",
        "“type” must be one of array, boolean, integer, number, object, string.",
    ),
    (
        openapi(components={"schemas": {"S": {"type": "object", "required": []}}}),
        "structure-minItems",
        "/components/schemas/S/required",
        "“required” must have 1 or more items.",
    ),
    (
        openapi("3.1.0", paths={"/a": {"get": {"responses": {"200": {"content": {}}}}}}),
        "structure-required",
        "/paths/~1a/get/responses/200",
        "“200” has no “description”, which is required.",
    ),
    (
        openapi(
            "3.1.0",
            paths={"/a": {"get": operation(responses={"200": {"description": "D"}, "999": {"description": "D"}})}},
        ),
        "structure-unexpected",
        "/paths/~1a/get/responses/999",
        "“999” is not expected in “responses”.",
    ),
    (
        openapi("3.2.0", servers=[{"url": None}]),
        "structure-type",
        "/servers/0/url",
        "“url” must be text, not empty.",
    ),
    (
        swagger(host="https://api.example.com"),
        "structure-pattern",
        "/host",
        None,
    ),
    (
        swagger(paths={"/a": {"get": {}}}),
        "structure-required",
        "/paths/~1a/get",
        "“get” has no “responses”, which is required.",
    ),
    ({"asyncapi": "3.0.0"}, "format-unknown", "", None),
    ({"openapi": "4.0.0"}, "format-unknown", "", None),
    ({"hello": "world"}, "format-unknown", "", None),
    ([{}], "not-an-object", "", None),
]


@pytest.mark.parametrize(("document", "rule", "pointer", "message"), ERRORS)
def test_it_refuses_a_document_with_its_real_cause(document, rule, pointer, message):
    findings = answer(document).findings
    assert not isinstance(answer(document), ParsedSpecification)
    assert (findings[0].severity, findings[0].rule, findings[0].pointer) == (ERROR, rule, pointer)
    assert message is None or findings[0].message == message
    assert findings[0].line >= 1
    assert len({(finding.pointer, finding.rule) for finding in findings}) == len(findings)


def test_it_names_what_it_can_read():
    message = answer({"asyncapi": "3.0.0"}).findings[0].message
    assert message == (
        "“asyncapi: 3.0.0” is not among what can be read. "
        "Portico reads OpenAPI 3.0, OpenAPI 3.1, OpenAPI 3.2, Swagger 2.0."
    )


def test_it_names_the_line_of_the_fault():
    finding = answer(openapi(paths={"/a": {"get": {"responses": {"200": {}}}}})).findings[0]
    assert (finding.line, finding.column) == (11, 6)


WARNINGS = [
    (
        openapi(paths={"/a/{id}": {"get": operation()}}),
        [("path-parameter-undeclared", "/paths/~1a~1{id}/get")],
    ),
    (
        openapi(paths={"/a": {"get": operation(parameters=[PATH_PARAMETER])}}),
        [("path-parameter-unused", "/paths/~1a/get/parameters/0")],
    ),
    (
        openapi(paths={"/a": {"get": operation(operationId="x"), "put": operation(operationId="x")}}),
        [("operation-id-duplicate", "/paths/~1a/put/operationId")],
    ),
    (
        openapi(
            paths={
                "/a/{id}": {"get": operation(parameters=[PATH_PARAMETER])},
                "/a/{other}": {"get": operation(parameters=[{**PATH_PARAMETER, "name": "other"}])},
            }
        ),
        [("path-duplicate", "/paths/~1a~1{other}")],
    ),
    (
        openapi(paths={"/a": {"get": operation(security=[{"key": []}])}}),
        [("security-undeclared", "/paths/~1a/get")],
    ),
    (
        openapi(components={"schemas": {"S": {"properties": {"a": {"$ref": "#/components/schemas/None"}}}}}),
        [("reference-unresolved", "/components/schemas/S/properties/a")],
    ),
    (
        openapi("3.1.0", components={"schemas": {"S": {"$ref": "#anchor"}}}),
        [("reference-unresolved", "/components/schemas/S")],
    ),
    (
        openapi(paths={"/a": {"get": operation(responses={"200": {"$ref": "common.yaml#/R"}})}}),
        [("reference-external", "/paths/~1a/get/responses/200")],
    ),
    (
        openapi("3.1.0", components={"schemas": {"S": {"type": "strng"}}}),
        [("schema-enum", "/components/schemas/S/type")],
    ),
    (
        openapi("3.1.0", components={"schemas": {"S": {"minimum": 1, "exclusiveMinimum": True}}}),
        [("schema-type", "/components/schemas/S/exclusiveMinimum")],
    ),
    (
        openapi("3.1.0", jsonSchemaDialect="https://example.com/own", components={"schemas": {"S": {"type": 1}}}),
        [],
    ),
    (
        openapi(
            components={"schemas": {"S": {"properties": {"$ref": {"type": "string"}, "example": {"$ref": "#/x"}}}}}
        ),
        [("reference-unresolved", "/components/schemas/S/properties/example")],
    ),
    (openapi(components={"schemas": {"S": {"example": {"$ref": "#/x"}, "enum": [{"$ref": "#/x"}]}}}), []),
]


@pytest.mark.parametrize(("document", "expected"), WARNINGS)
def test_it_warns_and_accepts(document, expected):
    read = answer(document)
    assert isinstance(read, ParsedSpecification)
    assert [(finding.rule, finding.pointer) for finding in read.findings] == expected
    assert {finding.severity for finding in read.findings} <= {WARNING}
    assert all(finding.line for finding in read.findings)


def test_it_lists_at_most_a_hundred_findings():
    paths = {f"/a/{{p{n}}}": {"get": operation()} for n in range(150)}
    read = answer(openapi(paths=paths))
    assert len(read.findings) == 100
    broken = answer(openapi(paths={f"/a{n}": {"get": {}} for n in range(150)}))
    assert len(broken.findings) == 100
    assert {finding.severity for finding in broken.findings} == {ERROR}
