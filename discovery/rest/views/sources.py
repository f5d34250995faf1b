"""Sources and the connectors they are made of."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.access import require
from common.rest.schema import problems
from common.rest.views import ListView, RestView
from discovery.installed import connectors
from discovery.models import Source
from discovery.permissions import Action
from discovery.queries.sources import ORDERINGS, source_named, sources
from discovery.rest.bodies import FORM, form_of, is_form, refuse_large
from discovery.rest.serializers.connectors import ConnectorList
from discovery.rest.serializers.sources import (
    CheckAnswer,
    NewSourceInput,
    SourceDetail,
    SourceInput,
    SourceSummary,
)
from discovery.sources import SourceMetadata
from discovery.usecases.add_source import add_source
from discovery.usecases.check_source import check_source
from discovery.usecases.edit_source import edit_source
from discovery.usecases.pause_source import pause_source
from discovery.usecases.resume_source import resume_source


def _bodies(serializer: type[SourceInput]) -> dict[str, Any]:
    """JSON, or a form with the same as the part ``metadata`` and files named after their parameters."""
    form = {
        "type": "object",
        "properties": {
            "metadata": {"type": "string", "contentMediaType": "application/json", "description": "As the JSON body."}
        },
        "additionalProperties": {"type": "string", "format": "binary", "description": "A file, by its parameter."},
    }
    return {"application/json": serializer, FORM: form}


class ConnectorListView(RestView):
    """The kinds of sources there can be."""

    actions = {"GET": Action.DISCOVERY_READ}
    queryset = Source.objects.none()
    serializer_class = ConnectorList

    @extend_schema(operation_id="connectors_list", responses=ConnectorList)
    def get(self, request: Request) -> Response:
        """List the connectors with the parameters they ask for."""
        found = [connectors()[kind] for kind in sorted(connectors())]
        return Response(ConnectorList({"results": found}).data)


class SourceBodyView(RestView):
    """A view that is told about a source."""

    queryset = Source.objects.none()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Before authentication: the check of a session's CSRF token reads a form.
        if is_form(request._request):
            refuse_large(request._request)
        super().initial(request, *args, **kwargs)

    def metadata(self, serializer: type[SourceInput]) -> SourceMetadata:
        """What the body says; raises 400 by field, and ``Denied`` before it reads a form."""
        require(self.actor, Action.SOURCE_MANAGE)
        if not is_form(self.request._request):
            return self.valid(serializer)
        told, files = form_of(self.request)
        body = serializer(data=told)
        body.is_valid(raise_exception=True)
        metadata: SourceMetadata = dict(body.validated_data)
        if files:
            metadata["configuration"] = {**metadata.get("configuration", {}), **files}
        return metadata

    def detail(self, name: str, **options: Any) -> Response:
        source = source_named(self.actor, name)
        return Response(SourceDetail(source, context=self.get_serializer_context()).data, **options)


class SourceListView(ListView, SourceBodyView):
    """Sources."""

    actions = {"GET": Action.DISCOVERY_READ, "POST": Action.SOURCE_MANAGE}
    serializer_class = SourceSummary
    orderings: ClassVar = dict(ORDERINGS)

    def get_queryset(self) -> QuerySet[Source]:
        return Source.objects.none() if getattr(self, "swagger_fake_view", False) else sources(self.actor)

    @extend_schema(
        request=_bodies(NewSourceInput), responses={201: SourceDetail} | problems({409: "The name is taken."})
    )
    def post(self, request: Request) -> Response:
        """Add a source and start its first run; administrators only."""
        source = add_source(actor=self.actor, metadata=self.metadata(NewSourceInput), now=timezone.now())
        place = reverse("rest:discovery:source-detail", args=[source.name])
        return self.detail(source.name, status=HTTPStatus.CREATED, headers={"Location": place})


class SourceView(SourceBodyView):
    """One source."""

    actions = {"GET": Action.DISCOVERY_READ, "PATCH": Action.SOURCE_MANAGE}
    serializer_class = SourceDetail

    @extend_schema(responses=SourceDetail)
    def get(self, request: Request, source: str) -> Response:
        return self.detail(source)

    @extend_schema(request=_bodies(SourceInput), responses=SourceDetail)
    def patch(self, request: Request, source: str) -> Response:
        """Change what is said about a source. A run is started when what it looks at changes."""
        found = source_named(self.actor, source)
        edit_source(actor=self.actor, source=found, metadata=self.metadata(SourceInput), now=timezone.now())
        return self.detail(source)


class NewSourceCheckView(SourceBodyView):
    """A source that does not exist yet."""

    actions = {"POST": Action.SOURCE_MANAGE}
    serializer_class = CheckAnswer

    @extend_schema(operation_id="sources_check_new", request=_bodies(NewSourceInput), responses=CheckAnswer)
    def post(self, request: Request) -> Response:
        """Try the place that a new source would look at; nothing is kept."""
        result = check_source(actor=self.actor, metadata=self.metadata(NewSourceInput))
        return Response(CheckAnswer(asdict(result)).data)


class SourceCheckView(RestView):
    """The place a source looks at."""

    actions = {"POST": Action.SOURCE_MANAGE}
    queryset = Source.objects.none()
    serializer_class = CheckAnswer

    @extend_schema(request=None, responses=CheckAnswer)
    def post(self, request: Request, source: str) -> Response:
        """Try the place that a source looks at; nothing is kept."""
        result = check_source(actor=self.actor, source=source_named(self.actor, source))
        return Response(CheckAnswer(asdict(result)).data)


class SourcePauseView(SourceBodyView):
    """A source that is looked at no more."""

    actions = {"POST": Action.SOURCE_MANAGE}
    serializer_class = SourceDetail

    @extend_schema(request=None, responses=SourceDetail)
    def post(self, request: Request, source: str) -> Response:
        """Pause a source: no run begins by schedule. What was discovered stays."""
        pause_source(actor=self.actor, source=source_named(self.actor, source), now=timezone.now())
        return self.detail(source)


class SourceResumeView(SourceBodyView):
    """A source that is looked at again."""

    actions = {"POST": Action.SOURCE_MANAGE}
    serializer_class = SourceDetail

    @extend_schema(request=None, responses=SourceDetail)
    def post(self, request: Request, source: str) -> Response:
        """Resume a paused source: it is due at once."""
        resume_source(actor=self.actor, source=source_named(self.actor, source), now=timezone.now())
        return self.detail(source)
