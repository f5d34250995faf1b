"""Whom the AuthorizationPolicies of pods let in.

Source: istio.io/latest/docs/concepts/security/#implicit-enablement and
istio.io/latest/docs/reference/config/security/authorization-policy: CUSTOM before DENY before ALLOW; without any ALLOW
policy everyone is let in, with one only who matches; a policy without rules matches nothing, an empty rule
everything; AUDIT decides nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from discovery.connectors.base import Callers, MTLSMode, PostureFact
from discovery.connectors.kubernetes.mesh.callers import Answer, Caller, some
from discovery.connectors.kubernetes.mesh.pods import Pods
from discovery.connectors.kubernetes.mesh.policies import Policies
from discovery.connectors.kubernetes.mesh.rules import Policy, Rule, policy_of
from discovery.connectors.kubernetes.mesh_items import AuthorizationPolicyItem

POLICIES_SPOKEN_AT_MOST = 10

_NONE: dict[MTLSMode, str] = {
    "strict": "No ALLOW policy: anyone in the mesh may call.",
    "permissive": "No ALLOW policy: anyone in the mesh may call, and with plain text anyone who reaches the port.",
    "disabled": "No ALLOW policy: anyone who reaches the port may call.",
    "mixed": "No ALLOW policy: anyone in the mesh may call, and with plain text anyone who reaches an open port.",
    "": "No ALLOW policy: anyone in the mesh may call.",
}
_NOBODY = PostureFact("callers", "Nobody may call: no rule of an ALLOW policy matches anything.")


@dataclass(frozen=True, slots=True)
class Admission:
    """The policies in force for pods, in the order in which they are asked."""

    custom: tuple[Policy, ...] = ()
    deny: tuple[Policy, ...] = ()
    allow: tuple[Policy, ...] = ()

    @property
    def callers(self) -> Callers:
        if any(not rule.limits_callers and not rule.is_partial for rule in _rules(self.deny)):
            return "nobody"
        found = self._allowed()
        is_cut = any(rule.limits_callers and not rule.is_partial for rule in _rules(self.deny))
        is_asked = any(not rule.is_partial for rule in _rules(self.custom))
        return "limited" if found == "anyone" and (is_cut or is_asked) else found

    def _allowed(self) -> Callers:
        if not self.allow:
            return "anyone"
        rules = list(_rules(self.allow))
        if not rules:
            return "nobody"
        free = [rule for rule in rules if not rule.limits_callers]
        if any(not rule.is_partial for rule in free) or len(free) == len(rules):
            return "anyone"
        return "limited"

    def passes(self, caller: Caller) -> Answer:
        """Whether the caller gets through to more than some exceptions; an external authoriser is taken to ask."""
        refused = self._refused(caller)
        allowed = self._lets_in(caller)
        if refused is True or allowed is False:
            return False
        return None if refused is None or allowed is None else True

    def _refused(self, caller: Caller) -> Answer:
        asked = (*_rules(self.custom), *_rules(self.deny))
        whole = (rule for rule in asked if rule.concerns(caller.host) and not rule.is_partial_for(caller.host))
        return some(rule.admits(caller) for rule in whole)

    def _lets_in(self, caller: Caller) -> Answer:
        if not self.allow:
            return True
        rules = [rule for rule in _rules(self.allow) if rule.concerns(caller.host)]
        whole = some(rule.admits(caller) for rule in rules if not rule.is_partial_for(caller.host))
        if whole is not False:
            return whole
        answers = [rule.admits(caller) for rule in rules]
        if answers and all(answers):
            return True
        return None if None in answers else False

    def facts(self, mode: MTLSMode) -> Iterator[PostureFact]:
        """Each policy in words, and what follows when none allows anything."""
        if self.callers == "nobody" and not any(_rules(self.allow)) and self.allow:
            yield _NOBODY
        if not self.allow and self.callers != "nobody":
            yield PostureFact("callers", _NONE[mode])
        policies = (*self.custom, *self.deny, *self.allow)
        for policy in policies[:POLICIES_SPOKEN_AT_MOST]:
            yield PostureFact("callers", _spoken(policy), policy.by)
        if len(policies) > POLICIES_SPOKEN_AT_MOST:
            yield PostureFact("callers", f"{len(policies) - POLICIES_SPOKEN_AT_MOST:,} more policies apply.")


class Admissions:
    """The AuthorizationPolicies of a cluster; each set of policies in force is put together once."""

    def __init__(self, policies: Policies[AuthorizationPolicyItem]) -> None:
        self._policies = policies
        self._read: dict[int, Policy] = {}
        self._known: dict[tuple[int, ...], Admission] = {}

    def of(self, namespace: str, pods: Pods) -> Admission:
        return self.admission(self._policies.of(namespace, pods))

    def admission(self, items: Iterable[AuthorizationPolicyItem]) -> Admission:
        found = tuple(items)
        key = tuple(map(id, found))
        if key not in self._known:
            policies = [self._policy(item) for item in found]
            parts = (tuple(one for one in policies if one.action == action) for action in ("CUSTOM", "DENY", "ALLOW"))
            self._known[key] = Admission(*parts)
        return self._known[key]

    def _policy(self, item: AuthorizationPolicyItem) -> Policy:
        if id(item) not in self._read:
            self._read[id(item)] = policy_of(item)
        return self._read[id(item)]


def _rules(policies: Iterable[Policy]) -> Iterator[Rule]:
    for policy in policies:
        yield from policy.rules


def _spoken(policy: Policy) -> str:
    if not policy.rules:
        return f"{policy.action} without rules: matches nothing."
    if policy.action == "CUSTOM":
        return f"CUSTOM: {policy.provider or 'an external authoriser'} decides about {policy.spoken}."
    return f"{policy.action}: {policy.spoken}."
