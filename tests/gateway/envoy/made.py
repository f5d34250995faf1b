"""Values of tests, the least valid ones, with ids that are easy to read."""

import hashlib
from typing import Any

from gateway.values import APIConfiguration, Client, Limits, Route, Upstream


def public_id(prefix: str, name: str) -> str:
    """An id of 20 characters that begins with ``name``."""
    return f"{prefix}_{name:a<16}"


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def client(key: str, *, subscription: str = "orders", until: int = 0, **limits: int) -> Client:
    """The client that presents ``key``."""
    return Client(
        digest=digest(key),
        credential=public_id("key", hashlib.md5(key.encode()).hexdigest()[:8]),
        subscription=public_id("sub", subscription),
        limits=Limits(**limits),
        until=until,
    )


def route(
    name: str = "orders", *, port: int = 9, path: str | None = None, url: str | None = None, **values: Any
) -> Route:
    """A route to an upstream on loopback."""
    upstream = values.pop("upstream", None) or Upstream(url=url or f"http://127.0.0.1:{port}/v1")
    return Route(
        id=public_id("rte", name),
        environment=values.pop("environment", "production"),
        path=path or f"/{name}",
        upstream=upstream,
        **values,
    )


def configuration(*routes: Route, api: str = "orders", generation: int = 1) -> APIConfiguration:
    return APIConfiguration(api=api, generation=generation, routes=routes)
