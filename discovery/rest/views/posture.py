"""How the mesh protects what is there, summed up."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.rest.pagination import limit_of, limit_parameters, page_link
from common.rest.views import RestView
from discovery.permissions import Action
from discovery.queries.posture import GROUPINGS, ORDERINGS, posture_by
from discovery.rest.serializers.posture import MeshPosture

_BY, _ORDERING = tuple(GROUPINGS), tuple(ORDERINGS)


class MeshPostureView(RestView):
    """Mesh posture by domain, namespace, team, environment or source."""

    actions = {"GET": Action.DISCOVERY_READ}
    serializer_class = MeshPosture
    query_parameters = ("by", "ordering", "limit", "cursor")

    @extend_schema(
        parameters=[
            OpenApiParameter("by", enum=_BY, default=_BY[0], description="What the services are summed up by."),
            OpenApiParameter(
                "ordering",
                enum=_ORDERING,
                default=_ORDERING[0],
                description="What the groups are ordered by: worst first, by name, or a count, largest first.",
            ),
            *limit_parameters(),
        ],
        responses=MeshPosture,
    )
    def get(self, request: Request) -> Response:
        """What is there (new, matched or published) of what the caller may see, counted."""
        asked = request.query_params
        found = posture_by(
            self.actor,
            asked.get("by", _BY[0]),
            ordering=asked.get("ordering", _ORDERING[0]),
            limit=limit_of(asked),
            cursor=asked.get("cursor"),
        )
        answer = {
            "results": found.page.items,
            "next": page_link(request, found.page.next),
            "previous": page_link(request, found.page.previous),
            "count": found.groups,
            "total": found.total,
        }
        return Response(MeshPosture(answer).data)
