"""A resource as it travels to Envoy: its kind, its name and the bytes of its message."""

import hashlib
from dataclasses import dataclass, field

from google.protobuf import any_pb2
from google.protobuf.message import Message

_PREFIX = "type.googleapis.com/"

ROUTES = _PREFIX + "envoy.config.route.v3.RouteConfiguration"
SCOPE = _PREFIX + "envoy.config.route.v3.ScopedRouteConfiguration"
CLUSTER = _PREFIX + "envoy.config.cluster.v3.Cluster"
EXTENSION = _PREFIX + "envoy.config.core.v3.TypedExtensionConfig"


@dataclass(frozen=True, slots=True)
class Resource:
    """``kind`` is the type URL under which Envoy subscribes. The same input gives the same ``body``, byte for byte, and
    so the same ``version``."""

    kind: str
    name: str
    body: bytes = field(repr=False)
    version: str

    def packed(self) -> any_pb2.Any:
        """The message as a discovery response carries it."""
        return any_pb2.Any(type_url=self.kind, value=self.body)


def resource(name: str, message: Message) -> Resource:
    """``message`` as a resource called ``name``."""
    body = message.SerializeToString(deterministic=True)
    return Resource(
        kind=_PREFIX + message.DESCRIPTOR.full_name,
        name=name,
        body=body,
        version=hashlib.sha256(body).hexdigest()[:16],
    )


def packed(message: Message) -> any_pb2.Any:
    """``message`` in an ``Any``, the same bytes for the same message."""
    return any_pb2.Any(
        type_url=_PREFIX + message.DESCRIPTOR.full_name, value=message.SerializeToString(deterministic=True)
    )


def raw(type_name: str, value: bytes) -> any_pb2.Any:
    """Bytes written by hand in an ``Any``: for messages that Envoy has and the package of messages not yet."""
    return any_pb2.Any(type_url=_PREFIX + type_name, value=value)
