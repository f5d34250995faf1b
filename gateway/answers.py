"""What the gateway room answers to the questions of the marketplace below."""

from collections.abc import Collection, Mapping

from django.utils import timezone

from gateway.models import Subject
from gateway.queries.in_force import enforcement_of
from marketplace.questions import Enforced, Enforcement, in_force_of
from marketplace.questions import Subject as Asked


@in_force_of.answer_with
def where_in_force(subject: Asked, rows: Collection[Enforced]) -> Mapping[int, Enforcement]:
    """What the gateways of its environment say of each row."""
    return enforcement_of(Subject(subject), rows, timezone.now())
