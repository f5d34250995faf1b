"""What things are called in Envoy, in one place, because filters, routes and counters refer to each other by name.

Request headers that begin with ``x-portico-`` are ours alone: the connection manager removes whatever a caller sends
under such a name before anything else looks at the request.
"""

HEADER_PREFIX = "x-portico-"
#: The SHA-256 of the presented key, or one of the two words below; it never reaches an upstream.
KEY_HEADER = HEADER_PREFIX + "key"
#: Who calls, see ``gateway.envoy.clients``; set by Envoy once the key is known, and passed on to the upstream.
CLIENT_HEADER = HEADER_PREFIX + "client"
#: The path without its query: what the scope of a request is read from.
SCOPE_HEADER = HEADER_PREFIX + "scope"

#: Stand in ``KEY_HEADER`` when no key was sent, and when what was sent cannot be one. No digest looks like them.
NO_KEY = "none"
REFUSED_KEY = "refused"

HYGIENE_FILTER = "portico.hygiene"
CORS_FILTER = "portico.cors"
REFERENCES_FILTER = "portico.references"
KEY_FILTER = "portico.key"
DENIED_FILTER = "portico.denied"
API_KEY_FILTER = "portico.api_key"
LIMITS_FILTER = "portico.limits"
BODY_FILTER = "portico.body"

AGENT_CLUSTER = "portico.agent"
LISTENER = "portico"
SCOPES = "portico"

#: Names of the counter and the histogram of usage, and of their tags.
STATS_PREFIX = "portico"
REQUESTS = "requests"
LATENCY = "latency"
ROUTE_TAG = "route"
CLIENT_TAG = "client"
STATUS_TAG = "status"
