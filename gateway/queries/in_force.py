"""On which gateways something is in force, since when, or why not: a fixed number of queries, however many rows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from catalog.models import Lifecycle
from gateway.connected import SILENT_AFTER
from gateway.models import Gateway, InForce, Receipt, Route, RouteProblem, Subject
from marketplace.coverage import covers
from marketplace.models import Credential, Subscription
from marketplace.questions import Enforced, Enforcement, GatewayWord

_Acknowledged = Mapping[tuple[int, int], tuple[int, datetime, datetime]]
_NEVER = (0, None, None)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the gateways, by the keys that ask: what each said last of an API, of a row and of
    a route, and what does not work of a route; ``routes`` is ``None`` where the rows are routes themselves."""

    gateways: Mapping[int, list[Gateway]]
    receipts: Mapping[tuple[int, int], Receipt]
    rows: _Acknowledged
    routes: _Acknowledged | None
    ways: Mapping[int, list[Route]]
    problems: Mapping[tuple[int, int], str]


def enforcement_of(subject: Subject, rows: Collection[Enforced], now: datetime) -> dict[int, Enforcement]:
    """Of each row, by its key, what the gateways of its environment say; eight queries at most.

    Of a row that gateways were never told of, nothing is asked of them.
    """
    asked = [row for row in rows if row.generation]
    ways = _ways(subject, asked) if asked else {}
    routes = {route.pk for found in ways.values() for route in found}
    apis = {row.api_id for row in asked}
    known = _Known(
        gateways=_gateways({row.environment_id for row in asked}),
        receipts={(one.gateway_id, one.api_id): one for one in Receipt.objects.filter(api_id__in=apis)},
        rows=_acknowledged(subject, [row.pk for row in asked]),
        routes=_acknowledged(Subject.ROUTE, routes) if subject != Subject.ROUTE else None,
        ways=ways,
        problems=_problems(routes),
    )
    nothing = Enforcement(gateways=(), count_in_force=0, count=0)
    return {row.pk: nothing for row in rows} | {row.pk: _of_row(row, known, now) for row in asked}


def _of_row(row: Enforced, known: _Known, now: datetime) -> Enforcement:
    words = tuple(_word(row, gateway, known, now) for gateway in known.gateways.get(row.environment_id, ()))
    moments = [word.since for word in words if word.since is not None]
    return Enforcement(
        gateways=words,
        count_in_force=len(moments),
        count=len(words),
        since=max(moments) if words and len(moments) == len(words) else None,
    )


def _word(row: Enforced, gateway: Gateway, known: _Known, now: datetime) -> GatewayWord:
    """What one gateway says; with ``since`` it acknowledged, be it in contact or not."""
    if not known.ways.get(row.pk):
        return GatewayWord(gateway.slug, gateway.title, "no_route")
    since = _since(row, gateway, known)
    if gateway.heard_at is None or gateway.heard_at < now - SILENT_AFTER:
        return GatewayWord(gateway.slug, gateway.title, "out_of_contact", since, note="last known")
    problem = _problem(row, gateway, known)
    if problem and known.routes is None:
        # Its API was accepted, and this route was left out of it.
        return GatewayWord(gateway.slug, gateway.title, "refused", note=problem)
    if since is not None:
        # A key is known, or refused, also where its route cannot lead anywhere: that is said beside it.
        return GatewayWord(gateway.slug, gateway.title, "in_force", since, note=problem)
    receipt = known.receipts.get((gateway.pk, row.api_id))
    if receipt is not None and receipt.refused_generation >= row.generation:
        return GatewayWord(gateway.slug, gateway.title, "refused", note=receipt.refusal)
    return GatewayWord(gateway.slug, gateway.title, "waiting")


def _problem(row: Enforced, gateway: Gateway, known: _Known) -> str:
    """What does not work, when no way of the row works on the gateway; empty when one does."""
    problems = [known.problems.get((gateway.pk, route.pk), "") for route in known.ways[row.pk]]
    return problems[0] if problems and all(problems) else ""


def _problems(route_ids: Collection[int]) -> Mapping[tuple[int, int], str]:
    found = RouteProblem.objects.filter(route_id__in=route_ids)
    return {(one.gateway_id, one.route_id): one.problem for one in found}


def _since(row: Enforced, gateway: Gateway, known: _Known) -> datetime | None:
    """When the gateway had both the row and the first way to it."""
    reached, since, _ = known.rows.get((gateway.pk, row.pk), _NEVER)
    if reached < row.generation:
        return None
    if known.routes is None:
        return since
    ways = [known.routes.get((gateway.pk, route.pk), _NEVER)[2] for route in known.ways[row.pk]]
    open_since = [moment for moment in ways if moment is not None]
    return max(since, min(open_since)) if open_since else None


def _gateways(environment_ids: Collection[int]) -> dict[int, list[Gateway]]:
    """The gateways that carry each environment, by slug; two queries."""
    found: dict[int, list[Gateway]] = defaultdict(list)
    for gateway in Gateway.objects.order_by("slug").prefetch_related("environments"):
        own = {environment.pk for environment in gateway.environments.all()}
        for environment in environment_ids:
            if not own or environment in own:
                found[environment].append(gateway)
    return found


def _acknowledged(subject: Subject, pks: Iterable[int]) -> _Acknowledged:
    found = InForce.objects.filter(subject=subject, object_id__in=list(pks))
    rows = found.values_list("gateway_id", "object_id", "generation", "since", "first_at")
    return {(gateway, pk): tuple(said) for gateway, pk, *said in rows}


def _ways(subject: Subject, rows: Collection[Enforced]) -> dict[int, list[Route]]:
    """The routes on which each row is done: itself for a route, those of covered versions for what is subscribed."""
    serving = Route.objects.select_related("instance__version").exclude(instance__version__lifecycle=Lifecycle.RETIRED)
    if subject == Subject.ROUTE:
        return {route.pk: [route] for route in serving.filter(pk__in=[row.pk for row in rows])}
    places = Q(
        api_id__in={row.api_id for row in rows}, instance__environment_id__in={row.environment_id for row in rows}
    )
    by_place: dict[tuple[int, int], list[Route]] = defaultdict(list)
    for route in serving.filter(places).order_by("pk"):
        by_place[route.api_id, route.instance.environment_id].append(route)
    versions = _versions(subject, [row.pk for row in rows])
    return {
        row.pk: [
            route
            for route in by_place.get((row.api_id, row.environment_id), ())
            if covers(versions.get(row.pk, ""), route.instance.version.name)
        ]
        for row in rows
    }


def _versions(subject: Subject, pks: Collection[int]) -> dict[int, str]:
    """Which version each row was subscribed to."""
    if subject == Subject.SUBSCRIPTION:
        return dict(Subscription.objects.filter(pk__in=pks).values_list("pk", "version__name"))
    return dict(Credential.objects.filter(pk__in=pks).values_list("pk", "subscription__version__name"))
