"""One invented API from a seed: its specification as a team would write it, about 13 kB with eleven operations."""

import random
from dataclasses import dataclass
from typing import Any

from bench import vocabulary as words


@dataclass(frozen=True)
class Subject:
    """What an API is about; no two of a run are the same."""

    sector: str
    qualifier: str
    thing: str
    role: str

    @property
    def title(self) -> str:
        return f"{self.qualifier} {self.thing} {self.role}".title()

    @property
    def slug(self) -> str:
        return f"{self.qualifier}-{self.thing}-{self.role}"

    @property
    def pascal(self) -> str:
        return self.title.replace(" ", "")


def plural(noun: str) -> str:
    if noun.endswith(("s", "x", "ch", "sh")):
        return f"{noun}es"
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"


def subjects(count: int, seed: int) -> list[Subject]:
    """``count`` different subjects; the same ones for the same seed."""
    every = [
        Subject(sector, qualifier, thing, role)
        for sector in words.THINGS
        for qualifier in words.QUALIFIERS[sector].split()
        for thing in words.THINGS[sector].split()
        for role in words.ROLES
        if thing not in (qualifier, role)
    ]
    seen: dict[str, Subject] = {}
    for subject in every:
        seen.setdefault(subject.slug, subject)
    return random.Random(seed).sample(list(seen.values()), count)


def description_of(subject: Subject, chance: random.Random) -> str:
    thing = f"{subject.qualifier} {subject.thing}"
    first = chance.choice(words.PURPOSES).format(thing=thing)
    second = chance.choice(words.PURPOSES).format(thing=thing)
    return (
        f"The {chance.choice(words.ADJECTIVES)} {subject.role} service for {chance.choice(words.AUDIENCES)}. "
        f"It {first}. It also {second}, mostly for {chance.choice(words.AUDIENCES)}."
    )


def document_of(subject: Subject, seed: int) -> dict[str, Any]:
    """An OpenAPI 3.0 document; the same for the same subject and seed."""
    chance = random.Random(f"{seed} {subject.slug}")
    parts = chance.sample(words.PARTS, 2)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": subject.title,
            "version": f"{chance.randint(1, 4)}.{chance.randint(0, 9)}.0",
            "description": description_of(subject, chance),
        },
        "servers": [{"url": f"https://api.example.com/{subject.slug}"}],
        "paths": _paths(subject, parts, chance),
        "components": {"schemas": _schemas(subject, parts, chance)},
    }


def _paths(subject: Subject, parts: list[tuple[str, str]], chance: random.Random) -> dict[str, Any]:
    collection = f"/v{chance.randint(1, 3)}/{subject.qualifier}-{plural(subject.thing)}/{plural(subject.role)}"
    key = f"{subject.thing}{subject.role.title()}Id"
    one = f"{collection}/{{{key}}}"
    name, label = subject.pascal, f"{subject.qualifier} {subject.thing} {subject.role}"
    paths: dict[str, Any] = {
        collection: {
            "get": _operation(f"list{plural(name)}", f"List every {label}", subject, f"{name}Page", None, chance),
            "post": _operation(f"create{name}", f"Create a {label}", subject, name, f"{name}Request", chance),
        },
        one: {
            "get": _operation(f"get{name}", f"Get one {label}", subject, name, None, chance, key),
            "patch": _operation(f"update{name}", f"Change a {label}", subject, name, f"{name}Request", chance, key),
            "delete": _operation(f"delete{name}", f"Delete a {label}", subject, None, None, chance, key),
        },
    }
    for singular, several in parts:
        part = f"{name}{singular.title()}"
        paths[f"{one}/{several}"] = {
            "get": _operation(
                f"list{name}{several.title()}", f"List the {several} of a {label}", subject, part, None, chance, key
            ),
            "post": _operation(f"add{part}", f"Add a {singular} to a {label}", subject, part, part, chance, key),
        }
    for verb, begins in chance.sample(words.ACTIONS, 2):
        paths[f"{one}/{verb}"] = {
            "post": _operation(f"{verb}{name}", f"{begins} a {label}", subject, name, None, chance, key)
        }
    return paths


def _operation(
    operation_id: str,
    summary: str,
    subject: Subject,
    answer: str | None,
    body: str | None,
    chance: random.Random,
    key: str | None = None,
) -> dict[str, Any]:
    parameters = [_parameter(key, "path", True)] if key else []
    if operation_id.startswith("list"):
        filters = chance.sample(words.PROPERTY_STARTS, 2)
        parameters += [
            _parameter(f"{start}{chance.choice(words.PROPERTY_ENDS)}From", "query", False) for start in filters
        ]
    found = {"description": "Done", "content": {"application/json": {"schema": _reference(answer)}}}
    operation = {
        "operationId": operation_id,
        "summary": summary,
        "description": f"{summary}, for {chance.choice(words.AUDIENCES)}, as {chance.choice(words.AUDIENCES)} asked.",
        "tags": [subject.thing.title()],
        "parameters": parameters,
        "responses": {
            "200": found if answer else {"description": "Done"},
            "404": {
                "description": f"No such {subject.thing}",
                "content": {"application/json": {"schema": _reference("Problem")}},
            },
        },
    }
    if body:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": _reference(body)}}}
    return operation


def _parameter(name: str, place: str, required: bool) -> dict[str, Any]:
    return {
        "name": name,
        "in": place,
        "required": required,
        "description": f"The {name}",
        "schema": {"type": "string"},
    }


def _reference(name: str | None) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _schemas(subject: Subject, parts: list[tuple[str, str]], chance: random.Random) -> dict[str, Any]:
    name = subject.pascal
    own = f"{subject.qualifier}{subject.thing.title()}{subject.role.title()}"
    schemas = {
        name: _object(chance, 12, f"{own}Id", f"{own}{chance.choice(words.PROPERTY_ENDS)}"),
        f"{name}Request": _object(chance, 9, f"{own}{chance.choice(words.PROPERTY_ENDS)}"),
        f"{name}Page": {
            "type": "object",
            "properties": {"items": {"type": "array", "items": _reference(name)}, "next": {"type": "string"}},
        },
        "Problem": _object(random.Random(0), 3),
    }
    for singular, _ in parts:
        schemas[f"{name}{singular.title()}"] = _object(chance, 7, f"{singular}Of{subject.thing.title()}")
    return schemas


def _object(chance: random.Random, size: int, *extra: str) -> dict[str, Any]:
    starts = chance.sample(words.PROPERTY_STARTS, size)
    names = [*extra, *(f"{start}{chance.choice(words.PROPERTY_ENDS)}" for start in starts)]
    return {
        "type": "object",
        "required": names[:2],
        "properties": {name: {"type": "string", "description": f"{name} as agreed in the contract"} for name in names},
    }
