"""The parts of an operation as its page shows them: parameters, bodies, responses, sign-in."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.utils.safestring import SafeString

from catalog.reading.examples import RESPONSE, Example, given_examples, media_example
from catalog.reading.tree import Row, schema_tree
from catalog.reading.words import value_words
from catalog.web.schema_lines import Describer, Line, lines_of
from catalog.web.words import scheme_words

ROWS_AT_MOST = 400
ROWS_ON_PAGE = 1_000
_ROWS_AT_LEAST = 20
_EXAMPLES_AT_MOST = 10


class SchemaDrawer:
    """Draws the trees of one page within one budget of rows, so that no document makes a page too long to read, and
    words its descriptions within that of the describer."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self.definitions = definitions
        self.describer = Describer()
        self._left = ROWS_ON_PAGE

    def tree(self, schema: Any, anchor: str) -> "Tree | None":
        if schema is None:
            return None
        rows = max(min(self._left, ROWS_AT_MOST), _ROWS_AT_LEAST)
        top = schema_tree(schema, self.definitions, anchor=anchor, rows=rows)
        lines = lines_of(top, self.describer)
        self._left -= len(lines)
        return Tree(top, lines, self.describer.described(top.description))


@dataclass(frozen=True, slots=True)
class Tree:
    """A schema with the lines inside it."""

    top: Row
    lines: list[Line]
    words: SafeString | str

    @property
    def details(self) -> str:
        """Constraints and default in one line."""
        default = [f"default {self.top.default}"] if self.top.default else []
        return ", ".join([*self.top.constraints, *default])


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; ``media_type`` when its value is a document of its own."""

    name: str
    place: str
    required: bool
    deprecated: bool
    words: SafeString | str
    tree: Tree | None
    example: str
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """A body with every media type it may have that shape in."""

    media_types: list[str]
    tree: Tree | None
    examples: list[Example] = field(default_factory=list)

    @property
    def example_texts(self) -> list[tuple[str, str]]:
        """(name, text) of each example that the document gives."""
        return [(example.name, example_text(example)) for example in self.examples[:_EXAMPLES_AT_MOST]]


@dataclass(frozen=True, slots=True)
class Response:
    """What comes back under one code; ``grade`` is ok, warn or plain."""

    code: str
    title: str
    words: SafeString | str
    headers: list[Parameter]
    bodies: list[Body]

    @property
    def is_good(self) -> bool:
        return self.code.startswith("2")


@dataclass(frozen=True, slots=True)
class SignIn:
    """One security scheme the operation asks for, with the scopes it needs."""

    name: str
    kind: str
    where: str
    scopes: list[str]
    words: SafeString | str
    urls: list[tuple[str, str]]


def parameters_of(detail: Mapping[str, Any], drawer: SchemaDrawer) -> list[Parameter]:
    return [_parameter(each, drawer, f"parameter-{each['in']}-{each['name']}") for each in detail["parameters"]]


def bodies_of(content: Mapping[str, Any], drawer: SchemaDrawer, anchor: str) -> list[Body]:
    """One body a shape: media types that share schema and examples share the tree."""
    merged: list[tuple[Any, list[str]]] = []
    for name, media in content.items():
        same = next((names for known, names in merged if known == media), None)
        if same is None:
            merged.append((media, [name]))
        else:
            same.append(name)
    return [
        Body(names, drawer.tree(media.get("schema"), f"{anchor}-{number}"), given_examples(media))
        for number, (media, names) in enumerate(merged, start=1)
    ]


def responses_of(detail: Mapping[str, Any], drawer: SchemaDrawer) -> list[Response]:
    return [
        Response(
            code=code,
            title=_status_words(code),
            words=drawer.describer.described(response["description"]),
            headers=[
                _parameter({"in": "header", "name": name, **header}, drawer, f"response-{code}-header-{name}")
                for name, header in response["headers"].items()
            ],
            bodies=bodies_of(response["content"], drawer, f"response-{code}-body"),
        )
        for code, response in detail["responses"].items()
    ]


def example_answer(detail: Mapping[str, Any], definitions: Mapping[str, Any]) -> tuple[str, str] | None:
    """(title, text) of an example of the first good response that has a body."""
    for code, response in detail["responses"].items():
        if not code.startswith("2"):
            continue
        for name, media in response["content"].items():
            example = media_example(media, definitions, RESPONSE)
            if example is not None:
                made = "" if example.source == "given" else ", made from the schema"
                return f"{code} {name}{made}", example_text(example)
    return None


def sign_ins_of(
    detail: Mapping[str, Any], schemes: Mapping[str, Mapping[str, Any]], describer: Describer
) -> list[SignIn]:
    """Every scheme any alternative names, each once with all scopes."""
    scopes: dict[str, dict[str, None]] = {}
    for alternative in detail["security"]:
        for need in alternative:
            scopes.setdefault(need["scheme"], {}).update(dict.fromkeys(need["scopes"]))
    return [_sign_in(name, schemes.get(name, {}), list(needed), describer) for name, needed in scopes.items()]


def sign_in_words(detail: Mapping[str, Any], schemes: Mapping[str, Mapping[str, Any]]) -> str:
    """«API key, or OAuth 2.0»: alternatives with «or», what is needed together with «and»."""
    alternatives = [
        " and ".join(scheme_words(schemes.get(need["scheme"], {})) for need in alternative) or "none needed"
        for alternative in detail["security"]
    ]
    words = ", or ".join(dict.fromkeys(alternatives)) or "No sign-in needed"
    return words[0].upper() + words[1:]


def example_text(example: Example) -> str:
    """The value as people read it: text as it is, everything else as indented JSON."""
    return example.value if isinstance(example.value, str) else json.dumps(example.value, indent=2, ensure_ascii=False)


def _parameter(written: Mapping[str, Any], drawer: SchemaDrawer, anchor: str) -> Parameter:
    content = written.get("content") or {}
    media_type, media = next(iter(content.items()), ("", {}))
    tree = drawer.tree(written.get("schema", media.get("schema")), anchor)
    examples = given_examples(written) or given_examples(media)
    return Parameter(
        name=written["name"],
        place=written["in"],
        required=written["required"],
        deprecated=written["deprecated"],
        words=drawer.describer.described(written["description"]) or (tree.words if tree else ""),
        tree=tree,
        example=value_words(examples[0].value) if examples else (tree.top.example if tree else ""),
        media_type=media_type,
    )


def _status_words(code: str) -> str:
    try:
        return HTTPStatus(int(code)).phrase
    except ValueError:
        return "Any other" if code == "default" else ""


def _sign_in(name: str, scheme: Mapping[str, Any], scopes: Iterable[str], describer: Describer) -> SignIn:
    flows = scheme.get("flows") if isinstance(scheme.get("flows"), dict) else {}
    urls = [
        (kind, str(flow[key]))
        for kind, flow in flows.items()
        if isinstance(flow, dict)
        for key in ("authorizationUrl", "tokenUrl")
        if flow.get(key)
    ]
    if scheme.get("openIdConnectUrl"):
        urls.append(("discovery", str(scheme["openIdConnectUrl"])))
    where = f"{scheme.get('name', '')} in {scheme.get('in', '')}" if scheme.get("type") == "apiKey" else ""
    words = describer.described(str(scheme.get("description", "")))
    return SignIn(name, scheme_words(scheme), where, list(scopes), words, urls)
