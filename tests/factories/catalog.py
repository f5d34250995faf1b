"""The least valid entries of the catalog, made the way people make them; each call makes new ones."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import count
from typing import Any

import orjson
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Role, Scope, Team
from catalog.metadata import PublishMetadata
from catalog.models import API, Domain, Environment, Service, System
from catalog.usecases.create_service import create_service
from catalog.usecases.publish_version import PublishResult, publish_version
from catalog.usecases.save_grouping import save_grouping
from tests.factories.accounts import make_team

_numbers = count(1)

ADMINISTRATOR = Actor(kind="token", name="factory", role=Role.ADMINISTRATOR, scopes=frozenset({Scope.PUBLISH}))


def openapi(version: str = "1.0.0", *, title: str = "Payments", **members: Any) -> dict[str, Any]:
    """An OpenAPI 3.0 document with one operation and one schema it reaches."""
    document = {
        "openapi": "3.0.3",
        "info": {"title": title, "version": version, "description": f"Everything about {title.lower()}."},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {
            "/payments/{payment_id}": {
                "get": {
                    "operationId": "getPayment",
                    "summary": "Read a payment",
                    "tags": ["payments"],
                    "parameters": [
                        {"name": "payment_id", "in": "path", "required": True, "schema": {"type": "string"}}
                    ],
                    "responses": {
                        "200": {
                            "description": "The payment",
                            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Payment"}}},
                        }
                    },
                }
            }
        },
        "components": {
            "schemas": {
                "Payment": {
                    "type": "object",
                    "properties": {"amount": {"type": "integer"}, "next": {"$ref": "#/components/schemas/Payment"}},
                }
            }
        },
    }
    return {**document, **members}


def as_bytes(document: Mapping[str, Any]) -> bytes:
    return orjson.dumps(document)


def publish(
    slug: str,
    version: str = "1.0.0",
    *,
    actor: Actor = ADMINISTRATOR,
    document: Mapping[str, Any] | bytes | None = None,
    now: datetime | None = None,
    dry_run: bool = False,
    **metadata: Any,
) -> PublishResult:
    """Publish a document as the actor; without one, a small one of that version."""
    content = document if isinstance(document, bytes) else as_bytes(document or openapi(version))
    return publish_version(
        actor=actor,
        api=slug,
        version=version,
        document=content,
        media_type="application/json",
        metadata=PublishMetadata(**metadata),
        now=now or timezone.now(),
        dry_run=dry_run,
    )


def make_api(
    slug: str = "", *, owner: Team | None = None, versions: Iterable[str] = ("1.0.0",), **metadata: Any
) -> API:
    """An API with these versions, all published, the later ones at later instants."""
    slug = slug or f"api-{next(_numbers)}"
    owner = owner or make_team()
    for version in versions:
        publish(slug, version, owner=owner.slug, **metadata)
    return API.objects.get(slug=slug)


def make_service(slug: str = "", *, owner: Team | None = None, **metadata: Any) -> Service:
    owner = owner or make_team()
    return create_service(
        actor=ADMINISTRATOR,
        slug=slug or f"service-{next(_numbers)}",
        metadata={"owner": owner.slug, **metadata},
        now=timezone.now(),
    )


def make_domain(slug: str = "", **metadata: Any) -> Domain:
    return _saved(Domain(slug=slug or f"domain-{next(_numbers)}"), metadata)


def make_system(slug: str = "", **metadata: Any) -> System:
    return _saved(System(slug=slug or f"system-{next(_numbers)}"), metadata)


def make_environment(slug: str = "production", **metadata: Any) -> Environment:
    return _saved(Environment(slug=slug), metadata)


def _saved(grouping: Any, metadata: dict[str, Any]) -> Any:
    grouping.title = grouping.slug.capitalize()
    save_grouping(actor=ADMINISTRATOR, grouping=grouping, metadata=metadata, now=timezone.now())
    return grouping
