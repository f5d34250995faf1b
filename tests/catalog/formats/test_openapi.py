from catalog.formats.base import ParsedSpecification
from catalog.formats.pipe import dump_answer, load_answer
from catalog.formats.worker import read_document
from tests.catalog.formats.documents import as_bytes, openapi, operation

SCORE = {"$ref": "#/components/schemas/Score"}


def parsed(document) -> ParsedSpecification:
    answer = read_document(as_bytes(document), limit=10**6)
    assert isinstance(answer, ParsedSpecification), answer.findings
    return answer


def only(document):
    (found,) = parsed(document).operations
    return found


def test_it_reads_what_the_document_says_of_itself():
    info = {
        "title": "Credit check",
        "version": "2.3.0",
        "description": "Scores.",
        "termsOfService": "https://example.com/terms",
        "contact": {"name": "Risk"},
        "license": {"name": "MIT"},
    }
    server = {"url": "https://{host}/v2", "description": "Live", "variables": {"host": {"default": "a", "enum": ["a"]}}}
    read = parsed(
        openapi(
            info=info, servers=[server], tags=[{"name": "Scores", "description": "All"}], externalDocs={"url": "/d"}
        )
    )
    assert (read.format, read.format_version, read.title, read.version) == ("openapi", "3.0.3", "Credit check", "2.3.0")
    assert (read.description, read.terms) == ("Scores.", "https://example.com/terms")
    assert (read.contact, read.license) == ({"name": "Risk"}, {"name": "MIT"})
    assert read.servers == (server,)
    assert read.tags == ({"name": "Scores", "description": "All"},)
    assert read.external_docs == {"url": "/d", "description": ""}


def test_it_reads_an_operation():
    written = operation(
        operationId="getScore",
        summary="Get",
        description="Long",
        tags=["Scores"],
        deprecated=True,
        externalDocs={"url": "/x"},
    )
    read = only(openapi(paths={"/customers/{id}/score/{kind}.json": {"get": written}}))
    assert (read.method, read.path) == ("GET", "/customers/{id}/score/{kind}.json")
    assert read.path_key == "/customers/{}/score/{}.json"
    assert (read.operation_id, read.slug) == ("getScore", "getScore")
    assert (read.summary, read.description, read.tags, read.deprecated) == ("Get", "Long", ("Scores",), True)
    assert read.position == 0
    assert read.detail["external_docs"] == {"url": "/x", "description": ""}


def test_it_reads_parameters_of_path_and_operation():
    path_level = [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "page", "in": "query", "description": "of the path", "schema": {"type": "integer"}},
    ]
    own = [
        {"name": "page", "in": "query", "description": "own", "explode": False, "schema": {"type": "integer"}},
        {"$ref": "#/components/parameters/Trace"},
        {"name": "filter", "in": "query", "content": {"application/json": {"schema": SCORE, "example": None}}},
    ]
    trace = {
        "name": "X-Trace",
        "in": "header",
        "schema": {"type": "string"},
        "examples": {"short": {"$ref": "#/components/examples/Short"}},
    }
    read = only(
        openapi(
            paths={"/c/{id}": {"parameters": path_level, "get": operation(parameters=own)}},
            components={
                "parameters": {"Trace": trace},
                "examples": {"Short": {"summary": "S", "value": "abc"}},
                "schemas": {"Score": {"type": "object"}},
            },
        )
    )
    by_name = {parameter["name"]: parameter for parameter in read.detail["parameters"]}
    assert by_name["id"] == {
        "name": "id",
        "in": "path",
        "required": True,
        "deprecated": False,
        "description": "",
        "style": "simple",
        "explode": False,
        "examples": {},
        "pointer": "/paths/~1c~1{id}/parameters/0",
        "schema": {"type": "string"},
    }
    assert (by_name["page"]["description"], by_name["page"]["style"], by_name["page"]["explode"]) == (
        "own",
        "form",
        False,
    )
    assert by_name["X-Trace"]["examples"] == {"short": {"summary": "S", "value": "abc"}}
    assert by_name["X-Trace"]["pointer"] == "/paths/~1c~1{id}/get/parameters/1"
    assert by_name["filter"]["content"] == {"application/json": {"schema": SCORE, "example": None, "examples": {}}}
    assert "schema" not in by_name["filter"]
    assert read.definitions == ("#/components/schemas/Score",)


def test_it_reads_bodies_and_responses_and_leaves_schemas_unexpanded():
    components = {
        "schemas": {
            "Score": {"type": "object", "properties": {"band": {"$ref": "#/components/schemas/Band"}}},
            "Band": {},
        },
        "requestBodies": {
            "Ask": {"required": True, "description": "B", "content": {"application/json": {"schema": SCORE}}}
        },
        "responses": {
            "Ok": {
                "description": "Fine",
                "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
                "content": {"application/json": {"schema": {"type": "array", "items": SCORE}, "example": [1]}},
            }
        },
        "headers": {"ETag": {"description": "Tag", "required": True, "schema": {"type": "string"}}},
    }
    written = {
        "requestBody": {"$ref": "#/components/requestBodies/Ask"},
        "responses": {"200": {"$ref": "#/components/responses/Ok"}, "4XX": {"description": "No"}, "x-more": {}},
    }
    read = only(openapi(paths={"/a": {"post": written}}, components=components))
    assert read.detail["request_body"] == {
        "description": "B",
        "required": True,
        "content": {"application/json": {"schema": SCORE, "examples": {}}},
    }
    assert read.detail["responses"] == {
        "200": {
            "description": "Fine",
            "headers": {
                "ETag": {"description": "Tag", "required": True, "deprecated": False, "schema": {"type": "string"}}
            },
            "content": {
                "application/json": {"schema": {"type": "array", "items": SCORE}, "example": [1], "examples": {}}
            },
        },
        "4XX": {"description": "No", "headers": {}, "content": {}},
    }
    assert read.definitions == ("#/components/schemas/Score", "#/components/schemas/Band")
    assert read.fields == ({"in": "request", "path": "band"}, {"in": "response", "path": "band"})


def test_it_applies_the_security_and_servers_of_the_document():
    schemes = {
        "key": {"type": "apiKey", "name": "X-Key", "in": "header"},
        "login": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/t", "scopes": {"read": "Read"}}}},
    }
    paths = {
        "/a": {
            "servers": [{"url": "/path"}],
            "get": operation(),
            "put": operation(security=[]),
            "post": operation(security=[{"key": [], "login": ["read"]}, {}], servers=[{"url": "/own"}]),
        }
    }
    read = parsed(
        openapi(
            paths=paths, security=[{"key": []}], servers=[{"url": "/document"}], components={"securitySchemes": schemes}
        )
    )
    get, put, post = (each.detail for each in read.operations)
    assert get["security"] == [[{"scheme": "key", "scopes": []}]]
    assert put["security"] == []
    assert post["security"] == [[{"scheme": "key", "scopes": []}, {"scheme": "login", "scopes": ["read"]}], []]
    assert [[server["url"] for server in each["servers"]] for each in (get, post)] == [["/path"], ["/own"]]
    assert read.security_schemes == schemes


def test_it_notes_callbacks():
    callback = {"{$request.body#/url}": {"post": operation(operationId="scored", summary="Scored")}}
    read = only(openapi(paths={"/a": {"post": operation(callbacks={"done": callback})}}))
    assert read.detail["callbacks"] == [
        {
            "name": "done",
            "expression": "{$request.body#/url}",
            "method": "POST",
            "operation_id": "scored",
            "summary": "Scored",
            "description": "",
        }
    ]


def test_it_keeps_every_schema_that_something_refers_to():
    inline = {"description": "D", "content": {"a/b": {"schema": {"type": "object", "title": "Inline"}}}}
    pointer = "#/paths/~1a/get/responses/200/content/a~1b/schema"
    schemas = {
        "Un used": {"type": "string"},
        "Pet": {"discriminator": {"propertyName": "kind", "mapping": {"dog": "Dog"}}, "anyOf": [{"$ref": pointer}]},
        "Dog": {"example": {"$ref": "#/nowhere"}, "default": {"$ref": "#/nowhere"}},
    }
    reply = {"description": "D", "content": {"a/b": {"schema": {"$ref": "#/components/schemas/Pet"}}}}
    read = parsed(
        openapi(paths={"/a": {"get": {"responses": {"200": inline, "404": reply}}}}, components={"schemas": schemas})
    )
    assert set(read.definitions) == {f"#/components/schemas/{name}" for name in schemas} | {pointer}
    assert read.definitions[pointer] == {"type": "object", "title": "Inline"}
    assert set(read.operations[0].definitions) == {"#/components/schemas/Pet", "#/components/schemas/Dog", pointer}
    assert read.findings == ()


def test_it_decodes_references():
    schemas = {"A B": {}, "C/D~E": {}}
    written = [{"$ref": "#/components/schemas/A%20B"}, {"$ref": "#/components/schemas/C~1D~0E"}]
    reply = {"description": "D", "content": {"a/b": {"schema": {"oneOf": written}}}}
    document = openapi("3.1.0", paths={"/a": {"get": {"responses": {"200": reply}}}})
    document["x-schemas"] = schemas
    document["components"] = {"schemas": {"Fine": {"$defs": schemas}}}
    for reference in written:
        reference["$ref"] = reference["$ref"].replace("schemas/", "schemas/Fine/$defs/")
    assert only(document).definitions == (
        "#/components/schemas/Fine/$defs/A B",
        "#/components/schemas/Fine/$defs/C~1D~0E",
    )


def test_it_reads_what_is_new_in_3_1():
    schema = {
        "type": ["object", "null"],
        "properties": {"a": True, "b": {"const": 1}, "c": {"$ref": "#/components/schemas/S/$defs/Inner"}},
        "$defs": {"Inner": {"type": "object", "properties": {"deep": {"type": "string"}}}},
    }
    reply = {"description": "D", "content": {"a/b": {"schema": {"$ref": "#/components/schemas/S"}}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1", "summary": "Short"},
        "paths": {"/a": {"$ref": "#/components/pathItems/A", "summary": "beside"}},
        "webhooks": {"scored": {"post": operation(operationId="onScored", summary="Scored")}},
        "components": {
            "schemas": {"S": schema, "Never": False},
            "pathItems": {"A": {"get": {"responses": {"200": reply}}}},
        },
    }
    read = parsed(document)
    assert read.description == "Short"
    assert read.webhooks == (
        {"name": "scored", "method": "POST", "operation_id": "onScored", "summary": "Scored", "description": ""},
    )
    assert [each.slug for each in read.operations] == ["get-a"]
    assert [each["path"] for each in read.operations[0].fields] == ["a", "b", "c", "c.deep"]
    assert read.definitions["#/components/schemas/Never"] is False
    assert read.definitions["#/components/schemas/S/$defs/Inner"] == schema["$defs"]["Inner"]
    assert read.findings == ()


def test_it_reads_a_document_of_3_1_without_paths():
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "webhooks": {}}
    assert parsed(document).operations == ()


def test_it_reads_what_is_new_in_3_2():
    media = {"text/event-stream": {"itemSchema": {"type": "object", "properties": {"score": {}}}}}
    paths = {
        "/a": {
            "query": operation(operationId="ask"),
            "additionalOperations": {"COPY": operation(), "MOVE": operation(operationId="move")},
            "get": {"responses": {"200": {"summary": "Stream", "content": media}}},
        }
    }
    read = parsed(openapi("3.2.0", paths=paths))
    assert [(each.method, each.slug) for each in read.operations] == [
        ("QUERY", "ask"),
        ("COPY", "copy-a"),
        ("MOVE", "move"),
        ("GET", "get-a"),
    ]
    reply = read.operations[3].detail["responses"]["200"]
    assert reply["description"] == "Stream"
    assert reply["content"]["text/event-stream"]["schema"]["type"] == "array"
    assert read.operations[3].fields == ({"in": "response", "path": "score"},)


def test_it_reads_the_method_query_only_where_the_version_has_it():
    assert parsed(openapi("3.2.0", paths={"/a": {"query": operation()}})).operations
    assert not isinstance(
        read_document(as_bytes(openapi(paths={"/a": {"query": operation()}})), limit=10**6), ParsedSpecification
    )


def test_its_values_survive_the_pipe():
    answer = parsed(openapi(paths={"/a": {"get": operation(tags=["t"])}, "/b/{x}": {"get": operation()}}))
    assert load_answer(dump_answer(answer)) == answer
    refused = read_document(b"a: [", limit=100)
    assert load_answer(dump_answer(refused)) == refused


def test_it_gives_the_same_values_each_time():
    data = as_bytes(openapi(paths={f"/{n}": {"get": operation()} for n in range(20)}))
    assert dump_answer(read_document(data, limit=10**6)) == dump_answer(read_document(data, limit=10**6))
