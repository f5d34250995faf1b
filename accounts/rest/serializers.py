"""The shapes of people, teams, tokens and audit events in the REST API."""

from rest_framework import serializers

from accounts.models import ApiToken, AuditEvent, Contact, Membership, Role, Scope, Team, TeamRole, User


class ContactSerializer(serializers.ModelSerializer):
    class Meta:
        model = Contact
        fields = ["title", "url"]


class TeamSummary(serializers.ModelSerializer):
    class Meta:
        model = Team
        fields = ["slug", "title", "description"]


class TeamDetail(serializers.ModelSerializer):
    contacts = ContactSerializer(many=True)

    class Meta:
        model = Team
        fields = ["slug", "title", "description", "contacts", "created_at"]


class MembershipSerializer(serializers.ModelSerializer):
    username = serializers.CharField(source="user.username")
    name = serializers.CharField(source="user.display_name")

    class Meta:
        model = Membership
        fields = ["username", "name", "role"]


class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["username", "name", "email", "role", "is_active", "created_at", "last_login"]


class PasswordShownOnce(serializers.Serializer):
    password = serializers.CharField(help_text="Shown here and never again.")


class NewUser(UserSerializer):
    password = serializers.CharField(allow_null=True, help_text="Shown here and never again; null without one.")

    class Meta(UserSerializer.Meta):
        fields = [*UserSerializer.Meta.fields, "password"]


class TokenSerializer(serializers.ModelSerializer):
    user = serializers.CharField(source="user.username", allow_null=True, default=None)
    team = serializers.CharField(source="team.slug", allow_null=True, default=None)
    scopes = serializers.ListField(child=serializers.ChoiceField(Scope.choices))

    class Meta:
        model = ApiToken
        fields = [
            "id",
            "name",
            "prefix",
            "user",
            "team",
            "role",
            "scopes",
            "created_at",
            "created_by",
            "expires_at",
            "last_used_at",
            "revoked_at",
        ]


class NewToken(TokenSerializer):
    token = serializers.CharField(help_text="The secret, shown here and never again.")

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "token"]


class AuditEventSerializer(serializers.ModelSerializer):
    difference = serializers.DictField(help_text="Field to [before, after].")

    class Meta:
        model = AuditEvent
        fields = [
            "id",
            "at",
            "actor_kind",
            "actor_name",
            "address",
            "action",
            "object_type",
            "object_name",
            "difference",
        ]


class OwnTeam(serializers.Serializer):
    slug = serializers.CharField()
    title = serializers.CharField()
    role = serializers.ChoiceField(TeamRole.choices)


class Me(serializers.Serializer):
    """Who the caller is and how far it reaches."""

    kind = serializers.ChoiceField(["user", "token"])
    name = serializers.CharField()
    username = serializers.CharField(allow_null=True)
    role = serializers.ChoiceField(Role.choices)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(Scope.choices), allow_null=True, help_text="Null for a signed-in person."
    )
    teams = OwnTeam(many=True)
