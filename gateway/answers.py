"""What the gateway room answers to the questions of the rooms below."""

from collections.abc import Collection, Mapping

from django.utils import timezone

from catalog.questions import carried_instances
from gateway.models import Route, Subject
from gateway.queries.in_force import enforcement_of
from gateway.queries.recent import requests_of_application, traffic_by_key, usage_of_subscriptions
from marketplace.questions import Enforced, Enforcement, in_force_of, requests_of, traffic_of_keys, usage_of
from marketplace.questions import Subject as Asked


@in_force_of.answer_with
def where_in_force(subject: Asked, rows: Collection[Enforced]) -> Mapping[int, Enforcement]:
    """What the gateways of its environment say of each row."""
    return enforcement_of(Subject(subject), rows, timezone.now())


@carried_instances.answer_with
def instances_with_a_route(version_ids: Collection[int]) -> set[int]:
    """The instances of these versions that carry a route; one query."""
    return set(Route.objects.filter(instance__version_id__in=version_ids).values_list("instance_id", flat=True))


requests_of.answer_with(requests_of_application)
usage_of.answer_with(usage_of_subscriptions)
traffic_of_keys.answer_with(traffic_by_key)
