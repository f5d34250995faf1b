"""The demo's specifications are what the documentation asks others to write."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from catalog.formats.base import ParsedSpecification
from catalog.formats.parsing import parse_specification

FOLDER = Path(__file__).resolve().parents[2] / "demo" / "specifications"
FILES = sorted(FOLDER.iterdir())
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"}

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)


def load(path: Path) -> dict[str, Any]:
    """The document as a YAML 1.2 reader sees it: days stay text."""
    return yaml.load(path.read_text(encoding="utf-8"), _Loader)


class _Loader(yaml.CSafeLoader):
    pass


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for letter, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


@each_file
def test_is_accepted_without_a_finding(path):
    parsed = parse_specification(path.read_bytes())

    assert isinstance(parsed, ParsedSpecification), parsed
    assert parsed.findings == ()


@each_file
def test_names_and_describes_two_to_fourteen_operations(path):
    operations = [operation for _, _, operation in _operations(load(path))]

    assert 2 <= len(operations) <= 14
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert all(operation["summary"] and operation["description"] and operation["tags"] for operation in operations)


@each_file
def test_answers_errors_with_a_described_body_wherever_one_can_fail(path):
    document = load(path)
    for method, where, operation in _operations(document):
        failures = [code for code in operation["responses"] if code.startswith("4")]
        assert failures, f"{method} {where} documents no error"
        for code in failures:
            response = _resolved(document, operation["responses"][code])
            assert response["description"]
            assert response.get("content") or response.get("schema"), f"{method} {where} {code} has no body"


@each_file
def test_gives_examples_that_fit_their_schemas(path):
    document = load(path)
    checked = 0
    for pointer, schema, example in _examples(document, document):
        checked += 1
        errors = [error.message for error in _validator(document, schema).iter_errors(example)]
        assert errors == [], f"{pointer}: {errors}"
    assert checked >= 3


def test_one_schema_is_recursive_and_one_offers_a_choice():
    node = load(FOLDER / "kyc-3.2.0.yaml")["components"]["schemas"]["OwnershipNode"]
    creditor = load(FOLDER / "instant-payments-1.0.0.yaml")["components"]["schemas"]["Creditor"]

    assert node["properties"]["owners"]["items"] == {"$ref": "#/components/schemas/OwnershipNode"}
    assert len(creditor["oneOf"]) == 3


def test_every_format_is_there():
    versions = {str(document.get("openapi") or document["swagger"])[:3] for document in map(load, FILES)}

    assert versions == {"2.0", "3.0", "3.1", "3.2"}
    assert {path.suffix for path in FILES} == {".json", ".yaml"}


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for where, item in document["paths"].items():
        for method in METHODS & item.keys():
            yield method, where, item[method]


def _resolved(document: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in value:
        found: Any = document
        for step in value["$ref"].removeprefix("#/").split("/"):
            found = found[step.replace("~1", "/").replace("~0", "~")]
        value = found
    return value


def _examples(document: dict[str, Any], value: Any, pointer: str = "#") -> Iterator[tuple[str, dict, Any]]:
    """Every example beside a schema: of parameters, headers and media types, and Swagger 2.0's of responses."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _examples(document, item, f"{pointer}/{index}")
    if not isinstance(value, dict):
        return
    schema = value.get("schema")
    if isinstance(schema, dict):
        if "example" in value:
            yield f"{pointer}/example", schema, value["example"]
        named = value.get("examples", {})
        for name, example in named.items():
            is_named = "openapi" in document
            yield f"{pointer}/examples/{name}", schema, example["value"] if is_named else example
    for key, item in value.items():
        if key not in {"example", "examples"}:
            yield from _examples(document, item, f"{pointer}/{key}")


def _validator(document: dict[str, Any], schema: dict[str, Any]) -> jsonschema_rs.Validator:
    """A validator of the schema within its document, with OpenAPI 3.0's ``nullable`` in JSON Schema's words."""
    shelves = {key: document[key] for key in ("components", "definitions") if key in document}
    return jsonschema_rs.Draft202012Validator(_with_null(schema | shelves), validate_formats=True)


def _with_null(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_null(item) for item in value]
    if not isinstance(value, dict):
        return value
    plain = {key: _with_null(item) for key, item in value.items()}
    if plain.pop("nullable", False) is True:
        plain["type"] = [plain["type"], "null"]
    return plain
