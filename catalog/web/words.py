"""How the catalog's values read in its pages."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from catalog.models import APIVersion, Operation

FORMATS = {"openapi": "OpenAPI", "swagger": "Swagger"}

_WORD_EDGE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\-.]+")
_HTTP_SCHEMES = {"bearer": "Bearer token", "basic": "User name and password", "digest": "HTTP Digest"}
_SCHEME_TYPES = {
    "apiKey": "API key",
    "oauth2": "OAuth 2.0",
    "openIdConnect": "OpenID Connect",
    "mutualTLS": "Client certificate",
}


def format_words(version: APIVersion) -> str:
    """«OpenAPI 3.1» of ``openapi`` and ``3.1.0``."""
    number = ".".join(version.format_version.split(".")[:2])
    return f"{FORMATS.get(version.format, version.format.capitalize())} {number}".strip()


def document_words(media_type: str) -> str:
    """What the document's bytes are: «JSON» or «YAML»."""
    return "JSON" if "json" in media_type else "YAML"


def operation_title(operation: Operation) -> str:
    """The operation in words: its summary, else its identifier taken apart, else method and path."""
    if operation.summary.strip():
        return operation.summary.strip()
    words = " ".join(word for word in _WORD_EDGE.split(operation.operation_id) if word)
    return words.capitalize() if words else f"{operation.method} {operation.path}"


def scheme_words(scheme: Mapping[str, Any]) -> str:
    """One security scheme as people call it: «API key», «OAuth 2.0», «Bearer token»."""
    kind = str(scheme.get("type", ""))
    if kind == "http":
        name = str(scheme.get("scheme", "")).lower()
        return _HTTP_SCHEMES.get(name, f"HTTP {name}")
    return _SCHEME_TYPES.get(kind, kind or "Unknown scheme")


def schemes_words(schemes: Iterable[Mapping[str, Any]]) -> str:
    """«API key, OAuth 2.0»; each word once, «None needed» without any."""
    return ", ".join(dict.fromkeys(scheme_words(scheme) for scheme in schemes)) or "None needed"
