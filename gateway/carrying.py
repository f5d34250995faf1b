"""Which gateways carry what: those that name an environment, and those that name none, which carry all.

On a gateway a path leads to one route, and everything below a first segment to one API: that is how Envoy finds what
it has to do with a request. So paths are unique among all routes that any gateway carries together.
"""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from catalog.models import Environment
from common.errors import Conflict, Invalid
from common.locks import lock_until_commit
from gateway.models import Gateway, Route


def gateways_of(environment_id: int) -> QuerySet[Gateway]:
    """The gateways that carry an environment, by slug."""
    carry = Q(environments=environment_id) | Q(environments__isnull=True)
    return Gateway.objects.filter(carry).distinct().order_by("slug")


def routes_carried_by(gateway: Gateway) -> QuerySet[Route]:
    """The routes of its environments; one query for these."""
    own = list(gateway.environments.values_list("pk", flat=True))
    return Route.objects.filter(instance__environment_id__in=own) if own else Route.objects.all()


def lock_routes() -> None:
    """Wait for, then hold, the right to say which paths there are, until the transaction ends."""
    lock_until_commit("gateway.routes")


def refuse_taken(path: str, api_id: int, environment: Environment, besides: int | None = None) -> None:
    """Raise ``Invalid`` when the path, or its first segment, is another's on a gateway that carries the environment.

    Under ``lock_routes``.
    """
    together: set[int] = set()
    for gateway in gateways_of(environment.pk).prefetch_related("environments"):
        own = {one.pk for one in gateway.environments.all()}
        together |= own or set(Environment.objects.values_list("pk", flat=True))
    found = Route.objects.filter(instance__environment_id__in=together).exclude(pk=besides)
    first = first_segment(path)
    near = found.filter(Q(path=first) | Q(path__startswith=f"{first}/")).select_related("api")
    for route in near:
        if route.path == path:
            raise Invalid({"gateway_path": "Another route has this path already."})
        if route.api_id != api_id:
            raise Invalid(
                {"gateway_path": f"Everything below {first} belongs to another API. Begin with another word."}
            )


def refuse_collisions(gateway: Gateway) -> None:
    """Raise ``Conflict`` when routes that the gateway carries would have one path, or one first segment for two APIs.

    Takes ``lock_routes``.
    """
    lock_routes()
    _refuse_collisions(routes_carried_by(gateway).values_list("path", "api_id"))


def _refuse_collisions(routes: Iterable[tuple[str, int]]) -> None:
    paths: set[str] = set()
    owners: dict[str, int] = {}
    for path, api_id in routes:
        first = first_segment(path)
        if path in paths or owners.setdefault(first, api_id) != api_id:
            raise Conflict(
                f"Two environments have routes below {first} that one gateway cannot tell apart. Give one of them "
                "another path, or keep the environments on different gateways."
            )
        paths.add(path)


def first_segment(path: str) -> str:
    """With the slash before it."""
    return f"/{path.split('/')[1]}"
