"""The official meta-schemas, compiled once per process.

They come as package data of openapi-spec-validator and openapi-schema-validator; those packages themselves
are not imported, because their validators fetch references and import half a second's worth of modules.
Nothing is fetched: a reference that leads out of the bundled schemas is refused. The regular expressions run
on a linear-time engine.
"""

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import jsonschema_rs
import orjson

_DIALECTS = {
    "3.1": {
        "https://spec.openapis.org/oas/3.1/dialect/base": "oas3.1/metaschema.json",
        "https://spec.openapis.org/oas/3.1/meta/base": "oas3.1/vocabularies/base",
    },
    "3.2": {
        "https://spec.openapis.org/oas/3.2/dialect/2025-09-17": "oas3.2/dialect/2025-09-17.json",
        "https://spec.openapis.org/oas/3.2/meta/2025-09-17": "oas3.2/meta/2025-09-17.json",
    },
}


@cache
def structure_validator(version: str) -> jsonschema_rs.Validator:
    """Checks a document of OpenAPI «2.0», «3.0», «3.1» or «3.2», from 3.1 on without its schema objects."""
    return _compiled(_structure(version), registry=None)


@cache
def complete_validator(version: str) -> jsonschema_rs.Validator:
    """Checks a document of «3.1» or «3.2» together with its schema objects, in that version's dialect."""
    structure = _structure(version)
    resources = {
        uri: _package_json("openapi_schema_validator", "schemas", name) for uri, name in _DIALECTS[version].items()
    }
    dialect = next(iter(resources))
    resources[structure["$id"]] = structure
    schema = {
        "$schema": structure["$schema"],
        "$id": f"{structure['$id']}/with-schemas",
        "$ref": structure["$id"],
        "$defs": {"schema": {"$dynamicAnchor": "meta", "$ref": dialect}},
    }
    return _compiled(schema, registry=jsonschema_rs.Registry(list(resources.items()), retriever=_refuse))


def default_dialect(version: str) -> str:
    return next(iter(_DIALECTS[version]))


def _compiled(schema: dict[str, Any], registry: jsonschema_rs.Registry | None) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(
        schema,
        registry=registry,
        retriever=_refuse,
        validate_formats=False,
        pattern_options=jsonschema_rs.RegexOptions(),
    )


def _structure(version: str) -> dict[str, Any]:
    return _package_json("openapi_spec_validator", "resources/schemas", f"v{version}/schema.json")


def _package_json(package: str, folder: str, name: str) -> dict[str, Any]:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(package)
    return orjson.loads(Path(spec.submodule_search_locations[0], folder, name).read_bytes())


def _refuse(uri: str) -> NoReturn:
    raise ValueError(f"{uri} is not fetched")
