"""The routes of a VirtualService in words.

Source: istio.io/latest/docs/reference/config/networking/virtual-service (HTTPRoute, HTTPRetry, HTTPFaultInjection,
HTTPRouteDestination, mirrors).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from catalog.formats.shapes import mapping, text
from discovery.connectors.base import PostureFact
from discovery.connectors.kubernetes.hosts import service_named
from discovery.connectors.kubernetes.mesh.hosts import Key
from discovery.connectors.kubernetes.mesh.words import cut, number, percent, sentence
from discovery.connectors.kubernetes.route_items import Destination, IstioRoute

ROUTES_AT_MOST = 200
SPOKEN_AT_MOST = 10
DESTINATIONS_AT_MOST = 6


def route_facts(audience: str, by: str, routes: Sequence[IstioRoute], service: Key, here: str) -> Iterator[PostureFact]:
    """What each route does, named by what it matches where there are several."""
    for route in routes[:SPOKEN_AT_MOST]:
        words = audience + ("" if len(routes) == 1 and not route.match else _where(route))
        if route.timeout:
            limit = "no timeout" if route.timeout in ("0s", "0") else f"timeout {cut(route.timeout)}"
            yield _fact("timeout", words, limit, by)
        if route.retries is not None:
            yield _fact("retries", words, _retries(route.retries), by)
        traffic = _traffic(route, service, here)
        if traffic:
            yield _fact("traffic", words, traffic, by)
        for mirror in _mirrors(route):
            yield _fact("traffic", words, mirror, by)
        fault = _fault(route.fault) if route.fault else ""
        if fault:
            yield PostureFact("traffic", sentence(words, fault), by, "warning")


def _where(route: IstioRoute) -> str:
    if route.name:
        return f"Route {cut(route.name)}: "
    if not route.match:
        return "Otherwise: "
    path = next((one.uri.exact or one.uri.prefix for one in route.match if one.uri is not None), "")
    return f"For {cut(path)}: " if path else "For some requests: "


def _retries(retries: dict[str, Any]) -> str:
    attempts = number(retries.get("attempts"))
    if attempts == 0:
        return "retries are off"
    said = f"up to {2 if attempts is None else attempts} retries"
    if text(retries.get("perTryTimeout")):
        said += f" of {cut(retries['perTryTimeout'])} each"
    return f"{said} on {cut(retries['retryOn'])}" if text(retries.get("retryOn")) else said


def _traffic(route: IstioRoute, service: Key, here: str) -> str:
    """Nothing is to be said when everything goes to the Service itself."""
    found = [(one.destination, one.weight) for one in route.route or () if one.destination is not None]
    if len(found) == 1:
        where = _place(found[0][0], service, here)
        return f"all goes to {where}" if where else ""
    shares = [
        f"{max(weight, 0)} % to {_place(to, service, here) or 'the whole service'}"
        for to, weight in found[:DESTINATIONS_AT_MOST]
    ]
    more = f" and {len(found) - DESTINATIONS_AT_MOST} more" if len(found) > DESTINATIONS_AT_MOST else ""
    return ", ".join(shares) + more


def _place(to: Destination, service: Key, here: str) -> str:
    subset = f"subset {cut(to.subset)}" if to.subset else ""
    if service_named(to.host, here) == service:
        return subset
    return f"{subset} of {cut(to.host)}" if subset else cut(to.host)


def _mirrors(route: IstioRoute) -> Iterator[str]:
    if route.mirror is not None:
        yield _mirrored(route.mirror.host, route.mirror.subset, route.mirror_percentage)
    for one in (route.mirrors or [])[:DESTINATIONS_AT_MOST]:
        to = mapping(mapping(one).get("destination"))
        yield _mirrored(text(to.get("host")), text(to.get("subset")), mapping(one).get("percentage"))


def _mirrored(host: str, subset: str, share: Any) -> str:
    to = f"subset {cut(subset)} of {cut(host)}" if subset else cut(host)
    return f"{percent(share) or 'all'} is mirrored to {to}"


def _fault(fault: dict[str, Any]) -> str:
    delay, abort = mapping(fault.get("delay")), mapping(fault.get("abort"))
    said = []
    if delay:
        time = cut(delay.get("fixedDelay")) or "some time"
        said.append(f"{_share(delay)} delayed by {time} on purpose")
    if abort:
        status = number(abort.get("httpStatus")) or cut(abort.get("grpcStatus")) or "an error"
        said.append(f"{_share(abort)} answered with {status} on purpose")
    return ", ".join(said)


def _share(fault: dict[str, Any]) -> str:
    share = percent(fault.get("percentage"))
    return f"{share} of requests are" if share else "all requests are"


def _fact(topic: str, words: str, said: str, by: str) -> PostureFact:
    return PostureFact(topic, sentence(words, said), by)
