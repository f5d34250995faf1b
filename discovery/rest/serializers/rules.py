"""Publication rules: as they are answered, what may be said about them, and what they would do."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.models import ServiceKind, Visibility
from common.rest.serializers import InputSerializer
from discovery.connectors.base import EXPOSURES
from discovery.models import PublicationRule, RuleAction
from discovery.rest.serializers.values import ChoiceOrNull, SlugOf
from discovery.rule_values import POSITION_AT_MOST

_NAMES = {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}}
_SELECTOR = {
    "type": "object",
    "description": "A part that is left out selects everything; names may hold stars.",
    "additionalProperties": False,
    "properties": {
        **dict.fromkeys(("sources", "environments", "namespaces", "kinds"), _NAMES),
        "exposures": {"type": "array", "minItems": 1, "items": {"type": "string", "enum": list(EXPOSURES)}},
        "labels": {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}},
    },
}


@extend_schema_field(_SELECTOR)
class SelectorField(serializers.Field):
    """What a rule selects; the use case holds its rules."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise serializers.ValidationError("Use an object.")
        return data

    def to_representation(self, value: dict[str, Any]) -> dict[str, Any]:
        return value


class RuleDetail(serializers.ModelSerializer):
    """Rules are asked by `position`, then in the order they were made; the first that selects a service wins."""

    selector = SelectorField()
    kind = ChoiceOrNull(ServiceKind.choices)
    visibility = ChoiceOrNull(Visibility.choices)
    domain, system, owner = SlugOf(), SlugOf(), SlugOf()

    class Meta:
        model = PublicationRule
        fields: ClassVar[list[str]] = [
            "name", "position", "is_active", "selector", "action", "kind", "domain", "system", "owner", "visibility",
            "publishes_unowned", "publishes_drafts", "created_at", "created_by",
        ]  # fmt: skip


class RuleInput(InputSerializer):
    """Members left out stay as they are; an empty value leaves what the service says of itself."""

    position = serializers.IntegerField(min_value=0, max_value=POSITION_AT_MOST, required=False)
    is_active = serializers.BooleanField(required=False)
    selector = SelectorField(required=False)
    action = serializers.ChoiceField(RuleAction.choices, required=False)
    kind = serializers.ChoiceField(ServiceKind.choices, required=False, allow_null=True)
    domain = serializers.CharField(max_length=100, required=False, allow_null=True, allow_blank=True)
    system = serializers.CharField(max_length=100, required=False, allow_null=True, allow_blank=True)
    owner = serializers.CharField(max_length=100, required=False, allow_null=True, allow_blank=True)
    visibility = serializers.ChoiceField(Visibility.choices, required=False, allow_null=True)
    publishes_unowned = serializers.BooleanField(required=False, help_text="Also publish what nobody owns.")
    publishes_drafts = serializers.BooleanField(
        required=False,
        help_text="Publish what a running service gives of itself as a draft version, when it differs from the "
        "published version.",
    )


class NewRuleInput(RuleInput):
    """A new rule; its name never changes, and it comes last unless it has a position."""

    name = serializers.CharField(max_length=100)


class RuleExampleDetail(serializers.Serializer):
    """One service and what the rule would do with it; `by` names the rule that selects it."""

    name = serializers.CharField()
    namespace = serializers.CharField()
    source = serializers.CharField()
    outcome = serializers.ChoiceField(["publish", "ignore", "propose", "unowned", "already", "taken", "waiting"])
    reason = serializers.CharField()
    owner = serializers.CharField(help_text="The title of a team; may be empty.")
    domain = serializers.CharField(help_text="The title of a domain; may be empty.")
    by = serializers.CharField()


class RulePreviewDetail(serializers.Serializer):
    """What a rule would do. `selected` is the sum of the others: `unowned` would be published if somebody owned them,
    `already` are in the catalog or ignored, `taken` by an earlier rule, `waiting` for a person."""

    selected = serializers.IntegerField()
    publish = serializers.IntegerField()
    ignore = serializers.IntegerField()
    propose = serializers.IntegerField()
    unowned = serializers.IntegerField()
    already = serializers.IntegerField()
    taken = serializers.IntegerField()
    waiting = serializers.IntegerField()
    drafts = serializers.IntegerField(help_text="Of all these: they drift, and it would become a draft version.")
    is_estimate = serializers.BooleanField(help_text="There are more than were looked at.")
    taken_by = serializers.DictField(child=serializers.IntegerField(), help_text="By the name of the earlier rule.")
    examples = RuleExampleDetail(many=True)
