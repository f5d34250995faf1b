"""Plans of an API."""

from http import HTTPStatus
from typing import ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import API
from catalog.queries.entries import editable
from common.rest.schema import problems
from common.rest.views import ListView, RestView
from marketplace.models import Plan
from marketplace.permissions import Action
from marketplace.queries.plans import ORDERINGS, plan_of, plans_of
from marketplace.rest.serializers.plans import NewPlanInput, PlanDetail, PlanInput
from marketplace.usecases.create_plan import create_plan
from marketplace.usecases.deprecate_plan import deprecate_plan
from marketplace.usecases.edit_plan import edit_plan
from marketplace.usecases.restore_plan import restore_plan

_AGAINST = problems({409: "Something stands against it: its slug is taken, or applications are on it."})


class PlanBaseView(RestView):
    """A view that answers with one plan."""

    queryset = Plan.objects.none()
    serializer_class = PlanDetail

    def answer(self, api: str, plan: str, **options: object) -> Response:
        return Response(PlanDetail(plan_of(self.actor, api, plan)).data, **options)


class PlanListView(ListView, PlanBaseView):
    """The plans of an API in the order they are offered, deprecated ones too."""

    actions = {"GET": Action.MARKETPLACE_READ, "POST": Action.PLAN_MANAGE}
    orderings: ClassVar = dict(ORDERINGS)

    def get_queryset(self) -> QuerySet[Plan]:
        if getattr(self, "swagger_fake_view", False):
            return Plan.objects.none()
        return plans_of(self.actor, self.kwargs["api"])

    @extend_schema(request=NewPlanInput, responses={201: PlanDetail} | _AGAINST)
    def post(self, request: Request, api: str) -> Response:
        """Add a plan; publishers of the team that owns the API."""
        found = editable(self.actor, API, api)
        metadata = self.valid(NewPlanInput)
        slug = metadata.pop("slug", "")
        plan = create_plan(actor=self.actor, api=found, metadata=metadata, slug=slug, now=timezone.now())
        place = reverse("rest:marketplace:plan-detail", args=[api, plan.slug])
        return self.answer(api, plan.slug, status=HTTPStatus.CREATED, headers={"Location": place})


class PlanView(PlanBaseView):
    """One plan."""

    actions = {"GET": Action.MARKETPLACE_READ, "PATCH": Action.PLAN_MANAGE}

    @extend_schema(responses=PlanDetail)
    def get(self, request: Request, api: str, plan: str) -> Response:
        return self.answer(api, plan)

    @extend_schema(request=PlanInput, responses={200: PlanDetail} | _AGAINST)
    def patch(self, request: Request, api: str, plan: str) -> Response:
        """Change a plan. New limits hold for its subscribers at once."""
        found = plan_of(self.actor, api, plan)
        edit_plan(actor=self.actor, plan=found, metadata=self.valid(PlanInput), now=timezone.now())
        return self.answer(api, plan)


class DeprecatePlanView(PlanBaseView):
    """A plan that takes no new subscribers."""

    actions = {"POST": Action.PLAN_MANAGE}

    @extend_schema(request=None, responses=PlanDetail)
    def post(self, request: Request, api: str, plan: str) -> Response:
        """Deprecate a plan: who is on it stays, nobody gets on it any more."""
        deprecate_plan(actor=self.actor, plan=plan_of(self.actor, api, plan), now=timezone.now())
        return self.answer(api, plan)


class RestorePlanView(PlanBaseView):
    """A deprecated plan that is offered again."""

    actions = {"POST": Action.PLAN_MANAGE}

    @extend_schema(request=None, responses={200: PlanDetail} | _AGAINST)
    def post(self, request: Request, api: str, plan: str) -> Response:
        """Offer a deprecated plan again."""
        restore_plan(actor=self.actor, plan=plan_of(self.actor, api, plan), now=timezone.now())
        return self.answer(api, plan)
