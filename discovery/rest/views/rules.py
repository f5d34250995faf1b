"""Publication rules, and what they would do."""

from http import HTTPStatus
from typing import Any, ClassVar

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.access import require
from common.rest.schema import problems
from common.rest.views import DetailView, ListView, RestView
from discovery.models import PublicationRule
from discovery.permissions import Action
from discovery.queries.rules import preview
from discovery.rest.serializers.rules import NewRuleInput, RuleDetail, RuleInput, RulePreviewDetail
from discovery.rule_order import last_position
from discovery.rule_values import set_rule
from discovery.usecases.delete_rule import delete_rule
from discovery.usecases.save_rule import save_rule

_ROWS = PublicationRule.objects.select_related("domain", "system", "owner")


class RuleListView(ListView):
    """Publication rules in the order they are asked."""

    actions = {"GET": Action.DISCOVERY_READ, "POST": Action.RULE_MANAGE}
    queryset = _ROWS
    serializer_class = RuleDetail
    orderings: ClassVar = {"position": ("position", "id"), "name": ("name",), "-name": ("-name",)}

    @extend_schema(
        request=NewRuleInput, responses={201: RuleDetail} | problems({409: "The name is taken, or there are too many."})
    )
    def post(self, request: Request) -> Response:
        """Add a publication rule; administrators only."""
        rule = PublicationRule()
        save_rule(actor=self.actor, rule=rule, metadata=self.valid(NewRuleInput), now=timezone.now())
        place = reverse("rest:discovery:rule-detail", args=[rule.name])
        return Response(RuleDetail(rule).data, status=HTTPStatus.CREATED, headers={"Location": place})


class RuleView(DetailView):
    """One publication rule."""

    actions = {"GET": Action.DISCOVERY_READ, "PATCH": Action.RULE_MANAGE, "DELETE": Action.RULE_MANAGE}
    queryset = _ROWS
    serializer_class = RuleDetail
    lookup_field = "name"
    lookup_url_kwarg = "rule"

    @extend_schema(request=RuleInput, responses=RuleDetail)
    def patch(self, request: Request, rule: str) -> Response:
        """Change a publication rule; what is stored is judged again in the background."""
        found = self.get_object()
        save_rule(actor=self.actor, rule=found, metadata=self.valid(RuleInput), now=timezone.now())
        return Response(RuleDetail(found).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, rule: str) -> Response:
        """Delete a publication rule: what it published stays, what it ignored returns to the inbox."""
        delete_rule(actor=self.actor, rule=self.get_object(), now=timezone.now())
        return Response(status=HTTPStatus.NO_CONTENT)


class PreviewView(RestView):
    """What a rule would do before it is saved."""

    actions = {"POST": Action.RULE_MANAGE}
    queryset = PublicationRule.objects.none()
    serializer_class = RulePreviewDetail

    def answer(self, rule: PublicationRule, metadata: dict[str, Any]) -> Response:
        require(self.actor, Action.RULE_MANAGE)
        set_rule(rule, metadata, self.actor)
        return Response(RulePreviewDetail(preview(self.actor, rule)).data)


class NewRulePreviewView(PreviewView):
    """What a new rule would do."""

    @extend_schema(operation_id="publication_rules_preview_new", request=RuleInput, responses=RulePreviewDetail)
    def post(self, request: Request) -> Response:
        """Say what a new publication rule would do; nothing is kept."""
        metadata = self.valid(RuleInput)
        return self.answer(PublicationRule(position=last_position()), metadata)


class RulePreviewView(PreviewView):
    """What a change of a rule would do."""

    @extend_schema(request=RuleInput, responses=RulePreviewDetail)
    def post(self, request: Request, rule: str) -> Response:
        """Say what a publication rule would do, as it is or with this change; nothing is kept."""
        metadata = self.valid(RuleInput) if request.data else {}
        return self.answer(self.visible(_ROWS, name=rule), metadata)
