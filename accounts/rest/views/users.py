"""People, for administrators."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.filters import UserFilter
from accounts.models import User
from accounts.permissions import Action
from accounts.rest.inputs import CreateUser, EditUser
from accounts.rest.serializers import NewUser, PasswordShownOnce, UserSerializer
from accounts.usecases.create_user import create_user
from accounts.usecases.deactivate_user import deactivate_user
from accounts.usecases.edit_user import edit_user
from accounts.usecases.reactivate_user import reactivate_user
from accounts.usecases.reset_password import reset_password
from common.rest.schema import problems
from common.rest.views import DetailView, ListView, RestView

LAST_ADMINISTRATOR = "No active administrator would be left."


class UserListView(ListView):
    """Everybody who has an account."""

    actions = {"GET": Action.PEOPLE_READ, "POST": Action.PEOPLE_MANAGE}
    queryset = User.objects.all()
    serializer_class = UserSerializer
    filterset_class = UserFilter
    orderings = {
        "username": ("username",),
        "-username": ("-username",),
        "created": ("created_at", "id"),
        "-created": ("-created_at", "-id"),
    }

    @extend_schema(request=CreateUser, responses={201: NewUser})
    def post(self, request: Request) -> Response:
        """Create a person, with a random password unless they are to have none yet."""
        user, password = create_user(actor=self.actor, **self.valid(CreateUser), now=timezone.now())
        user.password = password or None
        return Response(NewUser(user).data, status=201, headers={"Cache-Control": "no-store"})


class UserDetailView(DetailView):
    """One person; people find themselves here too."""

    actions = {"GET": Action.SELF_READ, "PATCH": Action.PEOPLE_MANAGE}
    queryset = User.objects.all()
    serializer_class = UserSerializer
    lookup_field = "username__iexact"
    lookup_url_kwarg = "username"

    @extend_schema(request=EditUser, responses={200: UserSerializer} | problems({409: LAST_ADMINISTRATOR}))
    def patch(self, request: Request, username: str) -> Response:
        """Change what is given about a person."""
        user = self.get_object()
        edit_user(actor=self.actor, user=user, **self.valid(EditUser), now=timezone.now())
        return Response(UserSerializer(user).data)


class _PersonVerbView(RestView):
    actions = {"POST": Action.PEOPLE_MANAGE}
    serializer_class = UserSerializer

    def person(self) -> User:
        return self.visible(User.objects, username__iexact=self.kwargs["username"])


class DeactivateView(_PersonVerbView):
    """End a person's sessions and tokens and refuse new ones."""

    @extend_schema(request=None, responses={200: UserSerializer} | problems({409: LAST_ADMINISTRATOR}))
    def post(self, request: Request, username: str) -> Response:
        user = self.person()
        deactivate_user(actor=self.actor, user=user, now=timezone.now())
        return Response(UserSerializer(user).data)


class ReactivateView(_PersonVerbView):
    """Let a deactivated person come in again."""

    @extend_schema(request=None, responses=UserSerializer)
    def post(self, request: Request, username: str) -> Response:
        user = self.person()
        reactivate_user(actor=self.actor, user=user, now=timezone.now())
        return Response(UserSerializer(user).data)


class ResetPasswordView(_PersonVerbView):
    """Give a person a new random password."""

    @extend_schema(request=None, responses=PasswordShownOnce)
    def post(self, request: Request, username: str) -> Response:
        password = reset_password(actor=self.actor, user=self.person(), now=timezone.now())
        return Response(PasswordShownOnce({"password": password}).data, headers={"Cache-Control": "no-store"})
