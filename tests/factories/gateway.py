"""Gateways, their routes and what opens these, as rows: the least that a gateway has something to do with."""

from datetime import datetime
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actor import system_actor
from accounts.models import Team
from catalog.models import API, APIInstance, APIVersion, Environment
from gateway.models import Gateway, Route
from gateway.permissions import Action
from gateway.tokens import KnownGateway, find_gateway, new_secret
from gateway.usecases.take_report import take_report
from gateway.values import Receipt, Report
from marketplace import generations
from marketplace.generations import advance
from marketplace.models import Application, Credential, Plan, Subscription, SubscriptionState
from tests.factories.accounts import make_team
from tests.factories.catalog import publish

_numbers = count(1)


def make_environment(slug: str = "production", position: int = 1) -> Environment:
    return Environment.objects.get_or_create(slug=slug, defaults={"title": slug.title(), "position": position})[0]


def make_gateway(slug: str = "", *, environments: tuple[Environment, ...] = (), **fields: Any) -> tuple[Gateway, str]:
    """A gateway and the token of its agent."""
    slug = slug or f"gateway-{next(_numbers)}"
    secret = new_secret()
    values = {"title": slug.title(), "url": f"https://{slug}.example.com"} | fields
    gateway = Gateway.objects.create(slug=slug, token_digest=secret.digest, token_prefix=secret.prefix, **values)
    gateway.environments.set(environments)
    advance([], timezone.now())
    return gateway, secret.secret


def known(secret: str) -> KnownGateway:
    """The gateway as its agent is recognised."""
    found = find_gateway(secret)
    assert found is not None
    return found


def make_version(slug: str = "", version: str = "1.0.0", **metadata: Any) -> APIVersion:
    """A published version of an API."""
    slug = slug or f"api-{next(_numbers)}"
    if not API.objects.filter(slug=slug).exists():
        metadata.setdefault("owner", make_team().slug)
    publish(slug, version, **metadata)
    return APIVersion.objects.select_related("api").get(api__slug=slug, name=version)


@transaction.atomic
def make_route(version: APIVersion, environment: Environment | None = None, path: str = "", **fields: Any) -> Route:
    environment = environment or make_environment()
    path = path or f"/{version.api.slug}"
    instance = APIInstance.objects.create(
        version=version, environment=environment, url=f"https://gateway.example.com{path}"
    )
    values = {"upstream": "https://upstream.example.com/base", "created_by": "factory"} | fields
    generation = advance([version.api_id], timezone.now())
    return Route.objects.create(instance=instance, api=version.api, path=path, generation=generation, **values)


def make_plan(version: APIVersion, **fields: Any) -> Plan:
    slug = f"plan-{next(_numbers)}"
    return Plan.objects.create(api=version.api, **({"slug": slug, "title": slug.title()} | fields))


def make_application(environment: Environment | None = None, team: Team | None = None) -> Application:
    return Application.objects.create(
        name=f"Application {next(_numbers)}",
        team=team or make_team(),
        environment=environment or make_environment(),
        created_by="factory",
    )


@transaction.atomic
def make_subscription(
    version: APIVersion,
    environment: Environment | None = None,
    *,
    plan: Plan | None = None,
    application: Application | None = None,
    **fields: Any,
) -> Subscription:
    """An approved subscription of an application in that environment."""
    values = {"state": SubscriptionState.APPROVED, "approved_at": timezone.now()} | fields
    return Subscription.objects.create(
        application=application or make_application(environment),
        api=version.api,
        version=version,
        plan=plan or make_plan(version, requests_per_minute=60),
        generation=advance([version.api_id], timezone.now()),
        **values,
    )


@transaction.atomic
def make_credential(subscription: Subscription, **fields: Any) -> Credential:
    number = next(_numbers)
    values = {"digest": f"{number:064x}", "prefix": "prod", "last_four": "abcd", "created_by_name": "factory"} | fields
    generation = advance([subscription.api_id], timezone.now())
    return Credential.objects.create(subscription=subscription, generation=generation, **values)


@transaction.atomic
def revoke(credential: Credential, now: datetime) -> None:
    """The key is dead as of a generation of its own."""
    credential.revoked_at = now
    credential.generation = advance([credential.subscription.api_id], now)
    credential.save(update_fields=["revoked_at", "generation"])


AGENT = system_actor("gateway of the factory", Action.GATEWAY_FOLLOW)


def hear(secret: str, *apis: str, at: datetime | None = None, refusal: str = "") -> None:
    """The agent says that its Envoy serves, and has or refuses what there is of these APIs."""
    now = timezone.now()
    moment = (at or now).timestamp()
    reached = generations.current()
    receipts = tuple(Receipt(api=api, generation=reached, at=moment, refusal=refusal) for api in apis)
    report = Report(agent_version="1", generation=reached, is_serving=True, receipts=receipts)
    take_report(actor=AGENT, gateway=known(secret), report=report, now=now)
