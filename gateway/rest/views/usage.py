"""Traffic: of an API for its owners, of an application for its holders."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import API
from catalog.queries.versions import require_visible
from common.errors import Invalid
from common.rest.views import RestView
from gateway.permissions import Action
from gateway.queries.usage import API_GROUPS, APPLICATION_GROUPS, usage_of_api, usage_of_application
from gateway.rest.serializers.usage import UsageDetail
from gateway.usage.windows import Window, window
from marketplace.models import Application
from marketplace.queries.applications import application_of

_FROM = OpenApiParameter("from", datetime, description="The start; a day before the end when it is left out.")
_TO = OpenApiParameter("to", datetime, description="The end; now when it is left out.")


class UsageView(RestView):
    """Traffic over a window."""

    actions = {"GET": Action.GATEWAY_READ}
    query_parameters = ("from", "to", "by")
    serializer_class = UsageDetail
    groups: tuple[str, ...] = ()

    @property
    def window(self) -> Window:
        start, end = (_moment(self.request, name) for name in ("from", "to"))
        return window(start, end, timezone.now(), settings.PORTICO_USAGE_DAYS)

    @property
    def by(self) -> str:
        by = self.request.query_params.get("by", "")
        if by and by not in self.groups:
            raise Invalid({"by": f"Use one of {', '.join(self.groups)}."})
        return by


class APIUsageView(UsageView):
    """The traffic of an API."""

    queryset = API.objects.none()
    groups = API_GROUPS

    @extend_schema(parameters=[_FROM, _TO, OpenApiParameter("by", enum=API_GROUPS)], responses=UsageDetail)
    def get(self, request: Request, api: str) -> Response:
        """The traffic of an API over a window; for the team that owns it."""
        found = require_visible(self.actor, api)
        return Response(UsageDetail(usage_of_api(self.actor, found, self.window, self.by)).data)


class ApplicationUsageView(UsageView):
    """The traffic of an application."""

    queryset = Application.objects.none()
    groups = APPLICATION_GROUPS

    @extend_schema(parameters=[_FROM, _TO, OpenApiParameter("by", enum=APPLICATION_GROUPS)], responses=UsageDetail)
    def get(self, request: Request, application: str) -> Response:
        """What an application sent over a window; for those who hold it."""
        found = application_of(self.actor, application)
        return Response(UsageDetail(usage_of_application(self.actor, found, self.window, self.by)).data)


def _moment(request: Request, name: str) -> datetime | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not 1970 < found.year < 9000:
        raise Invalid({name: "Write the time as YYYY-MM-DDThh:mm:ssZ."})
    return found
