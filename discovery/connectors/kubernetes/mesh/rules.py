"""The rules of an AuthorizationPolicy, in answers and in words.

Source: istio.io/latest/docs/reference/config/security/authorization-policy (Rule): a rule matches when one of its
sources, one of its operations and all of its conditions do; what it does not name matches always.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.formats.shapes import sequence, text, texts
from discovery.connectors.kubernetes.mesh.callers import (
    Answer,
    Caller,
    concerns_callers,
    condition_matches,
    every,
    matches,
    parts,
    some,
    source_matches,
)
from discovery.connectors.kubernetes.mesh.words import cut, listed, named
from discovery.connectors.kubernetes.mesh_items import AuthorizationPolicyItem

KIND = "AuthorizationPolicy"
RULES_AT_MOST = 200
PARTS_AT_MOST = 100
RULES_SPOKEN_AT_MOST = 3
SPOKEN_CHARACTERS_AT_MOST = 600
CONDITIONS_SPOKEN_AT_MOST = 2

_SPOKEN = {
    "principals": "principals",
    "namespaces": "namespaces",
    "serviceAccounts": "service accounts",
    "trustDomains": "trust domains",
    "requestPrincipals": "tokens of",
    "ipBlocks": "addresses",
    "remoteIpBlocks": "remote addresses",
    "hosts": "hosts",
    "ports": "ports",
    "methods": "methods",
    "paths": "paths",
}


class Rule:
    """One rule. ``limits_callers`` is false when it asks nothing of who calls, ``is_partial`` when not all is meant."""

    def __init__(self, rule: dict[str, Any]) -> None:
        self._sources = list(parts(rule.get("from"), "source"))[:PARTS_AT_MOST]
        self._operations = list(parts(rule.get("to"), "operation"))[:PARTS_AT_MOST]
        conditions = [one for one in sequence(rule.get("when"))[:PARTS_AT_MOST] if type(one) is dict]
        self._conditions = [one for one in conditions if concerns_callers(one)]
        self._others = [one for one in conditions if not concerns_callers(one)]
        self.limits_callers = bool(self._conditions) or (bool(self._sources) and all(map(_is_said, self._sources)))
        self.is_partial = bool(self._others) or (bool(self._operations) and all(map(_is_said, self._operations)))

    def admits(self, caller: Caller) -> Answer:
        """Whether sources and conditions hold for the caller."""
        sources = some(source_matches(one, caller) for one in self._sources) if self._sources else True
        return every((sources, *(condition_matches(one, caller) for one in self._conditions)))

    def concerns(self, host: str) -> bool:
        """Whether it can match a request to a host; with no host nothing is known against it."""
        if not host or not self._operations:
            return True
        return any(_has_host(one, host) for one in self._operations)

    def is_partial_for(self, host: str) -> bool:
        """Whether it leaves out some of what can be asked of that host."""
        whole = (_is_whole_for(one, host) for one in self._operations)
        return bool(self._others) or (bool(self._operations) and not any(whole))

    def spoken(self) -> str:
        said = [_any_of(self._sources) if self._sources else "anyone"]
        said += [f"to {_any_of(self._operations)}"] if self._operations else []
        said += [f"when {_condition(one)}" for one in (*self._conditions, *self._others)[:CONDITIONS_SPOKEN_AT_MOST]]
        return ", ".join(said)


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy with its rules; ``spoken`` is its action with what it is about, ``by`` its name."""

    action: str
    rules: tuple[Rule, ...]
    provider: str
    spoken: str
    by: str


def policy_of(item: AuthorizationPolicyItem) -> Policy:
    spec = item.spec
    action = (spec.action if spec is not None else "") or "ALLOW"
    given = (spec.rules if spec is not None else None) or []
    rules = tuple(Rule(rule if type(rule) is dict else {}) for rule in given[:RULES_AT_MOST])
    said = [rule.spoken() for rule in rules[:RULES_SPOKEN_AT_MOST]]
    more = f", and {len(given) - len(said):,} more rules" if len(given) > len(said) else ""
    provider = cut(spec.provider.name) if spec is not None and spec.provider is not None else ""
    return Policy(
        action, rules, provider, f"{cut('; or '.join(said), SPOKEN_CHARACTERS_AT_MOST)}{more}", named(item, KIND)
    )


def _is_said(part: dict[str, Any]) -> bool:
    return any(part.values())


def _has_host(operation: dict[str, Any], host: str) -> bool:
    wanted, others = texts(operation.get("hosts")), texts(operation.get("notHosts"))
    is_wanted = not wanted or any(_is_host(pattern, host) for pattern in wanted)
    return is_wanted and not any(_is_host(pattern, host) for pattern in others)


def _is_host(pattern: str, host: str) -> bool:
    """Hosts compare without their case; a pattern may add the port, or leave any with ``:*``."""
    name = pattern.lower().partition(":")[0]
    return matches(name, host) or (host.startswith("*") and name.endswith(host[1:]))


def _is_whole_for(operation: dict[str, Any], host: str) -> bool:
    fields = {key for key, value in operation.items() if value and list(texts(value)) != ["*"]}
    return not fields or (bool(host) and fields <= {"hosts"} and _has_host(operation, host))


def _any_of(found: list[dict[str, Any]]) -> str:
    more = f" or {len(found) - 2:,} more" if len(found) > 2 else ""
    return " or ".join(" and ".join(_fields(one)) or "anyone" for one in found[:2]) + more


def _fields(part: dict[str, Any]) -> Iterator[str]:
    for name, value in list(part.items())[:8]:
        is_negated = name.startswith("not")
        plain = name[3:4].lower() + name[4:] if is_negated else name
        word = _SPOKEN.get(plain, cut(plain))
        if value:
            yield f"{'not ' if is_negated else ''}{word} {listed(texts(value))}"


def _condition(one: dict[str, Any]) -> str:
    key, values, others = cut(text(one.get("key"))), texts(one.get("values")), texts(one.get("notValues"))
    if text(one.get("key")).startswith("request.headers"):
        return f"{key} has a given value"
    return " and ".join(
        said
        for said in (f"{key} is {listed(values)}" if values else "", f"{key} is not {listed(others)}" if others else "")
        if said
    )
