"""What is in force for the pods behind a Service, one part for each kind of pod."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from discovery.connectors.base import Callers, MeshState, MTLSMode, PostureFact
from discovery.connectors.kubernetes.kinds import (
    AUTHORIZATION_POLICIES,
    NAMESPACES,
    PEER_AUTHENTICATIONS,
    REQUEST_AUTHENTICATIONS,
    SIDECARS,
    Kind,
)
from discovery.connectors.kubernetes.mesh.authorization import Admission, Admissions
from discovery.connectors.kubernetes.mesh.callers import WITHOUT_TOKEN, Answer
from discovery.connectors.kubernetes.mesh.gates import Knows
from discovery.connectors.kubernetes.mesh.membership import LABELS, membership
from discovery.connectors.kubernetes.mesh.peers import Accepted, PeerRules
from discovery.connectors.kubernetes.mesh.pods import Pods
from discovery.connectors.kubernetes.mesh.policies import Policies
from discovery.connectors.kubernetes.mesh.rules import KIND as POLICY
from discovery.connectors.kubernetes.mesh.sidecars import sidecar_facts, sidecar_labels
from discovery.connectors.kubernetes.mesh.tokens import requires_token, token_facts
from discovery.connectors.kubernetes.mesh.words import named
from discovery.connectors.kubernetes.mesh_items import AuthorizationPolicyItem, RequestAuthenticationItem
from discovery.connectors.kubernetes.store import Store

_NOT_EVALUATED = Accepted("", ())
SPOKEN_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Security:
    """Who gets in: ``admission`` is ``None`` when it is not known, ``needs_token`` too."""

    admission: Admission | None
    needs_token: Answer
    facts: tuple[PostureFact, ...]
    callers: Callers = ""


_UNGUARDED = Security(None, None, ())


@dataclass(frozen=True, slots=True)
class Part:
    """The place of pods in the mesh and what is in force for them there."""

    mesh: MeshState
    why: PostureFact
    accepted: Accepted = _NOT_EVALUATED
    security: Security = _UNGUARDED
    more: tuple[PostureFact, ...] = ()

    @property
    def facts(self) -> tuple[PostureFact, ...]:
        return (self.why, *self.more, *self.accepted.facts, *self.security.facts)


class Parts:
    """The parts of a cluster. What several kinds of pods have in common is worked out once."""

    def __init__(self, store: Store, knows: Knows, root: str) -> None:
        self._store, self._knows, self._root = store, knows, root
        self.tokens: Policies[RequestAuthenticationItem] = self._policies(REQUEST_AUTHENTICATIONS)
        self.policies: Policies[AuthorizationPolicyItem] = self._policies(AUTHORIZATION_POLICIES)
        self.admissions = Admissions(self.policies)
        self._sidecars = Policies(lambda at: store.all(SIDECARS, (at,)), root, sidecar_labels)
        self._peers = PeerRules(self._policies(PEER_AUTHENTICATIONS), partial(knows, PEER_AUTHENTICATIONS))
        self._known: dict[tuple[str, Pods | None], Part] = {}
        self._looked_at: dict[str, frozenset[tuple[str, str]]] = {}
        self._securities: dict[tuple[object, ...], Security] = {}

    def of(self, namespace: str, pods: Pods) -> Part:
        """Most pods have nothing that a policy or the injector looks at, and share the part of their namespace."""
        key = namespace, None if self._is_plain(namespace, pods) else pods
        part = self._known.get(key)
        if part is None:
            part = self._known[key] = self._made(namespace, pods)
        return part

    def _is_plain(self, namespace: str, pods: Pods) -> bool:
        """Whether such pods differ in nothing that counts from others of the namespace."""
        if not pods.is_whole or pods.traits.decides_membership or not LABELS.isdisjoint(pods.by_key):
            return False
        looked_at = self._looked_at.get(namespace)
        if looked_at is None:
            kinds: tuple[Policies[Any], ...] = (self.policies, self.tokens, self._peers.policies, self._sidecars)
            looked_at = frozenset(chain.from_iterable(kind.looked_at(namespace) for kind in kinds))
            self._looked_at[namespace] = looked_at
        return looked_at.isdisjoint(pods.labels)

    def _policies(self, kind: Kind) -> Policies[Any]:
        return Policies(lambda namespace: self._store.all(kind, (namespace,)), self._root)

    def _made(self, namespace: str, pods: Pods) -> Part:
        found = self._store.get(NAMESPACES, "", namespace)
        labels = dict(found.mesh_labels) if found is not None else None
        mesh, why = membership(namespace, labels, pods)
        if mesh == "outside":
            return Part(mesh, why, more=tuple(self._in_vain(namespace, pods)))
        if mesh != "sidecar":
            return Part(mesh, why)
        accepted = self._peers.accepted(namespace, pods)
        more = tuple(sidecar_facts(self._sidecars, namespace, pods))
        return Part(mesh, why, accepted, self._security(namespace, pods, accepted.mode), more)

    def _in_vain(self, namespace: str, pods: Pods) -> Iterator[PostureFact]:
        """Policies that name these very pods show that somebody believes them to be protected."""
        for item in self.policies.selecting(namespace, pods)[:SPOKEN_AT_MOST]:
            text = "Not enforced: it selects pods that are outside the mesh."
            yield PostureFact("callers", text, named(item, POLICY), "warning")

    def _security(self, namespace: str, pods: Pods, mode: MTLSMode) -> Security:
        unread = [at for at in dict.fromkeys((namespace, self._root)) if not self._knows(AUTHORIZATION_POLICIES, at)]
        may_differ = self.policies.may_be_more(namespace, pods)
        admission = None if unread or may_differ else self.admissions.of(namespace, pods)
        tokens = self._tokens_of(namespace, pods)
        key = id(admission), tuple(map(id, tokens or ())), tokens is None, mode, tuple(unread), may_differ
        found = self._securities.get(key)
        if found is None:
            facts = [*(admission.facts(mode) if admission is not None else _not_known(unread))]
            facts += _token_facts(tokens, admission)
            needs_token = None if tokens is None else requires_token(tokens)
            callers = admission.callers if admission is not None else ""
            found = self._securities[key] = Security(admission, needs_token, tuple(facts), callers)
        return found

    def _tokens_of(self, namespace: str, pods: Pods) -> tuple[RequestAuthenticationItem, ...] | None:
        is_read = all(self._knows(REQUEST_AUTHENTICATIONS, at) for at in (namespace, self._root))
        if not is_read or self.tokens.may_be_more(namespace, pods):
            return None
        return self.tokens.of(namespace, pods)


def _token_facts(
    tokens: tuple[RequestAuthenticationItem, ...] | None, admission: Admission | None
) -> Iterator[PostureFact]:
    if tokens is None:
        yield PostureFact("authentication", "Not known: not all RequestAuthentications could be read.")
        return
    # Without the policies nobody can say that a request without a token passes.
    passes_without = admission.passes(WITHOUT_TOKEN) if admission is not None else False
    yield from token_facts(tokens, passes_without, is_known=admission is not None)


def _not_known(unread: list[str]) -> Iterator[PostureFact]:
    for namespace in unread:
        yield PostureFact("callers", f"Not known: AuthorizationPolicies of {namespace} could not be read.")
    if not unread:
        yield PostureFact(
            "callers", "Not known: an AuthorizationPolicy may select its pods, whose labels are not known."
        )
