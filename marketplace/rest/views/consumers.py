"""Who has access to an API."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import API
from common.rest.pagination import KeyPagination
from common.rest.views import ListView
from marketplace.filters import ConsumerFilter
from marketplace.models import Subscription
from marketplace.permissions import Action
from marketplace.queries.consumers import ORDERINGS, consumer_count, consumers
from marketplace.rest.serializers.consumers import ConsumerDetail


class ConsumerPagination(KeyPagination):
    """The page, and how many applications have access, which is for everybody to know."""

    def get_paginated_response_schema(self, schema: dict) -> dict:
        answer = super().get_paginated_response_schema(schema)
        number = {"type": "integer", "description": "How many applications have access, named or not."}
        answer["required"].append("applications")
        answer["properties"]["applications"] = number
        return answer


class ConsumerListView(ListView):
    """The consumers of an API: by name for the team that owns it and for administrators, others find those of their own
    applications; `applications` tells everybody how many there are."""

    actions = {"GET": Action.MARKETPLACE_READ}
    queryset = Subscription.objects.none()
    serializer_class = ConsumerDetail
    filterset_class = ConsumerFilter
    pagination_class = ConsumerPagination
    orderings: ClassVar = ORDERINGS

    def get_queryset(self) -> QuerySet[Subscription]:
        if getattr(self, "swagger_fake_view", False):
            return Subscription.objects.none()
        self.api = self.visible(API.objects, slug=self.kwargs["api"])
        return consumers(self.actor, self.api)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        answer = super().list(request, *args, **kwargs)
        answer.data["applications"] = consumer_count(self.api)
        return answer
