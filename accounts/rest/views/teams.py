"""Teams, their members and their tokens."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.filters import TeamFilter
from accounts.models import ApiToken, Membership, Team, TeamRole, User
from accounts.permissions import Action
from accounts.rest.inputs import CreateTeam, CreateToken, EditTeam, SetMembership
from accounts.rest.serializers import MembershipSerializer, NewToken, TeamDetail, TeamSummary, TokenSerializer
from accounts.usecases.create_team import create_team
from accounts.usecases.create_token import create_token
from accounts.usecases.edit_team import edit_team
from accounts.usecases.remove_membership import remove_membership
from accounts.usecases.set_membership import set_membership
from common.access import require
from common.errors import NotFound
from common.rest.schema import problems
from common.rest.views import DetailView, ListView, RestView

LAST_MAINTAINER = "The team would have no maintainer left."


class TeamListView(ListView):
    """Teams."""

    actions = {"GET": Action.TEAM_READ, "POST": Action.TEAM_CREATE}
    queryset = Team.objects.all()
    serializer_class = TeamSummary
    filterset_class = TeamFilter
    orderings = {
        "title": ("title", "id"),
        "-title": ("-title", "-id"),
        "slug": ("slug",),
        "created": ("created_at", "id"),
        "-created": ("-created_at", "-id"),
    }

    @extend_schema(request=CreateTeam, responses={201: TeamDetail})
    def post(self, request: Request) -> Response:
        """Create a team; administrators only."""
        team = create_team(actor=self.actor, **self.valid(CreateTeam), now=timezone.now())
        return Response(TeamDetail(team).data, status=201)


class TeamDetailView(DetailView):
    """One team with its contacts."""

    actions = {"GET": Action.TEAM_READ, "PATCH": Action.TEAM_EDIT}
    queryset = Team.objects.prefetch_related("contacts")
    serializer_class = TeamDetail
    lookup_field = "slug"
    lookup_url_kwarg = "team"

    @extend_schema(request=EditTeam, responses=TeamDetail)
    def patch(self, request: Request, team: str) -> Response:
        """Change what is given about a team; `contacts` replaces all contacts."""
        found = self.visible(Team.objects, slug=team)
        values = self.valid(EditTeam)
        if "contacts" in values:
            values["contacts"] = [(contact["title"], contact["url"]) for contact in values["contacts"]]
        edit_team(actor=self.actor, team=found, **values, now=timezone.now())
        return Response(TeamDetail(found).data)


class MemberListView(ListView):
    """Who is in the team."""

    actions = {"GET": Action.TEAM_READ}
    queryset = Membership.objects.select_related("user")
    serializer_class = MembershipSerializer
    orderings = {"username": ("user__username", "id")}

    def get_queryset(self):
        return super().get_queryset().filter(team__slug=self.kwargs.get("team"))

    def get(self, request: Request, team: str) -> Response:
        self.visible(Team.objects, slug=team)
        return self.list(request)


class MemberView(RestView):
    """A person's place in the team."""

    actions = {"PUT": Action.MEMBERS_MANAGE, "DELETE": Action.MEMBERS_MANAGE}
    serializer_class = MembershipSerializer

    @extend_schema(
        request=SetMembership,
        responses={200: MembershipSerializer, 201: MembershipSerializer} | problems({409: LAST_MAINTAINER}),
    )
    def put(self, request: Request, team: str, username: str) -> Response:
        """Add the person with this role, or change the role."""
        found = self.visible(Team.objects, slug=team)
        require(self.actor, Action.MEMBERS_MANAGE, found)
        user = User.objects.named(username)
        if user is None:
            raise NotFound("There is no such person.")
        role = TeamRole(self.valid(SetMembership)["role"])
        membership, created = set_membership(actor=self.actor, team=found, user=user, role=role, now=timezone.now())
        return Response(MembershipSerializer(membership).data, status=201 if created else 200)

    @extend_schema(responses={204: None} | problems({409: LAST_MAINTAINER}))
    def delete(self, request: Request, team: str, username: str) -> Response:
        """Remove the person from the team."""
        members = Membership.objects.select_related("team", "user")
        membership = self.visible(members, team__slug=team, user__username__iexact=username)
        remove_membership(actor=self.actor, membership=membership, now=timezone.now())
        return Response(status=204)


class TeamTokenListView(ListView):
    """The team's tokens, for its maintainers and administrators."""

    actions = {"GET": Action.TOKEN_READ, "POST": Action.TOKEN_CREATE}
    queryset = ApiToken.objects.select_related("user", "team")
    serializer_class = TokenSerializer
    orderings = {"-created": ("-created_at", "-id")}

    def get_queryset(self):
        return super().get_queryset().filter(team__slug=self.kwargs.get("team"))

    def get(self, request: Request, team: str) -> Response:
        self.visible(Team.objects, slug=team)
        return self.list(request)

    @extend_schema(request=CreateToken, responses={201: NewToken})
    def post(self, request: Request, team: str) -> Response:
        """Create a token that acts for the team."""
        found = self.visible(Team.objects, slug=team)
        token, secret = create_token(actor=self.actor, holder=found, **self.valid(CreateToken), now=timezone.now())
        token.token = secret
        return Response(NewToken(token).data, status=201, headers={"Cache-Control": "no-store"})
