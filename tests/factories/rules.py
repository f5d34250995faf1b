"""Publication rules, made the way administrators make them."""

from itertools import count
from typing import Any

from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Role, Scope
from discovery.models import PublicationRule
from discovery.usecases.save_rule import save_rule

_numbers = count(1)

ADMINISTRATOR = Actor(kind="token", name="factory", role=Role.ADMINISTRATOR, scopes=frozenset({Scope.DISCOVERY}))


def make_rule(name: str = "", **metadata: Any) -> PublicationRule:
    """A rule after all others; nothing that is stored has been judged by it yet."""
    rule = PublicationRule()
    values = {"name": name or f"rule-{next(_numbers)}", **metadata}
    save_rule(actor=ADMINISTRATOR, rule=rule, metadata=values, now=timezone.now())
    return rule
