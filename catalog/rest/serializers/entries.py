"""APIs and services as they are answered. Other rows are named by slug, as input names them."""

from django.conf import settings
from rest_framework import serializers

from catalog.addresses import api_page, documentation_page, service_page
from catalog.models import API, DocumentationPage, Lifecycle, Service, ServiceKind, Visibility
from catalog.rest.serializers.people import KnownToPeople


class LinkValue(serializers.Serializer):
    title = serializers.CharField()
    url = serializers.CharField()


class PageName(serializers.Serializer):
    slug = serializers.CharField()
    title = serializers.CharField()


class NamesOf(serializers.ListField):
    """The slugs of rows that a query brought as values."""

    child = serializers.CharField()

    def to_representation(self, data: list[dict[str, str]]) -> list[str]:
        return [value["slug"] for value in data]


class EntryDetail(serializers.Serializer):
    """What APIs and services share."""

    slug = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    owner = KnownToPeople(source="owner.slug", default=None)
    domain = serializers.CharField(source="domain.slug", default=None, allow_null=True)
    system = serializers.CharField(source="system.slug", default=None, allow_null=True)
    tags = serializers.ListField(child=serializers.CharField(), source="tag_names")
    visibility = serializers.ChoiceField(Visibility.choices)
    lifecycle = serializers.ChoiceField(Lifecycle.choices)
    links = LinkValue(many=True, source="link_values")
    docs = PageName(many=True, source="page_values")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class APIDetail(EntryDetail):
    """An API; `lifecycle`, `format` and `published_at` are those of `version`, its current one."""

    version = serializers.CharField(source="version_name", allow_null=True)
    format = serializers.CharField()
    published_at = serializers.DateTimeField(allow_null=True)
    provided_by = NamesOf(source="provider_values")
    consumed_by = NamesOf(source="consumer_values")
    url = serializers.SerializerMethodField(help_text="Its page.")

    def get_url(self, api: API) -> str:
        return settings.PORTICO_URL + api_page(api.slug)


class PlaceFactValue(serializers.Serializer):
    """One thing that a mesh enforces for a service; `by` names the object that it comes from, nothing for a default."""

    topic = serializers.CharField()
    text = serializers.CharField()
    by = serializers.CharField()
    severity = serializers.CharField(help_text="`info`, `warning` or `error`.")


class PlacePostureValue(serializers.Serializer):
    """How a mesh protects a service; an empty word and null say that it is not known or not evaluated."""

    mesh = serializers.CharField(help_text="`sidecar`, `ambient` or `outside`.")
    mtls = serializers.CharField(help_text="`strict`, `permissive`, `disabled` or `mixed`.")
    callers = serializers.CharField(help_text="`anyone`, `limited` or `nobody`.")
    is_open = serializers.BooleanField(
        allow_null=True, help_text="Reached from the internet with nothing on the way that requires authentication."
    )
    facts = PlaceFactValue(many=True)


class PlaceValue(serializers.Serializer):
    """Where a service runs, as a source saw it."""

    environment = serializers.CharField()
    source = serializers.CharField()
    cluster = serializers.CharField()
    namespace = serializers.CharField()
    name = serializers.CharField(help_text="Its name there.")
    state = serializers.CharField(help_text="`published` or `matched` while it is there, `missing`, or `retired`.")
    workload_kind = serializers.CharField()
    workload_name = serializers.CharField()
    version = serializers.CharField()
    ready = serializers.IntegerField(allow_null=True)
    replicas = serializers.IntegerField(allow_null=True)
    exposure = serializers.CharField(help_text="`inside`, `mesh` or `internet`.")
    endpoints = serializers.ListField(child=serializers.CharField())
    posture = PlacePostureValue()
    specification = serializers.CharField(
        help_text="What became of its document: `found`, `published`, `refused`, `differs`, `not_found`, "
        "`not_allowed`, `unreachable` or nothing."
    )
    specification_note = serializers.CharField()
    matched_by = serializers.CharField(help_text="Why it is this service, when it was not made from there.")
    seen_at = serializers.DateTimeField(allow_null=True)


class ServiceDetail(EntryDetail):
    """A service with the APIs and services it stands to, and where it runs."""

    kind = serializers.ChoiceField(ServiceKind.choices)
    provides = NamesOf(source="provides_values")
    consumes = NamesOf(source="consumes_values")
    depends_on = NamesOf(source="depends_on_values")
    depended_on_by = NamesOf(source="depended_on_by_values")
    places = PlaceValue(
        many=True, source="place_values", allow_null=True, help_text="`null` when that is not known, or not to you."
    )
    url = serializers.SerializerMethodField(help_text="Its page.")

    def get_url(self, service: Service) -> str:
        return settings.PORTICO_URL + service_page(service.slug)


class DocumentationPageDetail(serializers.ModelSerializer):
    """A page in Markdown."""

    url = serializers.SerializerMethodField(help_text="The page as people read it.")

    class Meta:
        model = DocumentationPage
        fields = ["slug", "title", "body", "created_at", "updated_at", "url"]

    def get_url(self, page: DocumentationPage) -> str:
        kind, entry = ("api", page.api) if page.api_id else ("service", page.service)
        return settings.PORTICO_URL + documentation_page(kind, entry.slug, page.slug)
