"""Documents of given sizes, published through the REST door and, beside it, only read and validated."""

import json
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import yaml

from bench.client import Client, Request, Sample
from bench.documents import document_of, subjects
from catalog.formats.metaschemas import structure_validator

# Bytes of a document -> how many are published.
SIZES = {1_000: 40, 13_000: 40, 100_000: 12, 1_000_000: 4}
MOST_SUBJECTS = 500
MEDIA_TYPES = {"JSON": "application/json", "YAML": "application/yaml"}


@dataclass(frozen=True, slots=True)
class Publishing:
    """One size in one notation. ``bare`` is the processor's milliseconds for reading and validating the bytes alone."""

    notation: str
    size: int
    operations: int
    sample: Sample
    bare: float
    found: int
    published: int


def publish_all(client: Client, team: str, seed: int) -> Iterator[Publishing]:
    """Publish new APIs of every size in both notations; each is looked for as soon as its answer is there."""
    for notation, media_type in MEDIA_TYPES.items():
        for size, times in SIZES.items():
            base = _document_of_size(size, notation, seed)
            names = [f"bench-{notation.lower()}-{size}-{number}" for number in range(times + 2)]
            bodies = [_text({**base, "info": base["info"] | {"title": _title(name)}}, notation) for name in names]
            requests = [
                Request(f"/api/v1/apis/{name}/versions/1.0.0?owner={team}", "PUT", body, media_type)
                for name, body in zip(names, bodies, strict=True)
            ]
            client.measure(requests[:2])  # the parsing processes are warm, as they are in a portal in use
            sample = client.measure(requests[2:])
            yield Publishing(
                notation=notation,
                size=len(bodies[0]),
                operations=sum(len(item) for item in base["paths"].values()),
                sample=sample,
                bare=statistics.median(_bare(body, notation) for body in bodies[:8]),
                found=sum(_is_found(client, name) for name in names[2:]),
                published=times,
            )


def publish_and_search(client: Client, team: str, times: int) -> int:
    """How many of so many documents the very next request after the answer finds by a word nothing else has."""
    found = 0
    for number in range(times):
        name = f"bench-commit-{number}"
        document = _smallest(_title(name))
        client.send(Request(f"/api/v1/apis/{name}/versions/1.0.0?owner={team}", "PUT", _text(document, "JSON")))
        found += _is_found(client, name)
    return found


def _is_found(client: Client, name: str) -> bool:
    answer = json.loads(client.send(Request(f"/api/v1/search?q={_title(name)}&limit=1")))
    return bool(answer["results"]) and answer["results"][0]["title"] == _title(name)


def _title(name: str) -> str:
    """One word that no generated API has."""
    letters = str.maketrans("0123456789", "abcdefghij")
    return "Quux" + name.replace("-", "").translate(letters)


def _bare(body: bytes, notation: str) -> float:
    """Processor milliseconds of the reader and the official meta-schema alone."""
    begun = time.process_time()
    document = orjson.loads(body) if notation == "JSON" else yaml.load(body, yaml.CSafeLoader)
    structure_validator("3.0").validate(document)
    return (time.process_time() - begun) * 1000


def _document_of_size(size: int, notation: str, seed: int) -> dict[str, Any]:
    """Generated paths with their schemas, put together until one more would not bring the text nearer to that size."""
    document = _smallest("Sized")
    length = len(_text(document, notation))
    for subject in subjects(MOST_SUBJECTS, seed + 1):
        part = document_of(subject, seed)
        schemas = part["components"]["schemas"]
        for number, (path, item) in enumerate(part["paths"].items()):
            more = len(_text({path: item} | (schemas if number == 0 else {}), notation))
            if abs(length + more - size) > abs(length - size):
                return document
            document["paths"][path] = item
            document["components"]["schemas"] |= schemas
            length += more
    return document


def _smallest(title: str) -> dict[str, Any]:
    """About a kilobyte with one operation."""
    schema = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": title, "version": "1.0.0", "description": "One operation, to measure what publishing costs."},
        "paths": {
            "/things/{id}": {
                "get": {
                    "operationId": "getThing",
                    "summary": "Get a thing",
                    "description": "Returns the thing as it is now, with its name where it has one.",
                    "parameters": [
                        {
                            "name": "id",
                            "in": "path",
                            "required": True,
                            "description": "Which thing.",
                            "schema": {"type": "string"},
                        }
                    ],
                    "responses": {
                        "200": {
                            "description": "The thing.",
                            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                        },
                        "404": {"description": "There is no such thing."},
                    },
                }
            }
        },
        "components": {"schemas": {"Thing": schema}},
    }


def _text(document: dict[str, Any], notation: str) -> bytes:
    if notation == "JSON":
        return orjson.dumps(document)
    return yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True).encode()
