"""Deciding about discovered services, one at a time or several at once."""

from collections.abc import Collection

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Service
from catalog.querysets import is_visible
from common.errors import Invalid
from common.rest.schema import problems
from common.rest.views import RestView
from discovery.models import DiscoveredService
from discovery.permissions import Action
from discovery.rest.serializers.discovered import (
    DiscoveredServiceDetail,
    Ignored,
    IgnoreManyInput,
    MergeInput,
    PublishDiscoveredInput,
    Published,
    PublishManyInput,
    ReasonInput,
)
from discovery.rest.views.discovered import DiscoveredServiceBaseView
from discovery.usecases.fetch_specification import fetch_specification
from discovery.usecases.ignore_discovered import ignore_discovered
from discovery.usecases.merge_discovered import merge_discovered
from discovery.usecases.part_discovered import part_discovered
from discovery.usecases.publish_discovered import publish_discovered
from discovery.usecases.restore_discovered import restore_discovered
from discovery.usecases.retire_discovered import retire_discovered

_LEFT_OUT = problems({409: "It is ignored or retired; restore it first."})
_NOT_ASKED = problems({409: "It is not there, was left out, or its source cannot be asked."})
_SETTLED = problems({409: "Something stands against it: the service was changed, or something hangs on it."})


class DecisionView(DiscoveredServiceBaseView):
    """A decision about one discovered service."""

    actions = {"POST": Action.SERVICE_DECIDE}


class PublishView(DecisionView):
    """A discovered service that goes into the catalog."""

    @extend_schema(request=PublishDiscoveredInput, responses={200: DiscoveredServiceDetail} | _LEFT_OUT)
    def post(self, request: Request, discovered: int) -> Response:
        """Publish it: its catalog service is made, or found and runs in one more place."""
        values = self.values(PublishDiscoveredInput)
        publish_discovered(actor=self.actor, discovered=self.rows(discovered), values=values, now=timezone.now())
        return self.answer(discovered)


class IgnoreView(DecisionView):
    """A discovered service that does not belong in the catalog."""

    @extend_schema(request=ReasonInput, responses=DiscoveredServiceDetail)
    def post(self, request: Request, discovered: int) -> Response:
        """Ignore it, for a reason; no run brings it back."""
        rows, told = self.rows(discovered), self.valid(ReasonInput)
        ignore_discovered(actor=self.actor, discovered=rows, reason=told["reason"], now=timezone.now())
        return self.answer(discovered)


class RetireView(DecisionView):
    """A discovered service that is gone for good."""

    @extend_schema(request=ReasonInput, responses=DiscoveredServiceDetail)
    def post(self, request: Request, discovered: int) -> Response:
        """Retire it, for a reason, also when a run sees it again."""
        rows, told = self.rows(discovered), self.valid(ReasonInput)
        retire_discovered(actor=self.actor, discovered=rows, reason=told["reason"], now=timezone.now())
        return self.answer(discovered)


class MergeView(DecisionView):
    """A discovered service that is a place of a known one."""

    @extend_schema(request=MergeInput, responses=DiscoveredServiceDetail)
    def post(self, request: Request, discovered: int) -> Response:
        """Say which catalog service it is; no run matches it otherwise."""
        rows, slug = self.rows(discovered), self.valid(MergeInput)["service"]
        service = Service.objects.visible_to(self.actor).filter(slug=slug).first()
        if service is None:
            raise Invalid({"service": f"There is no service “{slug}”."})
        merge_discovered(actor=self.actor, discovered=rows, service=service, now=timezone.now())
        return self.answer(discovered)


class PartView(DecisionView):
    """A discovered service that is not the one it was matched to."""

    @extend_schema(request=None, responses=DiscoveredServiceDetail)
    def post(self, request: Request, discovered: int) -> Response:
        """Say that it is not the catalog service it was matched to."""
        part_discovered(actor=self.actor, discovered=self.rows(discovered), now=timezone.now())
        return self.answer(discovered)


class RestoreView(DecisionView):
    """A decision that is taken back."""

    @extend_schema(request=None, responses={200: DiscoveredServiceDetail} | _SETTLED)
    def post(self, request: Request, discovered: int) -> Response:
        """Take back what was decided: it is new in the inbox again."""
        restore_discovered(actor=self.actor, discovered=self.rows(discovered), now=timezone.now())
        return self.answer(discovered)


class FetchView(DiscoveredServiceBaseView):
    """A discovered service whose specification is looked for."""

    actions = {"POST": Action.SOURCE_RUN}

    @extend_schema(request=None, responses={202: DiscoveredServiceDetail} | _NOT_ASKED)
    def post(self, request: Request, discovered: int) -> Response:
        """Look for its specification again now; the answer comes before what comes of it."""
        one = self.visible(DiscoveredService.objects.select_related("source"), pk=discovered)
        fetch_specification(actor=self.actor, discovered=one, now=timezone.now())
        answer = self.answer(discovered)
        answer.status_code = 202
        return answer


class ManyView(RestView):
    """A decision about several discovered services, all or none."""

    actions = {"POST": Action.SERVICE_DECIDE}
    queryset = DiscoveredService.objects.none()

    def many(self, ids: Collection[int]) -> list[DiscoveredService]:
        rows = list(DiscoveredService.objects.visible_to(self.actor).filter(pk__in=ids))
        missing = sorted(set(ids) - {row.pk for row in rows})
        if missing:
            raise Invalid({"ids": [f"There is no discovered service {number}." for number in missing[:20]]})
        return rows


class PublishManyView(ManyView):
    """Several discovered services that go into the catalog."""

    serializer_class = Published

    @extend_schema(
        operation_id="discovered_services_publish_many",
        request=PublishManyInput,
        responses={200: Published} | _LEFT_OUT,
    )
    def post(self, request: Request) -> Response:
        """Publish several at once; those of one software share a catalog service."""
        values = self.valid(PublishManyInput)
        rows = self.many(values.pop("ids"))
        done = publish_discovered(actor=self.actor, discovered=rows, values=values, now=timezone.now())
        answer = {
            "published": [row.pk for row in done.rows],
            "created": [service.slug for service in done.created],
            "linked": [service.slug for service in done.linked if is_visible(self.actor, service)],
        }
        return Response(Published(answer).data)


class IgnoreManyView(ManyView):
    """Several discovered services that do not belong in the catalog."""

    serializer_class = Ignored

    @extend_schema(operation_id="discovered_services_ignore_many", request=IgnoreManyInput, responses=Ignored)
    def post(self, request: Request) -> Response:
        """Ignore several at once, for one reason."""
        told = self.valid(IgnoreManyInput)
        rows = self.many(told["ids"])
        done = ignore_discovered(actor=self.actor, discovered=rows, reason=told["reason"], now=timezone.now())
        return Response(Ignored({"ignored": [row.pk for row in done]}).data)
