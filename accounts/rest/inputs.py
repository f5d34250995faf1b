"""What the writes of this room take."""

from rest_framework import serializers

from accounts.models import Role, Scope, TeamRole
from common.rest.serializers import InputSerializer


class ContactInput(InputSerializer):
    title = serializers.CharField(max_length=200)
    url = serializers.CharField(max_length=500, default="", allow_blank=True)


class CreateTeam(InputSerializer):
    slug = serializers.CharField(max_length=100)
    title = serializers.CharField(max_length=200)
    description = serializers.CharField(default="", allow_blank=True, max_length=10_000)


class EditTeam(InputSerializer):
    title = serializers.CharField(max_length=200, required=False)
    description = serializers.CharField(allow_blank=True, max_length=10_000, required=False)
    contacts = ContactInput(many=True, required=False)


class SetMembership(InputSerializer):
    role = serializers.ChoiceField(TeamRole.choices)


class CreateToken(InputSerializer):
    name = serializers.CharField(max_length=200)
    scopes = serializers.ListField(child=serializers.ChoiceField(Scope.choices), min_length=1, max_length=len(Scope))
    expires_at = serializers.DateTimeField(allow_null=True, default=None)


class CreateUser(InputSerializer):
    username = serializers.CharField(max_length=150)
    name = serializers.CharField(max_length=200, default="", allow_blank=True)
    email = serializers.EmailField(max_length=254, default="", allow_blank=True)
    role = serializers.ChoiceField(Role.choices, default=Role.VIEWER)
    with_password = serializers.BooleanField(
        default=True, help_text="False: nobody signs in as this person until an administrator gives them a password."
    )


class EditUser(InputSerializer):
    name = serializers.CharField(max_length=200, allow_blank=True, required=False)
    email = serializers.EmailField(max_length=254, allow_blank=True, required=False)
    role = serializers.ChoiceField(Role.choices, required=False)


class AddWebhook(InputSerializer):
    url = serializers.CharField(max_length=500)
    team = serializers.CharField(max_length=100, allow_null=True, default=None, help_text="Null: of the whole site.")
    kinds = serializers.ListField(
        child=serializers.CharField(max_length=50), max_length=100, default=list, help_text="Empty: all."
    )


class EditWebhook(InputSerializer):
    url = serializers.CharField(max_length=500, required=False)
    kinds = serializers.ListField(child=serializers.CharField(max_length=50), max_length=100, required=False)
    is_active = serializers.BooleanField(required=False)
