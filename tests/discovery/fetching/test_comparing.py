"""The difference of two specifications, by what they say."""

import copy
from typing import Any

import orjson
import pytest
import yaml

from catalog.formats.base import ParsedSpecification
from catalog.formats.worker import read_document
from discovery.fetching.comparing import Difference, difference
from tests.factories.catalog import openapi

BASE: dict[str, Any] = openapi(
    "1.0.0",
    tags=[{"name": "b"}, {"name": "a"}],
    paths={
        "/payments/{id}": {
            "get": {
                "summary": "Read",
                "tags": ["b", "a"],
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "full", "in": "query", "schema": {"type": "boolean"}},
                ],
                "responses": {
                    "200": {
                        "description": "It",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Payment"}}},
                    }
                },
            }
        },
        "/health": {"get": {"responses": {"200": {"description": "Well"}}}},
    },
    components={
        "schemas": {
            "Payment": {
                "type": "object",
                "required": ["id", "sum"],
                "properties": {"id": {}, "sum": {}, "servers": {}},
            },
            "Unused": {"type": "string"},
        }
    },
)


def parsed(document: dict[str, Any], *, as_yaml: bool = False) -> ParsedSpecification:
    data = yaml.safe_dump(document, sort_keys=True).encode() if as_yaml else orjson.dumps(document)
    result = read_document(data, limit=1_000_000)
    assert isinstance(result, ParsedSpecification), result
    return result


def against_base(change: Any, *, as_yaml: bool = False) -> Difference:
    document = copy.deepcopy(BASE)
    change(document)
    return difference(parsed(BASE), parsed(document, as_yaml=as_yaml))


def get(document: dict[str, Any]) -> dict[str, Any]:
    return document["paths"]["/payments/{id}"]["get"]


def nothing(document: dict[str, Any]) -> None:
    pass


def servers(document: dict[str, Any]) -> None:
    document["servers"] = [{"url": "http://10.1.2.3"}]
    document["paths"]["/health"]["servers"] = [{"url": "http://10.1.2.3"}]
    get(document)["servers"] = [{"url": "http://10.1.2.3"}]


def orders(document: dict[str, Any]) -> None:
    get(document)["parameters"].reverse()
    get(document)["tags"].reverse()
    document["tags"].reverse()
    document["components"]["schemas"]["Payment"]["required"].reverse()
    document["paths"] = dict(reversed(document["paths"].items()))


@pytest.mark.parametrize("change", [nothing, servers, orders, lambda document: document.update({"x-build": "7"})])
@pytest.mark.parametrize("as_yaml", [False, True])
def test_it_finds_no_difference_in_how_it_is_written(change: Any, as_yaml: bool):
    assert against_base(change, as_yaml=as_yaml) == Difference()


def test_it_names_operations_that_came_and_went():
    def change(document: dict[str, Any]) -> None:
        document["paths"]["/live"] = document["paths"].pop("/health")

    assert against_base(change) == Difference(("GET /live",), ("GET /health",))


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda document: get(document).update(summary="Look"), "summary"),
        (lambda document: get(document).update(deprecated=True), "deprecated"),
        (lambda document: get(document)["parameters"][1].update(required=True), "parameters"),
        (lambda document: get(document)["responses"].update({"404": {"description": "No"}}), "responses"),
        (lambda document: document["components"]["schemas"]["Payment"].update(required=["id"]), "schemas"),
        (lambda document: document["components"]["schemas"]["Payment"]["properties"].pop("servers"), "schemas"),
    ],
)
def test_it_names_the_part_of_an_operation_that_changed(change: Any, part: str):
    assert against_base(change) == Difference(changed=(("GET /payments/{id}", (part,)),))


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda document: document["info"].update(version="2.0.0"), "version"),
        (lambda document: document["info"].update(title="Other"), "title"),
        (lambda document: document["components"]["schemas"].update(Unused={"type": "integer"}), "schemas"),
        (lambda document: document["tags"].append({"name": "c"}), "tags"),
    ],
)
def test_it_names_other_parts_that_changed(change: Any, part: str):
    assert against_base(change) == Difference(other=(part,))


def test_it_takes_another_name_in_a_path_for_a_change_of_the_operation():
    def change(document: dict[str, Any]) -> None:
        document["paths"]["/payments/{key}"] = document["paths"].pop("/payments/{id}")
        document["paths"]["/payments/{key}"]["get"]["parameters"][0]["name"] = "key"

    found = against_base(change)
    assert (found.added, found.removed) == ((), ())
    assert found.changed == (("GET /payments/{key}", ("names in the path", "parameters")),)


def test_it_says_it_in_a_sentence():
    found = Difference(("GET /a",), (), (("GET /b", ("summary",)), ("GET /c", ("summary",))), ("version", "title"))
    assert found.sentence == "1 operation added, 2 changed, other parts: version, title"
    assert Difference(removed=("GET /a", "GET /b")).sentence == "2 operations removed"
