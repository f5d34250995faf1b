"""The mechanism of permission: who acts is a value, what they do is an action, a rule decides.

Each room lists its actions in one ``Action`` string enum (``catalog.api.publish``) and registers one rule an
action in its ``permissions.py``. An action without a rule is refused, an absent actor is an error: nothing is
granted by absence.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from common.errors import PorticoError


class Actor(Protocol):
    """Who acts: a signed-in person, a token, a named system actor or nobody signed in."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def is_authenticated(self) -> bool: ...

    @property
    def actions(self) -> frozenset[str]:
        """All that a system actor may do; for others what a room lends them for one write, else empty."""

    @property
    def budget_key(self) -> str:
        """Whose rate limit the actor's requests are charged to."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer of a rule, with the reason people are shown."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


class Denied(PorticoError):
    """The actor is known and may not do this."""

    status = 403
    code = "denied"
    title = "Not permitted"


class SignInRequired(PorticoError):
    """Nobody is signed in and the action needs somebody."""

    status = 401
    code = "sign-in-required"
    title = "Sign-in required"


Rule = Callable[[Any, Any], Decision]

_rules: dict[str, Rule] = {}


def grants(*actions: str) -> Callable[[Rule], Rule]:
    """Register the decorated function as the one rule of ``actions``."""

    def register(rule: Rule) -> Rule:
        for action in actions:
            if action in _rules:
                raise RuntimeError(f"{action} has two rules")
            _rules[action] = rule
        return rule

    return register


def has_rule(action: str) -> bool:
    return action in _rules


def decide(actor: Actor, action: str, obj: object = None) -> Decision:
    """What the action's rule says about this actor and object, with its reason."""
    rule = _rules.get(action)
    if rule is None:
        return Decision(False, f"Nothing grants {action}.")
    if actor.kind == "system":
        return Decision(action in actor.actions, f"The system actor {actor.name} may not do this.")
    return Decision(True) if action in actor.actions else rule(actor, obj)


def can(actor: Actor, action: str, obj: object = None) -> bool:
    """Whether a door should offer the action; the use case asks again."""
    return decide(actor, action, obj).allowed


def require(actor: Actor, action: str, obj: object = None) -> None:
    """Return when the action is granted; raise ``SignInRequired`` or ``Denied`` with the reason otherwise."""
    decision = decide(actor, action, obj)
    if decision.allowed:
        return
    if not actor.is_authenticated:
        raise SignInRequired("Sign in, or send an API token, to do this.")
    raise Denied(decision.reason)
