"""Domains, systems and environments."""

from http import HTTPStatus
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from catalog.models import Domain, Environment, System
from catalog.permissions import Action
from catalog.rest.serializers.groupings import (
    DomainDetail,
    DomainInput,
    EnvironmentDetail,
    EnvironmentInput,
    NewDomainInput,
    NewEnvironmentInput,
    NewSystemInput,
    SystemDetail,
    SystemInput,
)
from catalog.usecases.delete_grouping import delete_grouping
from catalog.usecases.save_grouping import save_grouping
from common.rest.schema import problems
from common.rest.views import DetailView, ListView


class GroupingListView(ListView):
    """All of one kind; POST adds one."""

    new_serializer_class: ClassVar[type[Serializer]]
    orderings = {"title": ("title", "id"), "-title": ("-title", "-id"), "slug": ("slug",), "-slug": ("-slug",)}

    def post(self, request: Request) -> Response:
        metadata = self.valid(self.new_serializer_class)
        grouping = self.queryset.model(slug=metadata["slug"], title=metadata["slug"])
        save_grouping(actor=self.actor, grouping=grouping, metadata=metadata, now=timezone.now())
        return Response(self.serializer_class(grouping).data, status=HTTPStatus.CREATED)


class GroupingView(DetailView):
    """One of them; its slug never changes."""

    input_serializer_class: ClassVar[type[Serializer]]
    lookup_field = "slug"

    def patch(self, request: Request, **_names: Any) -> Response:
        grouping = self.get_object()
        metadata = self.valid(self.input_serializer_class)
        save_grouping(actor=self.actor, grouping=grouping, metadata=metadata, now=timezone.now())
        return Response(self.serializer_class(grouping).data)

    def delete(self, request: Request, **_names: Any) -> Response:
        delete_grouping(actor=self.actor, grouping=self.get_object(), now=timezone.now())
        return Response(status=HTTPStatus.NO_CONTENT)


def _takes_new(one: str, new: type[Serializer], detail: type[Serializer]) -> Any:
    answers = {201: detail} | problems({409: "The name is taken."})
    return extend_schema_view(post=extend_schema(description=f"Add {one}.", request=new, responses=answers))


def _takes_edits(one: str, edit: type[Serializer], detail: type[Serializer]) -> Any:
    answers = {204: None} | problems({409: "Something belongs to it."})
    return extend_schema_view(
        patch=extend_schema(description=f"Change what is said about {one}.", request=edit, responses=detail),
        delete=extend_schema(description=f"Remove {one} that nothing belongs to.", responses=answers),
    )


@_takes_new("a domain", NewDomainInput, DomainDetail)
class DomainListView(GroupingListView):
    """Domains."""

    actions = {"GET": Action.GROUPING_READ, "POST": Action.DOMAIN_MANAGE}
    queryset = Domain.objects.select_related("owner")
    serializer_class = DomainDetail
    new_serializer_class = NewDomainInput


@_takes_edits("a domain", DomainInput, DomainDetail)
class DomainView(GroupingView):
    """One domain."""

    actions = {"GET": Action.GROUPING_READ, "PATCH": Action.DOMAIN_MANAGE, "DELETE": Action.DOMAIN_MANAGE}
    queryset = Domain.objects.select_related("owner")
    serializer_class = DomainDetail
    input_serializer_class = DomainInput
    lookup_url_kwarg = "domain"


@_takes_new("a system", NewSystemInput, SystemDetail)
class SystemListView(GroupingListView):
    """Systems."""

    actions = {"GET": Action.GROUPING_READ, "POST": Action.SYSTEM_MANAGE}
    queryset = System.objects.select_related("owner", "domain")
    serializer_class = SystemDetail
    new_serializer_class = NewSystemInput


@_takes_edits("a system", SystemInput, SystemDetail)
class SystemView(GroupingView):
    """One system."""

    actions = {"GET": Action.GROUPING_READ, "PATCH": Action.SYSTEM_MANAGE, "DELETE": Action.SYSTEM_MANAGE}
    queryset = System.objects.select_related("owner", "domain")
    serializer_class = SystemDetail
    input_serializer_class = SystemInput
    lookup_url_kwarg = "system"


@_takes_new("an environment", NewEnvironmentInput, EnvironmentDetail)
class EnvironmentListView(GroupingListView):
    """Environments, in the order they are shown."""

    actions = {"GET": Action.GROUPING_READ, "POST": Action.ENVIRONMENT_MANAGE}
    queryset = Environment.objects.all()
    serializer_class = EnvironmentDetail
    new_serializer_class = NewEnvironmentInput
    orderings = {"position": ("position", "slug"), **GroupingListView.orderings}


@_takes_edits("an environment", EnvironmentInput, EnvironmentDetail)
class EnvironmentView(GroupingView):
    """One environment."""

    actions = {"GET": Action.GROUPING_READ, "PATCH": Action.ENVIRONMENT_MANAGE, "DELETE": Action.ENVIRONMENT_MANAGE}
    queryset = Environment.objects.all()
    serializer_class = EnvironmentDetail
    input_serializer_class = EnvironmentInput
    lookup_url_kwarg = "environment"
