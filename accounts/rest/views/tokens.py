"""The caller's own tokens."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import ApiToken, User
from accounts.permissions import Action
from accounts.rest.inputs import CreateToken
from accounts.rest.serializers import NewToken, TokenSerializer
from accounts.usecases.create_token import create_token
from accounts.usecases.revoke_token import revoke_token
from common.access import Denied
from common.rest.views import DetailView, ListView


class TokenListView(ListView):
    """The caller's own tokens; a team's are at `/teams/{team}/tokens`."""

    actions = {"GET": Action.TOKEN_READ, "POST": Action.TOKEN_CREATE}
    queryset = ApiToken.objects.select_related("user", "team")
    serializer_class = TokenSerializer
    orderings = {"-created": ("-created_at", "-id")}

    def get_queryset(self):
        queryset = super().get_queryset()
        return queryset if getattr(self, "swagger_fake_view", False) else queryset.held_by(self.actor)

    @extend_schema(request=CreateToken, responses={201: NewToken})
    def post(self, request: Request) -> Response:
        """Create a token that acts for the caller, who must be a person."""
        holder = User.objects.filter(pk=self.actor.user_id).first()
        if holder is None:
            raise Denied("This token belongs to no person. Create tokens of a team at /teams/{team}/tokens.")
        token, secret = create_token(actor=self.actor, holder=holder, **self.valid(CreateToken), now=timezone.now())
        token.token = secret
        return Response(NewToken(token).data, status=201, headers={"Cache-Control": "no-store"})


class TokenDetailView(DetailView):
    """One token the caller may see."""

    actions = {"GET": Action.TOKEN_READ, "DELETE": Action.TOKEN_REVOKE}
    queryset = ApiToken.objects.select_related("user", "team")
    serializer_class = TokenSerializer
    lookup_field = "pk"
    lookup_url_kwarg = "token"

    @extend_schema(responses={204: None})
    def delete(self, request: Request, token: int) -> Response:
        """Revoke the token; it stays in the lists."""
        revoke_token(actor=self.actor, token=self.visible(ApiToken.objects, pk=token), now=timezone.now())
        return Response(status=204)
