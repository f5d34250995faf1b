from accounts.filters import TeamFilter
from accounts.models import Team
from accounts.permissions import Action
from accounts.rest.serializers import TeamDetail, TeamSummary
from common.rest.views import DetailView, ListView


class TeamListView(ListView):
    """Teams."""

    actions = {"GET": Action.TEAM_READ}
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


class TeamDetailView(DetailView):
    """One team with its contacts."""

    actions = {"GET": Action.TEAM_READ}
    queryset = Team.objects.prefetch_related("contacts")
    serializer_class = TeamDetail
    lookup_field = "slug"
    lookup_url_kwarg = "team"
