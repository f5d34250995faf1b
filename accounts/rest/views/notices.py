"""What people are told; each reads their own."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.filters import NoticeFilter
from accounts.models import Notice
from accounts.permissions import Action
from accounts.rest.notice_serializers import NoticeSerializer, NoticesRead
from accounts.usecases.read_notices import read_all_notices, read_notice
from common.rest.views import ListView, RestView


class NoticeListView(ListView):
    """The caller's own notices, unread ones first."""

    actions = {"GET": Action.NOTICE_READ}
    queryset = Notice.objects.all()
    serializer_class = NoticeSerializer
    filterset_class = NoticeFilter
    orderings = {"unread": ("is_read", "-created_at", "-id"), "-created": ("-created_at", "-id")}


class ReadNoticeView(RestView):
    """One notice of the caller's own."""

    actions = {"POST": Action.NOTICE_MARK}
    serializer_class = NoticeSerializer

    @extend_schema(request=None, responses=NoticeSerializer)
    def post(self, request: Request, notice: str) -> Response:
        """Mark the notice as read."""
        found = self.visible(Notice.objects, public_id=notice)
        read_notice(actor=self.actor, notice=found, now=timezone.now())
        return Response(NoticeSerializer(found).data)


class ReadAllNoticesView(RestView):
    """All notices of the caller's own."""

    actions = {"POST": Action.NOTICE_MARK}
    serializer_class = NoticesRead

    @extend_schema(request=None, responses=NoticesRead)
    def post(self, request: Request) -> Response:
        """Mark all notices as read."""
        return Response({"read": read_all_notices(actor=self.actor, now=timezone.now())})
