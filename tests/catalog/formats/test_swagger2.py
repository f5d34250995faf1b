from catalog.formats.base import ParsedSpecification
from catalog.formats.worker import read_document
from tests.catalog.formats.documents import as_bytes, operation, swagger

PET = {"$ref": "#/definitions/Pet"}


def parsed(document) -> ParsedSpecification:
    answer = read_document(as_bytes(document), limit=10**6)
    assert isinstance(answer, ParsedSpecification), answer.findings
    return answer


def test_it_reads_host_base_path_and_schemes_as_servers():
    document = swagger(
        host="api.example.com", basePath="/v1", schemes=["https", "http"], paths={"/a": {"get": operation()}}
    )
    urls = ["https://api.example.com/v1", "http://api.example.com/v1"]
    read = parsed(document)
    assert (read.format, read.format_version) == ("swagger", "2.0")
    assert [server["url"] for server in read.servers] == urls
    assert [server["url"] for server in read.operations[0].detail["servers"]] == urls
    assert [server["url"] for server in parsed(swagger(basePath="/v1")).servers] == ["/v1"]
    assert parsed(swagger()).servers == ()
    own = parsed(swagger(host="h", paths={"/a": {"get": operation(schemes=["wss"])}})).operations[0]
    assert [server["url"] for server in own.detail["servers"]] == ["wss://h"]


def test_it_reads_a_body_parameter_as_request_body():
    body = {"name": "pet", "in": "body", "required": True, "description": "The pet", "schema": PET}
    read = parsed(
        swagger(
            consumes=["application/json", "application/xml"],
            paths={"/a": {"post": operation(parameters=[body])}},
            definitions={"Pet": {"type": "object", "properties": {"name": {"type": "string"}}}},
        )
    )
    found = read.operations[0]
    assert found.detail["parameters"] == []
    assert found.detail["request_body"] == {
        "description": "The pet",
        "required": True,
        "content": {
            "application/json": {"schema": PET, "examples": {}},
            "application/xml": {"schema": PET, "examples": {}},
        },
    }
    assert found.definitions == ("#/definitions/Pet",)
    assert found.fields == ({"in": "request", "path": "name"},)
    assert list(read.definitions) == ["#/definitions/Pet"]


def test_it_reads_form_fields_as_one_object():
    fields = [
        {"name": "file", "in": "formData", "type": "file", "required": True, "description": "Scan"},
        {"name": "kind", "in": "formData", "type": "string", "enum": ["a", "b"]},
    ]
    detail = (
        parsed(swagger(paths={"/a": {"post": operation(parameters=fields, consumes=["multipart/form-data"])}}))
        .operations[0]
        .detail
    )
    schema = {
        "type": "object",
        "properties": {
            "file": {"type": "string", "format": "binary", "description": "Scan"},
            "kind": {"type": "string", "enum": ["a", "b"]},
        },
        "required": ["file"],
    }
    assert detail["request_body"]["content"] == {"multipart/form-data": {"schema": schema, "examples": {}}}
    without = parsed(swagger(paths={"/a": {"post": operation(parameters=fields[1:])}})).operations[0].detail
    assert list(without["request_body"]["content"]) == ["application/x-www-form-urlencoded"]
    assert without["request_body"]["required"] is False


def test_it_reads_parameters_with_their_types_as_schemas():
    written = [
        {"name": "ids", "in": "query", "type": "array", "items": {"type": "integer"}, "collectionFormat": "multi"},
        {"name": "tags", "in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": "pipes"},
        {"$ref": "#/parameters/Id"},
    ]
    shared = {"Id": {"name": "id", "in": "path", "required": True, "type": "string", "pattern": "^c", "maxLength": 9}}
    ids, tags, identity = (
        parsed(swagger(paths={"/a/{id}": {"get": operation(parameters=written)}}, parameters=shared))
        .operations[0]
        .detail["parameters"]
    )
    assert (ids["style"], ids["explode"]) == ("form", True)
    assert ids["schema"] == {"type": "array", "items": {"type": "integer"}}
    assert (tags["style"], tags["explode"]) == ("pipeDelimited", False)
    assert (identity["in"], identity["required"]) == ("path", True)
    assert identity["schema"] == {"type": "string", "pattern": "^c", "maxLength": 9}
    assert identity["pointer"] == "/paths/~1a~1{id}/get/parameters/2"


def test_it_reads_what_is_produced_as_content():
    reply = {
        "description": "A pet",
        "schema": PET,
        "headers": {"X-Left": {"type": "integer", "description": "Left"}},
        "examples": {"application/json": {"name": "Rex"}},
    }
    detail = (
        parsed(
            swagger(
                produces=["application/json", "text/xml"],
                paths={"/a": {"get": {"responses": {"200": reply, "404": {"$ref": "#/responses/Gone"}}}}},
                responses={"Gone": {"description": "Gone"}},
                definitions={"Pet": {"type": "object"}},
            )
        )
        .operations[0]
        .detail
    )
    assert detail["responses"]["200"] == {
        "description": "A pet",
        "headers": {
            "X-Left": {"description": "Left", "required": False, "deprecated": False, "schema": {"type": "integer"}}
        },
        "content": {
            "application/json": {"schema": PET, "example": {"name": "Rex"}, "examples": {}},
            "text/xml": {"schema": PET, "examples": {}},
        },
    }
    assert detail["responses"]["404"] == {"description": "Gone", "headers": {}, "content": {}}


def test_it_reads_security_in_the_words_of_openapi_3():
    described = {
        "plain": {"type": "basic"},
        "key": {"type": "apiKey", "name": "k", "in": "query", "description": "Key"},
        "code": {
            "type": "oauth2",
            "flow": "accessCode",
            "authorizationUrl": "https://a",
            "tokenUrl": "https://t",
            "scopes": {"read": "Read"},
        },
    }
    read = parsed(swagger(securityDefinitions=described, security=[{"plain": []}], paths={"/a": {"get": operation()}}))
    assert read.security_schemes == {
        "plain": {"type": "http", "scheme": "basic"},
        "key": {"type": "apiKey", "name": "k", "in": "query", "description": "Key"},
        "code": {
            "type": "oauth2",
            "flows": {
                "authorizationCode": {
                    "scopes": {"read": "Read"},
                    "authorizationUrl": "https://a",
                    "tokenUrl": "https://t",
                }
            },
        },
    }
    assert read.operations[0].detail["security"] == [[{"scheme": "plain", "scopes": []}]]
