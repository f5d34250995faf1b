"""Where callers reach a route: the public address of a gateway that carries it, with the route's path.

Of several gateways the first by name says it; they are expected behind one address, or as a reserve.
"""

from catalog.models import APIInstance, Environment
from common.errors import Invalid
from gateway.carrying import gateways_of, routes_carried_by
from gateway.models import Gateway


def public_url(environment: Environment, path: str) -> str:
    """Raises ``Invalid`` when no gateway carries the environment."""
    gateway = gateways_of(environment.pk).first()
    if gateway is None:
        raise Invalid({"environment": f"No gateway carries {environment.title}."})
    return f"{gateway.url}{path}"


def readdress(before: str, gateway: Gateway) -> None:
    """The instances of the gateway's routes that had its address have the one of now."""
    for route in routes_carried_by(gateway).select_related("instance"):
        if route.instance.url == f"{before}{route.path}":
            APIInstance.objects.filter(pk=route.instance_id).update(url=f"{gateway.url}{route.path}")
