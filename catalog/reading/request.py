"""One request for an operation with example values, before it is written in any language.

Texts are tuples of parts, because what only the reader has is not a text: the key, and the address where nobody
named one, stand for the environment variables `PORTICO_KEY` and `BASE_URL`, written differently in each language.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import quote

from catalog.reading.bodies import OWN_CONTENT, Body, example_body, simple_text
from catalog.reading.examples import given_examples, media_example

KEY_VARIABLE = "PORTICO_KEY"
ADDRESS_VARIABLE = "BASE_URL"
VALUE_AT_MOST = 1_000

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_ABSOLUTE = re.compile(r"https?://[^\s/?#]+", re.IGNORECASE)
_PATH_PART = re.compile(r"\{([^{}/]+)\}")
_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t"}
_URL_SAFE = "/:?#[]@!$&'()*+,;=%~"


class Variable(Enum):
    """What the reader has: the key, as it is or as the Base64 of «user:password», and the address of the server."""

    KEY = "key"
    BASIC = "basic"
    ADDRESS = "address"


Text = tuple[str | Variable, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """`url` has no query. Names and values in `query` are percent-encoded, a key in it is not."""

    method: str
    url: Text
    query: tuple[tuple[str, Text], ...]
    headers: tuple[tuple[str, Text], ...]
    body: Body | None

    def full_url(self) -> Text:
        """The address with its query."""
        parts: list[str | Variable] = [*self.url]
        for index, (name, value) in enumerate(self.query):
            parts += ["&" if index else "?", f"{name}=", *value]
        return joined(parts)


def example_request(
    operation: Mapping[str, Any],
    security_schemes: Mapping[str, Mapping[str, Any]],
    definitions: Mapping[str, Any],
    server_url: str = "",
) -> Request:
    """The request for an operation (`method`, `path` and `detail` of it) with the values its document gives.

    Required parameters are always in it, others where the document gives an example of them.
    """
    detail = operation["detail"]
    chosen = [(each, _value(each, definitions)) for each in detail["parameters"] if _is_used(each)]
    secrets = list(_credentials(detail["security"], security_schemes))
    body = example_body(detail["request_body"], definitions)
    query = [pair for each, value in chosen if each["in"] == "query" for pair in _query(each, value)]
    query += [(quote(name, safe=""), text) for place, name, text in secrets if place == "query"]
    headers = [(each["name"], (_line(simple_text(value)),)) for each, value in chosen if each["in"] == "header"]
    headers += [(name, text) for place, name, text in secrets if place == "header"]
    cookies = [
        (each["name"], (quote(simple_text(value), safe=""),)) for each, value in chosen if each["in"] == "cookie"
    ]
    cookies += [(name, text) for place, name, text in secrets if place == "cookie"]
    if cookies:
        headers.append(("Cookie", _cookie_line(cookies)))
    if body:
        headers = [pair for pair in headers if pair[0].lower() != "content-type"]
        headers.append(("Content-Type", (_line(body.media_type),)))
    return Request(
        method=operation["method"],
        url=_url(operation["path"], chosen, server_url),
        query=tuple(query),
        headers=tuple(pair for pair in headers if _TOKEN.fullmatch(pair[0])),
        body=body,
    )


def is_address(server_url: str) -> bool:
    """Whether it names a host, as a path below whichever host serves the document does not."""
    return _ABSOLUTE.match(server_url) is not None


def server_urls(servers: list[dict[str, Any]]) -> list[str]:
    """The addresses of servers with the defaults of their variables put in."""
    return [
        _PATH_PART.sub(
            lambda match, server=server: str(server["variables"].get(match[1], {}).get("default", match[0])),
            server["url"],
        )
        for server in servers
    ]


def joined(parts: list[str | Variable]) -> Text:
    """The parts with neighbouring strings put together."""
    text: list[str | Variable] = []
    for part in parts:
        if text and isinstance(part, str) and isinstance(text[-1], str):
            text[-1] += part
        elif part != "":
            text.append(part)
    return tuple(text)


def _is_used(parameter: Mapping[str, Any]) -> bool:
    return parameter["required"] or bool(given_examples(parameter)) or _has_example(parameter.get("schema"))


def _has_example(schema: Any) -> bool:
    return type(schema) is dict and ("example" in schema or bool(schema.get("examples")))


def _value(parameter: Mapping[str, Any], definitions: Mapping[str, Any]) -> Any:
    example = media_example(parameter, definitions)
    if example is None and parameter.get("content"):
        media = next(iter(parameter["content"].values()))
        example = media_example(media, definitions)
        value = None if example is None else json.dumps(example.value, ensure_ascii=False)
    else:
        value = None if example is None else example.value
    return value if len(simple_text(value)) <= VALUE_AT_MOST else OWN_CONTENT


def _url(path: str, chosen: list[tuple[Mapping[str, Any], Any]], server_url: str) -> Text:
    """An absolute address: nothing of a document becomes an option of a command or another scheme."""
    values = {each["name"]: simple_text(value) for each, value in chosen if each["in"] == "path"}
    filled = _PATH_PART.sub(lambda match: quote(values.get(match[1], match[1]), safe=""), path)
    if is_address(server_url):
        return (quote(server_url.rstrip("/") + filled, safe=_URL_SAFE),)
    below = server_url.strip("/")
    return joined([Variable.ADDRESS, quote(f"/{below}{filled}" if below else filled, safe=_URL_SAFE)])


def _query(parameter: Mapping[str, Any], value: Any) -> Iterator[tuple[str, Text]]:
    """The pairs of one parameter in its style."""
    name, style = parameter["name"], parameter.get("style")
    if type(value) is dict and style == "deepObject":
        pairs = [(f"{name}[{key}]", simple_text(inner)) for key, inner in value.items()]
    elif type(value) is dict and parameter.get("explode"):
        pairs = [(key, simple_text(inner)) for key, inner in value.items()]
    elif type(value) is list and parameter.get("explode"):
        pairs = [(name, simple_text(inner)) for inner in value]
    elif type(value) is list:
        pairs = [(name, _SEPARATORS.get(str(style), ",").join(map(simple_text, value)))]
    else:
        pairs = [(name, simple_text(value))]
    yield from ((quote(key, safe="[]"), (quote(text, safe=",:"),)) for key, text in pairs)


def _line(text: str) -> str:
    """A value that stays within one header."""
    return _CONTROL.sub(" ", text).strip()


def _cookie_line(cookies: list[tuple[str, Text]]) -> Text:
    parts: list[str | Variable] = []
    for name, value in cookies:
        if _TOKEN.fullmatch(name):
            parts += ["; " if parts else "", f"{name}=", *value]
    return joined(parts)


def _credentials(
    security: list[list[dict[str, Any]]], schemes: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, str, Text]]:
    """(place, name, text) for the first alternative, which is the one the document puts first."""
    for needed in security[0] if security else []:
        scheme = schemes.get(needed["scheme"], {})
        kind = scheme.get("type")
        if kind == "apiKey":
            yield str(scheme.get("in", "header")), str(scheme.get("name", "")), (Variable.KEY,)
        elif kind == "http" and str(scheme.get("scheme", "")).lower() == "basic":
            yield "header", "Authorization", ("Basic ", Variable.BASIC)
        elif kind in ("http", "oauth2", "openIdConnect"):
            yield "header", "Authorization", ("Bearer ", Variable.KEY)
