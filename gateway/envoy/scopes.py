"""Which API a request is for: its first path segment says it, and a segment belongs to one API."""

from collections.abc import Iterable, Mapping

from envoy.config.route.v3 import scoped_route_pb2

from gateway.envoy.resources import Resource, resource
from gateway.values import APIConfiguration


def segment_of(path: str) -> str:
    """The first segment of a path that begins with a slash."""
    return path.removeprefix("/").partition("/")[0]


def owners_of_segments(configurations: Iterable[APIConfiguration]) -> Mapping[str, str]:
    """First path segment → API. Where APIs of several environments want the same one on this gateway, it is that of
    the route whose id comes first, so that the answer does not depend on the order in which changes came."""
    first: dict[str, tuple[str, str]] = {}
    for configuration in configurations:
        for route in configuration.routes:
            segment, claim = segment_of(route.path), (route.id, configuration.api)
            if segment not in first or claim < first[segment]:
                first[segment] = claim
    return {segment: api for segment, (_, api) in first.items()}


def scope(segment: str, api: str) -> Resource:
    """Sends requests whose first path segment is ``segment`` to the routes of ``api``."""
    return resource(
        segment,
        scoped_route_pb2.ScopedRouteConfiguration(
            name=segment,
            route_configuration_name=api,
            key=scoped_route_pb2.ScopedRouteConfiguration.Key(
                fragments=[scoped_route_pb2.ScopedRouteConfiguration.Key.Fragment(string_key=segment)]
            ),
        ),
    )
