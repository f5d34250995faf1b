"""Small documents of our own."""

import json
from typing import Any


def openapi(version: str = "3.0.3", **parts: Any) -> dict[str, Any]:
    """The least valid document of a version, with more parts."""
    return {"openapi": version, "info": {"title": "Credit check", "version": "2.3.0"}, "paths": {}, **parts}


def swagger(**parts: Any) -> dict[str, Any]:
    return {"swagger": "2.0", "info": {"title": "Credit check", "version": "2.3.0"}, "paths": {}, **parts}


def operation(**parts: Any) -> dict[str, Any]:
    return {"responses": {"200": {"description": "Done"}}, **parts}


def as_bytes(document: Any) -> bytes:
    return json.dumps(document, indent=1, ensure_ascii=False).encode()
