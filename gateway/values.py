"""What travels between the portal and the agents of its gateways. Pure values, encoded with msgspec.

The portal sends ``Changes``, an agent answers with ``Report`` and ``Usage``. Nothing here is a secret: of keys there
are SHA-256 digests only. Times are seconds since 1970, in UTC.
"""

import msgspec

#: Bounds of the latency buckets in milliseconds; one more bucket holds what took longer than the last.
LATENCY_BOUNDS = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000)


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """What every value here is: immutable, and readable by an agent that is older than the portal."""


class Limits(Value):
    """How many requests a subscription may send, over all gateways together; ``None`` is no limit of that kind."""

    per_second: int | None = None
    per_minute: int | None = None
    per_hour: int | None = None


class Client(Value):
    """A key that opens a route: SHA-256 in hexadecimal, whose it is, what it may. ``until``: when it ends by itself,
    to the second; 0 is never."""

    digest: str
    credential: str
    subscription: str
    limits: Limits
    until: int = 0


class Breaker(Value):
    """How much of an upstream's time is taken at once."""

    connections: int = 1024
    pending_requests: int = 1024
    requests: int = 1024
    retries: int = 3


class Outliers(Value):
    """When an address of an upstream is left alone: after how many errors in a row, for how many seconds, and how
    much of all addresses at most."""

    consecutive_errors: int = 5
    interval_seconds: int = 10
    ejection_seconds: int = 30
    ejected_percent: int = 50


class Upstream(Value):
    """Where a route leads: ``url`` is scheme, host, port and the path that replaces the gateway's own.

    ``ca`` is a PEM text that vouches for it, empty for the machine's own authorities; ``server_name`` is asked for in
    TLS and in Host when it is not the host of the URL.
    """

    url: str
    ca: str = ""
    server_name: str = ""
    verifies: bool = True
    connect_seconds: float = 5.0
    balancing: str = "round_robin"
    breaker: Breaker = Breaker()
    outliers: Outliers | None = None


class Retries(Value):
    """``count`` further attempts when the upstream could not be reached, or, of requests that may be repeated, when it
    said 502, 503 or 504."""

    count: int = 0
    try_seconds: float | None = None


class Route(Value):
    """What a gateway has to do for one API instance.

    ``path`` begins with a slash and does not end with one. ``anonymous`` are the limits of those who come without a
    key; ``None``: nobody does. ``suspended`` are digests that are answered 403. ``key_parameter``: the query
    parameter that may carry the key, empty for none.
    """

    id: str
    environment: str
    path: str
    upstream: Upstream
    timeout_seconds: float = 15.0
    retries: Retries = Retries()
    body_bytes: int = 1_000_000
    key_parameter: str = ""
    clients: tuple[Client, ...] = ()
    anonymous: Limits | None = None
    suspended: tuple[str, ...] = ()


class APIConfiguration(Value):
    """All that a gateway has to do for an API as of ``generation``; without routes, nothing any more."""

    api: str
    generation: int
    routes: tuple[Route, ...] = ()


class Policy(Value):
    """Which addresses an upstream may have: the public ones, and those of ``networks`` (loopback too, where listed);
    link-local and metadata addresses never. ``closed_ports`` of this machine's own addresses never."""

    networks: tuple[str, ...] = ()
    closed_ports: tuple[int, ...] = ()


class Changes(Value):
    """What is new since the generation that an agent has; everything there is when ``is_whole``.

    ``shares`` says of each environment among how many gateways its limits are divided. ``origins`` are those whose
    pages may call (CORS): the portal's own.
    """

    gateway: str
    generation: int
    is_whole: bool
    apis: tuple[APIConfiguration, ...] = ()
    policy: Policy = Policy()
    shares: dict[str, int] = {}
    origins: tuple[str, ...] = ()


class Receipt(Value):
    """What Envoy said to what the agent sent it for an API as of ``generation``; ``refusal`` in Envoy's words."""

    api: str
    generation: int
    at: float
    refusal: str = ""


class RouteProblem(Value):
    """Why the agent could not make a route, or a part of it, work: in a sentence, with what to do."""

    route: str
    problem: str


class Report(Value):
    """How an agent and its Envoy are. ``generation``: all up to there was accepted by Envoy or refused by it.

    ``problems`` are all there are now. ``is_serving``: Envoy is connected to the agent.
    """

    agent_version: str
    envoy_version: str = ""
    generation: int = 0
    is_serving: bool = False
    receipts: tuple[Receipt, ...] = ()
    problems: tuple[RouteProblem, ...] = ()


class Requests(Value):
    """How many requests of a minute got this status; ``subscription`` and ``credential`` are empty for those without a
    key that is known. ``minute`` is its first second."""

    minute: int
    route: str
    subscription: str
    credential: str
    status: int
    count: int


class Latencies(Value):
    """How long the requests of a minute took: how many in each bucket of ``LATENCY_BOUNDS`` and above."""

    minute: int
    route: str
    subscription: str
    counts: tuple[int, ...]


class Usage(Value):
    """What went through a gateway. The same ``batch`` twice counts once."""

    batch: str
    requests: tuple[Requests, ...] = ()
    latencies: tuple[Latencies, ...] = ()
