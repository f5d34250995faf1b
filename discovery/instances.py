"""From where services can be reached to instances of the API versions that they provide. Pure.

Addresses from the internet are proposed; those of the mesh only where an environment has none, and those inside a
cluster only where it has neither.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from catalog.questions import SeenAddress
from discovery.connectors.base import EXPOSURES, Endpoint, ExposureLevel, Observation

PROPOSED_AT_MOST = 200
URL_LENGTH = 1_000
NEW, THERE, GONE = "new", "there", "gone"
_is_address = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True, slots=True)
class Reached:
    """An address of one place, with the position of its environment; ``is_present`` while the place is there."""

    position: int
    environment: str
    environment_title: str
    source: str
    endpoint: Endpoint
    is_present: bool

    @property
    def key(self) -> tuple[str, str]:
        return self.environment, self.endpoint.url


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance that the version has; ``by`` where it was seen, ``None`` when it was named by hand."""

    position: int
    environment: str
    environment_title: str
    url: str
    by: str | None = None


def real_addresses(seen: Observation) -> list[Endpoint]:
    """The addresses that a client of HTTP or gRPC can be given; one that is a pattern is none."""
    endpoints = seen.exposure.endpoints if seen.exposure else ()
    return [one for one in endpoints if one.protocol != "tcp" and _is_real(one.url)]


def urls_of(seen: Observation, scope: ExposureLevel) -> tuple[str, ...]:
    """The addresses that it has from there, as they are written."""
    endpoints = seen.exposure.endpoints if seen.exposure else ()
    return tuple(dict.fromkeys(one.url for one in endpoints if one.scope == scope))


def proposed(reached: Iterable[Reached], instances: Collection[Instance]) -> list[SeenAddress]:
    """Every address that is proposed or is an instance by it already, and the instances that were seen and are not.

    Production first, and the most open addresses first; each once, at most so many.
    """
    ordered = sorted(reached, key=lambda one: (one.position, -EXPOSURES.index(one.endpoint.scope), one.key, one.source))
    present = {one.key: one for one in reversed(ordered) if one.is_present}
    known = {(one.environment, one.url) for one in instances}
    widest: dict[str, int] = {}
    for one in present.values():
        widest[one.environment] = max(widest.get(one.environment, 0), EXPOSURES.index(one.endpoint.scope))
    found = [
        (one.position, _address(one, THERE if one.key in known else NEW))
        for one in present.values()
        if one.key in known or EXPOSURES.index(one.endpoint.scope) == widest[one.environment]
    ]
    absent = {one.key: one for one in reversed(ordered) if not one.is_present}
    for one in instances:
        key = one.environment, one.url
        if key not in present and (one.by is not None or key in absent):
            found.append((one.position, _gone(one, absent.get(key))))
    found.sort(key=lambda pair: (pair[0], pair[1].environment, _closeness(pair[1].scope), pair[1].url))
    return [address for _position, address in found[:PROPOSED_AT_MOST]]


def _closeness(scope: str) -> int:
    """The most open come first, what is not known any more last."""
    return -EXPOSURES.index(scope) if scope else 1


def _address(one: Reached, state: str) -> SeenAddress:
    endpoint = one.endpoint
    return SeenAddress(
        one.environment, one.environment_title, endpoint.url, endpoint.scope, endpoint.by, one.source, state
    )


def _gone(instance: Instance, last: Reached | None) -> SeenAddress:
    by, scope = (last.endpoint.by, last.endpoint.scope) if last is not None else (instance.by or "", "")
    source = last.source if last is not None else ""
    return SeenAddress(instance.environment, instance.environment_title, instance.url, scope, by, source, GONE)


def _is_real(url: str) -> bool:
    try:
        _is_address(url)
    except ValidationError:
        return False
    return len(url) <= URL_LENGTH
