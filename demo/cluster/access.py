"""Who calls, and what they may do: tokens and certificates, and rules as RBAC has them."""

import base64
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson

from demo.cluster.kinds import READ_VERBS

AUTHENTICATED = "system:authenticated"
_PUBLIC_PATHS = ("/version", "/healthz", "/livez", "/readyz")
_DISCOVERY_PATHS = ("/api", "/apis", "/openapi")
_SELF_REVIEWS = {
    "authorization.k8s.io": ("selfsubjectaccessreviews", "selfsubjectrulesreviews"),
    "authentication.k8s.io": ("selfsubjectreviews",),
}


@dataclass(frozen=True, slots=True)
class Identity:
    username: str
    groups: tuple[str, ...] = ()


ANONYMOUS = Identity("system:anonymous", ("system:unauthenticated",))


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody wants to do; ``namespace`` is empty at the cluster scope."""

    verb: str
    group: str
    resource: str
    namespace: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    verbs: tuple[str, ...]
    groups: tuple[str, ...]
    resources: tuple[str, ...]
    names: tuple[str, ...] = ()
    """The only objects it is about; none for all."""

    def covers(self, action: Action) -> bool:
        if self.names and action.name not in self.names:
            return False
        asked = ((self.verbs, action.verb), (self.groups, action.group), (self.resources, action.resource))
        return all("*" in allowed or wanted in allowed for allowed, wanted in asked)

    def shown(self) -> dict[str, list[str]]:
        shown = {
            "verbs": self.verbs,
            "apiGroups": self.groups,
            "resources": self.resources,
            "resourceNames": self.names,
        }
        return {key: list(values) for key, values in shown.items() if values}


EVERYTHING = Rule(("*",), ("*",), ("*",))
READ_EVERYTHING = Rule(READ_VERBS, ("*",), ("*",))
READ_BUT_SECRETS = (
    Rule(READ_VERBS, ("",), ("services", "namespaces", "endpoints")),
    Rule(
        READ_VERBS,
        (
            "apps",
            "discovery.k8s.io",
            "networking.k8s.io",
            "gateway.networking.k8s.io",
            "networking.istio.io",
            "security.istio.io",
            "apiregistration.k8s.io",
        ),
        ("*",),
    ),
)
PROXY = Rule(("get",), ("",), ("services/proxy",))


@dataclass(slots=True)
class _Token:
    identity: Identity
    expires_at: datetime | None
    works: Callable[[], bool]


@dataclass(slots=True)
class Access:
    """Tokens and grants; ``now`` tells the time that tokens expire by."""

    now: Callable[[], datetime]
    _tokens: dict[str, _Token] = field(default_factory=dict)
    _grants: list[tuple[str, str, Rule]] = field(default_factory=list)
    bound: list[tuple[str, str, Rule]] = field(default_factory=list)
    """What the RBAC objects of the cluster grant, beside what was granted without any."""

    def issue(
        self,
        identity: Identity,
        *,
        lifetime: timedelta | None = None,
        while_true: Callable[[], bool] = lambda: True,
        token: str = "",
    ) -> str:
        """A bearer token, new when none is given; it works for its lifetime, and only ``while_true``."""
        token = token or drawn_token(identity)
        self._tokens[token] = _Token(identity, self.now() + lifetime if lifetime else None, while_true)
        return token

    def revoke(self, token: str) -> None:
        del self._tokens[token]

    def bearer(self, token: str) -> Identity | None:
        """Whose token it is; ``None`` for an unknown, expired or revoked one."""
        known = self._tokens.get(token)
        if known is None or not known.works():
            return None
        if known.expires_at is not None and known.expires_at <= self.now():
            return None
        return known.identity

    def grant(self, subject: str, *rules: Rule, namespace: str = "") -> None:
        """A user or group may do this: everywhere, or in one namespace."""
        self._grants += [(subject, namespace, rule) for rule in rules]

    def withdraw(self, subject: str, *, namespace: str = "") -> None:
        self._grants = [grant for grant in self._grants if grant[:2] != (subject, namespace)]

    def may(self, identity: Identity, action: Action) -> bool:
        if AUTHENTICATED in identity.groups and action.resource in _SELF_REVIEWS.get(action.group, ()):
            return action.verb == "create"
        return any(rule.covers(action) for rule in self._rules(identity, action.namespace))

    def may_open(self, identity: Identity, path: str) -> bool:
        """Paths that are no resource: the version is public, discovery is for everybody who is somebody."""
        if path.startswith(_PUBLIC_PATHS):
            return True
        return AUTHENTICATED in identity.groups and path.startswith(_DISCOVERY_PATHS)

    def rules_in(self, identity: Identity, namespace: str) -> list[Rule]:
        basic = [Rule(("create",), (group,), resources) for group, resources in _SELF_REVIEWS.items()]
        return basic + list(self._rules(identity, namespace))

    def _rules(self, identity: Identity, namespace: str) -> Iterable[Rule]:
        subjects = {identity.username, *identity.groups}
        grants = [*self._grants, *self.bound]
        return [rule for subject, where, rule in grants if subject in subjects and where in ("", namespace)]


def service_account(namespace: str, name: str) -> Identity:
    groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", AUTHENTICATED)
    return Identity(f"system:serviceaccount:{namespace}:{name}", groups)


def refusal(identity: Identity, action: Action) -> str:
    """Why not, in the words of the server."""
    plural, _, _ = action.resource.partition("/")
    qualified = f"{plural}.{action.group}" if action.group else plural
    named = f'{qualified} "{action.name}"' if action.name else qualified
    where = f'in the namespace "{action.namespace}"' if action.namespace else "at the cluster scope"
    return (
        f'{named} is forbidden: User "{identity.username}" cannot {action.verb} resource "{action.resource}" '
        f'in API group "{action.group}" {where}'
    )


def drawn_token(identity: Identity) -> str:
    """A token that looks like a signed one and is only remembered."""
    head = _encoded({"alg": "RS256", "kid": secrets.token_urlsafe(8)})
    claims = _encoded({"sub": identity.username, "jti": secrets.token_hex(8)})
    return f"{head}.{claims}.{secrets.token_urlsafe(64)}"


def _encoded(part: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(part)).rstrip(b"=").decode()
