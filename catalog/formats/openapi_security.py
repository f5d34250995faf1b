"""Security schemes and requirements of OpenAPI 3 and Swagger 2.0, in the words of OpenAPI 3."""

from typing import Any

from catalog.formats.references import Resolver
from catalog.formats.shapes import mapping, sequence, text, texts

_SCHEME_KEYS = ("type", "description", "name", "in", "scheme", "bearerFormat", "flows", "openIdConnectUrl")
_SWAGGER_FLOWS = {"application": "clientCredentials", "accessCode": "authorizationCode"}


def security_schemes(described: Any, resolver: Resolver) -> dict[str, dict[str, Any]]:
    """The schemes of `components.securitySchemes` by name."""
    schemes = {name: resolver.object(scheme) for name, scheme in mapping(described).items()}
    return {
        name: {key: scheme[key] for key in (*_SCHEME_KEYS, "deprecated", "oauth2MetadataUrl") if key in scheme}
        for name, scheme in schemes.items()
        if not name.startswith("x-")
    }


def swagger_security_schemes(described: Any) -> dict[str, dict[str, Any]]:
    """The schemes of Swagger's `securityDefinitions`, rewritten as OpenAPI 3 has them."""
    return {name: _swagger_scheme(mapping(scheme)) for name, scheme in mapping(described).items()}


def effective_security(operation: dict[str, Any], document: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Alternatives, each a list of schemes needed together; an empty alternative means that none is needed
    too.
    """
    required = operation["security"] if "security" in operation else document.get("security")
    return [
        [{"scheme": name, "scopes": list(texts(scopes))} for name, scopes in mapping(alternative).items()]
        for alternative in sequence(required)
    ]


def _swagger_scheme(scheme: dict[str, Any]) -> dict[str, Any]:
    described = {"description": scheme["description"]} if "description" in scheme else {}
    kind = scheme.get("type")
    if kind == "basic":
        return {"type": "http", "scheme": "basic", **described}
    if kind == "apiKey":
        return {"type": "apiKey", "name": text(scheme.get("name")), "in": text(scheme.get("in")), **described}
    name = text(scheme.get("flow"))
    flow: dict[str, Any] = {"scopes": mapping(scheme.get("scopes"))}
    flow |= {key: scheme[key] for key in ("authorizationUrl", "tokenUrl") if key in scheme}
    return {"type": "oauth2", "flows": {_SWAGGER_FLOWS.get(name, name): flow}, **described}
