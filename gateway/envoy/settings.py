"""What differs between one Envoy and another, and the bounds that hold for everybody who calls it."""

from dataclasses import dataclass, field

#: How long nothing may move in a request, unless its route allows an answer more time.
IDLE_SECONDS = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much one caller, and all of them, may ask of an Envoy. Times in seconds, sizes in bytes."""

    connections: int = 20_000
    heap_bytes: int = 1_073_741_824
    headers: int = 100
    headers_kib: int = 60
    headers_seconds: float = 10.0
    request_seconds: float = 60.0
    idle_seconds: float = IDLE_SECONDS
    connection_idle_seconds: float = 300.0
    streams: int = 100
    connection_buffer_bytes: int = 65_536
    largest_body: int = 1_000_000
    flush_seconds: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvoySettings:
    """``gateway`` names the Envoy to the agent. The two sockets are paths, in a folder that only the agent's user may
    enter: whoever reaches the agent's socket can configure nothing but can read digests, and whoever reaches the
    administration's can stop Envoy."""

    gateway: str
    port: int
    agent_socket: str
    administration_socket: str
    address: str = "0.0.0.0"  # noqa: S104 - a gateway is there to be reached
    bounds: Bounds = field(default_factory=Bounds)
