"""The shapes of people, teams and tokens in the REST API."""

from rest_framework import serializers

from accounts.models import Contact, Role, Scope, Team, TeamRole


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


class OwnTeam(serializers.Serializer):
    slug = serializers.CharField()
    title = serializers.CharField()
    role = serializers.ChoiceField(TeamRole)


class Me(serializers.Serializer):
    """Who the caller is and how far it reaches."""

    kind = serializers.ChoiceField(["user", "token"])
    name = serializers.CharField()
    username = serializers.CharField(allow_null=True)
    role = serializers.ChoiceField(Role)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(Scope), allow_null=True, help_text="Null for a signed-in person."
    )
    teams = OwnTeam(many=True)
