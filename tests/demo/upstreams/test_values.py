"""What the demo's upstreams answer, worked out from specifications."""

from typing import Any

import pytest
import yaml

from demo.upstreams.bank import FOLDER, nordhaven
from demo.upstreams.contract import Contract
from demo.upstreams.moods import mood
from demo.upstreams.values import reply, value_of

PUBLICATIONS = yaml.safe_load((FOLDER / "bank.yaml").read_bytes())["publications"]


def contract(responses: dict[str, Any], path: str = "/customers/{id}/score") -> Contract:
    return Contract({"paths": {path: {"get": {"responses": responses}}}})


def answered(responses: dict[str, Any], path: str = "/customers/c-7/score") -> tuple[int, Any]:
    made = contract(responses)
    match = made.match("GET", path)
    assert match is not None
    found = reply(made, match, path)
    return found.status, found.value


def json(media: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": media}}


def test_an_example_is_answered_with_what_the_path_names_in_it():
    media = {"example": {"customerId": "c-48213", "id": "other", "score": 742}}

    assert answered({"404": {}, "200": json(media)}) == (200, {"customerId": "c-7", "id": "c-7", "score": 742})


def test_the_same_path_always_picks_the_same_of_several_examples():
    media = {"examples": {"a": {"value": {"band": "A"}}, "b": {"value": {"band": "B"}}}}
    bands = {
        path: answered({"200": json(media)}, path)[1]["band"] for path in map("/customers/{}/score".format, "abcd")
    }

    assert set(bands.values()) == {"A", "B"}
    assert all(answered({"200": json(media)}, path)[1]["band"] == band for path, band in bands.items())


def test_without_an_example_a_value_is_made_from_the_schema():
    made = Contract(
        {"paths": {}, "definitions": {"Money": {"type": "object", "properties": {"value": {"const": "1"}}}}}
    )
    schema = {
        "allOf": [
            {"properties": {"amount": {"$ref": "#/definitions/Money"}}},
            {"type": "object", "properties": {"at": {"type": "string", "format": "date"}}},
        ],
        "properties": {"tags": {"type": "array", "items": {"enum": ["x"]}}, "count": {"type": "integer", "minimum": 3}},
    }

    assert value_of(made, schema) == {"amount": {"value": "1"}, "at": "2026-11-22", "tags": ["x"], "count": 3}


def test_a_schema_that_holds_itself_ends():
    made = Contract({"paths": {}, "definitions": {"Tree": {"properties": {"next": {"$ref": "#/definitions/Tree"}}}}})

    assert value_of(made, {"$ref": "#/definitions/Tree"})["next"]["next"] is not None


def test_a_path_without_parameters_goes_before_one_with():
    made = Contract({"paths": {path: {"get": {"responses": {}}} for path in ("/a/{id}", "/a/mine")}})

    assert made.match("GET", "/a/mine").operation.path == "/a/mine"
    assert made.match("HEAD", "/a/7").values == {"id": "7"}
    assert made.match("POST", "/a/7") is None
    assert made.methods("/a/7") == ["GET"]
    assert made.methods("/b") == []


@pytest.mark.parametrize("publication", PUBLICATIONS, ids=lambda one: f"{one['api']} {one['version']}")
def test_every_operation_that_the_bank_has_published_is_answered(publication: dict[str, Any]):
    made = nordhaven().contract(publication["api"], publication["version"])
    assert made is not None and made.operations

    for operation in made.operations:
        path = operation.path.replace("{", "").replace("}", "")
        match = made.match(operation.method.upper(), path)
        assert match is not None
        found = reply(made, match, path)
        assert 200 <= found.status < 400
        assert (found.value is None) == (found.media_type == "")


def test_few_answers_are_slow_and_fewer_fail_and_the_same_number_is_answered_alike():
    moods = [mood("get /a", number) for number in range(2_000)]

    assert moods == [mood("get /a", number) for number in range(2_000)]
    assert 0 < sum(one.failure > 0 for one in moods) < 20
    assert 0 < sum(one.seconds > 0.3 for one in moods) < 40
    assert all(one.seconds < 1 for one in moods)
