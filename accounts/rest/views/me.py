from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Action
from accounts.queries import own_teams, username_of
from accounts.rest.serializers import Me
from common.rest.views import RestView


class MeView(RestView):
    """The caller: its name, role, scopes and teams."""

    actions = {"GET": Action.SELF_READ}
    serializer_class = Me

    @extend_schema(operation_id="me")
    def get(self, request: Request) -> Response:
        actor = self.actor
        me = {
            "kind": actor.kind,
            "name": actor.name,
            "username": username_of(actor),
            "role": actor.role,
            "scopes": None if actor.scopes is None else sorted(actor.scopes),
            "teams": own_teams(actor),
        }
        return Response(Me(me).data)
