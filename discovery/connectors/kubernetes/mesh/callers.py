"""Who calls, as far as a rule of an AuthorizationPolicy asks: yes, no, or not known.

Source: istio.io/latest/docs/reference/config/security/authorization-policy (Source, Operation, Condition) and
istio.io/latest/docs/reference/config/security/conditions.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from catalog.formats.shapes import mapping, sequence, text, texts

VALUES_AT_MOST = 1000
#: Yes, no, or not known.
Answer = bool | None

_EVERY_ADDRESS = frozenset({"0.0.0.0/0", "::/0"})
_OPERATION_KEYS = frozenset({"destination.ip", "destination.port", "connection.sni"})


@dataclass(frozen=True, slots=True)
class Caller:
    """A call without a token, from an address nobody expects, to a host, if that counts.

    ``namespace`` and ``account`` are of the proxy that passes it on and vouches for itself with mTLS; without them
    nobody does, unless ``is_unclear``.
    """

    host: str = ""
    namespace: str = ""
    account: str = ""
    is_unclear: bool = False


#: A call from anywhere in the mesh that carries no token.
WITHOUT_TOKEN: Final = Caller(is_unclear=True)


def every(answers: Iterable[Answer]) -> Answer:
    """No when one is no, else not known when one is not known."""
    found: Answer = True
    for answer in answers:
        if answer is False:
            return False
        found = found and answer
    return found


def some(answers: Iterable[Answer]) -> Answer:
    found: Answer = False
    for answer in answers:
        if answer is True:
            return True
        found = None if answer is None else found
    return found


def source_matches(source: dict[str, Any], caller: Caller) -> Answer:
    """Whether all fields of a source hold for the caller."""
    return every(_field(name, texts(value)[:VALUES_AT_MOST], caller) for name, value in source.items() if value)


def _field(name: str, values: tuple[str, ...], caller: Caller) -> Answer:
    is_negated = name.startswith("not")
    plain = name[3:4].lower() + name[4:] if is_negated else name
    answer = _FIELDS.get(plain, _unknown)(values, caller)
    return answer if not is_negated or answer is None else not answer


def condition_matches(condition: dict[str, Any], caller: Caller) -> Answer:
    key = text(condition.get("key"))
    field = _KEYS.get(key, "requestPrincipals" if key.startswith("request.auth.") else "")
    values, others = condition.get("values"), condition.get("notValues")
    answers = []
    if values:
        answers.append(_field(field, texts(values)[:VALUES_AT_MOST], caller) if field else None)
    if others:
        answers.append(_field(f"not{field[0].upper()}{field[1:]}", texts(others), caller) if field else None)
    return every(answers)


def concerns_callers(condition: dict[str, Any]) -> bool:
    """Whether a condition asks who calls and not what is called."""
    return text(condition.get("key")) not in _OPERATION_KEYS


def _principals(values: tuple[str, ...], caller: Caller) -> Answer:
    if caller.is_unclear:
        return None
    if not caller.namespace:
        return False
    return any(_is_principal(value, f"ns/{caller.namespace}/sa/{caller.account}") for value in values)


def _is_principal(pattern: str, identity: str) -> bool:
    """The trust domain is not known, so any is taken to be ours: ``domain/ns/namespace/sa/account``."""
    domain, divides, rest = pattern.partition("/ns/")
    return matches(f"ns/{rest}" if divides and "*" not in domain else pattern, identity)


def _namespaces(values: tuple[str, ...], caller: Caller) -> Answer:
    if caller.is_unclear:
        return None
    return bool(caller.namespace) and any(matches(value, caller.namespace) for value in values)


def _accounts(values: tuple[str, ...], caller: Caller) -> Answer:
    if caller.is_unclear:
        return None
    return bool(caller.namespace) and f"{caller.namespace}/{caller.account}" in values


def _domains(values: tuple[str, ...], caller: Caller) -> Answer:
    return None if caller.is_unclear or caller.namespace else False


def _tokens(values: tuple[str, ...], caller: Caller) -> Answer:
    return False


def _addresses(values: tuple[str, ...], caller: Caller) -> Answer:
    return not _EVERY_ADDRESS.isdisjoint(values)


def _unknown(values: tuple[str, ...], caller: Caller) -> Answer:
    return None


_FIELDS: dict[str, Callable[[tuple[str, ...], Caller], Answer]] = {
    "principals": _principals,
    "namespaces": _namespaces,
    "serviceAccounts": _accounts,
    "trustDomains": _domains,
    "requestPrincipals": _tokens,
    "ipBlocks": _addresses,
    "remoteIpBlocks": _addresses,
}
_KEYS = {
    "source.ip": "ipBlocks",
    "remote.ip": "remoteIpBlocks",
    "source.namespace": "namespaces",
    "source.principal": "principals",
    "source.serviceAccount": "serviceAccounts",
    "source.trustDomain": "trustDomains",
}


def matches(pattern: str, value: str) -> bool:
    """Exact, ``prefix*``, ``*suffix`` or ``*`` for anything that is there."""
    if pattern == "*":
        return bool(value)
    if pattern.startswith("*"):
        return value.endswith(pattern[1:])
    return value.startswith(pattern[:-1]) if pattern.endswith("*") else value == pattern


def parts(entries: Any, name: str) -> Iterator[dict[str, Any]]:
    """The sources of a ``from`` or the operations of a ``to``."""
    for entry in sequence(entries):
        yield mapping(mapping(entry).get(name))
