"""What a gateway has to do, as resources of Envoy. The same values give the same bytes, whatever their order.

``compile_api`` makes what belongs to one API, ``compile_shared`` the two filters that all APIs of a gateway share. When
both change, the shared ones have to reach Envoy first: a client whose limits Envoy does not know yet has none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.envoy import clusters, keys, scopes
from gateway.envoy.clients import is_id
from gateway.envoy.denied import denied
from gateway.envoy.limits import limits
from gateway.envoy.resources import Resource
from gateway.envoy.routes import Way, is_path, route_configuration
from gateway.envoy.upstreams import UpstreamInvalid, target
from gateway.values import APIConfiguration, Route, RouteProblem

# Envoy compares every request with all limits, so those that nobody has any more are not kept for ever.
_MOST_UNUSED_LIMITS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a gateway knows beside its APIs.

    ``addresses``: those of every upstream's host (``upstreams.host_of``); an empty tuple is a host whose lack of
    addresses was reported already. ``shares`` and ``origins`` as in ``Changes``; ``owners`` from
    ``scopes.owners_of_segments``; ``authorities`` is the file with the machine's own.
    """

    addresses: Mapping[str, tuple[str, ...]]
    shares: Mapping[str, int]
    origins: Sequence[str]
    owners: Mapping[str, str]
    authorities: str = clusters.SYSTEM_AUTHORITIES


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledAPI:
    """An API as resources, and what of it the shared filters have to know.

    ``resources`` are empty for an API without routes. ``next_expiry`` is the second at which it has to be compiled
    again because a key ends; 0 is never.
    """

    api: str
    generation: int
    resources: tuple[Resource, ...] = ()
    limits: frozenset[str] = frozenset()
    suspended: frozenset[str] = frozenset()
    clients: int = 0
    next_expiry: int = 0
    problems: tuple[RouteProblem, ...] = ()


def compile_api(configuration: APIConfiguration, surroundings: Surroundings, *, now: float) -> CompiledAPI:
    """The route configuration, scopes and clusters of one API at ``now``, in seconds since 1970. A route that cannot
    work is left out, and so refused, with a problem that says why."""
    problems: list[RouteProblem] = []
    ways, texts = [], set()
    for route in _first_of_each_path(configuration, problems):
        way = _way(configuration.api, route, surroundings, now, texts, problems)
        if way is not None:
            ways.append(way)
    return CompiledAPI(
        api=configuration.api,
        generation=configuration.generation,
        resources=_resources(configuration.api, ways, surroundings) if ways else (),
        limits=frozenset(texts),
        suspended=_suspended(configuration.routes, ways),
        clients=sum(len(way.keys.credentials) for way in ways),
        next_expiry=keys.next_expiry(configuration.routes, now),
        problems=tuple(problems),
    )


def compile_shared(compiled: Iterable[CompiledAPI], kept: frozenset[str] = frozenset()) -> tuple[Resource, Resource]:
    """The filter of limits and the list of denied keys, for all APIs of a gateway together.

    ``kept`` is what ``keep_limits`` returned for them: without it, the last key of a plan that goes would fill all
    buckets again.
    """
    texts = set(kept)
    suspended: set[str] = set()
    clients = 0
    for one in compiled:
        texts |= one.limits
        suspended |= one.suspended
        clients += one.clients
    return limits(texts, clients), denied(suspended)


def keep_limits(compiled: Iterable[CompiledAPI], kept: frozenset[str] = frozenset()) -> frozenset[str]:
    """The limits in use and those that were, ``kept`` before; only the former once the latter are too many."""
    used = frozenset().union(*(one.limits for one in compiled))
    return used | kept if len(kept - used) <= _MOST_UNUSED_LIMITS else used


def _first_of_each_path(configuration: APIConfiguration, problems: list[RouteProblem]) -> list[Route]:
    taken: dict[str, str] = {}
    routes = []
    for route in sorted(configuration.routes, key=lambda route: route.id):
        if route.path in taken:
            problems.append(
                RouteProblem(
                    route=route.id,
                    problem=f"Route {taken[route.path]} already has the path {route.path} on this gateway. "
                    "Give one of them another path or another gateway.",
                )
            )
            continue
        taken[route.path] = route.id
        routes.append(route)
    return routes


def _way(
    api: str, route: Route, surroundings: Surroundings, now: float, texts: set[str], problems: list[RouteProblem]
) -> Way | None:
    try:
        where = target(route.upstream)
        _require_place(api, route, surroundings)
    except (UpstreamInvalid, _RouteInvalid) as error:
        problems.append(RouteProblem(route=route.id, problem=str(error)))
        return None
    found = keys.keys(route, share=surroundings.shares.get(route.environment, 1), now=now)
    texts |= found.limits
    if found.refused:
        problems.append(
            RouteProblem(
                route=route.id,
                problem=f"{found.refused} of its keys are there twice or have a digest or an id that is none; "
                "they are refused. Revoke them and issue new ones.",
            )
        )
    if where.host not in surroundings.addresses:
        problems.append(
            RouteProblem(route=route.id, problem=f"No address of {where.host} is known. Look at the name and its DNS.")
        )
    return Way(route, where, found.message)


class _RouteInvalid(ValueError):
    pass


def _require_place(api: str, route: Route, surroundings: Surroundings) -> None:
    if not is_id(route.id):
        raise _RouteInvalid("The id of the route is not one of Portico's.")
    if not is_path(route.path):
        raise _RouteInvalid(f"{route.path} cannot be a path of a gateway.")
    segment = scopes.segment_of(route.path)
    owner = surroundings.owners.get(segment)
    if owner != api:
        raise _RouteInvalid(
            f"Paths below /{segment} belong to the API {owner} on this gateway. Give the route another path or another "
            "gateway."
        )


def _resources(api: str, ways: Sequence[Way], surroundings: Surroundings) -> tuple[Resource, ...]:
    """Clusters first, then routes, then scopes: the order in which each finds what it names."""
    return (
        *(
            clusters.cluster(
                way.route,
                way.target,
                surroundings.addresses.get(way.target.host, ()),
                authorities=surroundings.authorities,
            )
            for way in ways
        ),
        route_configuration(api, ways, surroundings.origins),
        *(scopes.scope(segment, api) for segment in sorted({scopes.segment_of(way.route.path) for way in ways})),
    )


def _suspended(routes: Iterable[Route], ways: Iterable[Way]) -> frozenset[str]:
    """Digests of suspended keys, without those that open another route: the list holds for the whole gateway."""
    digests = {digest for route in routes for digest in route.suspended if keys.is_digest(digest)}
    if not digests:
        return frozenset()
    live = {credential.key for way in ways for credential in way.keys.credentials}
    return frozenset(digests - live)
