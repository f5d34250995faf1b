"""Domains, systems and environments: as they are answered, and what may be said about them."""

from django.conf import settings
from rest_framework import serializers

from catalog.addresses import group_page
from catalog.models import Domain, Environment, System
from catalog.rest.serializers.metadata import Markdown, Slug
from common.rest.serializers import InputSerializer


class DomainDetail(serializers.ModelSerializer):
    """A part of the business."""

    owner = serializers.CharField(source="owner.slug", default=None, allow_null=True)
    url = serializers.SerializerMethodField(help_text="Its page.")

    class Meta:
        model = Domain
        fields = ["slug", "title", "description", "owner", "created_at", "url"]

    def get_url(self, domain: Domain) -> str:
        return settings.PORTICO_URL + group_page("domain", domain.slug)


class SystemDetail(serializers.ModelSerializer):
    """Services and APIs that do one job together."""

    owner = serializers.CharField(source="owner.slug", default=None, allow_null=True)
    domain = serializers.CharField(source="domain.slug", default=None, allow_null=True)
    url = serializers.SerializerMethodField(help_text="Its page.")

    class Meta:
        model = System
        fields = ["slug", "title", "description", "owner", "domain", "created_at", "url"]

    def get_url(self, system: System) -> str:
        return settings.PORTICO_URL + group_page("system", system.slug)


class EnvironmentDetail(serializers.ModelSerializer):
    """Where instances run; `position` orders them."""

    class Meta:
        model = Environment
        fields = ["slug", "title", "position"]


class DomainInput(InputSerializer):
    title = serializers.CharField(max_length=200, required=False)
    description = Markdown(required=False)
    owner = Slug(required=False, allow_null=True, allow_blank=True, help_text="A team.")


class SystemInput(DomainInput):
    domain = Slug(required=False, allow_null=True, allow_blank=True)


class EnvironmentInput(InputSerializer):
    title = serializers.CharField(max_length=200, required=False)
    position = serializers.IntegerField(min_value=0, max_value=32_767, required=False)


class NewDomainInput(DomainInput):
    slug = Slug()


class NewSystemInput(SystemInput):
    slug = Slug()


class NewEnvironmentInput(EnvironmentInput):
    slug = Slug()
