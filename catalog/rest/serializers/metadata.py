"""What callers may say about entries and versions; the use cases hold the rules."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.models import Lifecycle, ServiceKind, Visibility
from common.rest.serializers import InputSerializer
from common.slugs import SlugField as SlugColumn

_SLUG_AT_MOST = SlugColumn().max_length
_LIST_AT_MOST = 200
_VERSION_REFERENCE_AT_MOST = 201


class Slug(serializers.CharField):
    """The name of a row; whether there is one is the use case's question."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": _SLUG_AT_MOST, **options})


class Markdown(serializers.CharField):
    """A text whose spaces mean something."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, allow_blank=True, **options)


class Slugs(serializers.ListField):
    """A list of names; one text with commas is read as a list, for query strings and forms."""

    child = Slug()

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=_LIST_AT_MOST, **options)

    def to_internal_value(self, data: Any) -> list[str]:
        texts = [data] if isinstance(data, str) else data
        if isinstance(texts, list) and all(isinstance(text, str) for text in texts):
            texts = [name.strip() for text in texts for name in text.split(",") if name.strip()]
        return super().to_internal_value(texts)


class LinkInput(InputSerializer):
    title = serializers.CharField(max_length=200)
    url = serializers.CharField(max_length=1000)


class InstanceInput(InputSerializer):
    environment = Slug()
    url = serializers.CharField(max_length=1000)


class PageBody(InputSerializer):
    """A page in Markdown without its name."""

    title = serializers.CharField(max_length=300)
    body = Markdown()


class PageInput(PageBody):
    """A page in Markdown."""

    slug = Slug()


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "description": "The body of the page “Documentation”, in Markdown."},
            {"type": "array", "items": {"$ref": "#/components/schemas/PageInputRequest"}},
        ]
    }
)
class Documentation(serializers.Field):
    """One text in Markdown, or a list of pages."""

    def to_internal_value(self, data: Any) -> str | list[dict[str, Any]]:
        if isinstance(data, str):
            return Markdown().run_validation(data)
        return serializers.ListField(child=PageInput(), max_length=_LIST_AT_MOST).run_validation(data)


class EntryInput(InputSerializer):
    """Fields left out stay as they are; empty ones are cleared."""

    title = serializers.CharField(max_length=300, required=False)
    description = Markdown(required=False)
    owner = Slug(required=False, help_text="A team.")
    domain = Slug(required=False, allow_null=True, allow_blank=True)
    system = Slug(required=False, allow_null=True, allow_blank=True)
    tags = Slugs(required=False, help_text="The whole list; tags that are new are made.")
    visibility = serializers.ChoiceField(Visibility.choices, required=False)
    links = LinkInput(many=True, required=False, help_text="The whole list.")
    docs = Documentation(required=False, help_text="Pages are added and rewritten by slug; the others stay.")


class APIInput(EntryInput):
    """What can be said about an API; see PublishInput for what comes with a specification."""

    provided_by = Slugs(required=False, help_text="The whole list of services that provide the API.")


class ServiceInput(EntryInput):
    """What can be said about a service."""

    kind = serializers.ChoiceField(ServiceKind.choices, required=False)
    lifecycle = serializers.ChoiceField(Lifecycle.choices, required=False)
    provides = Slugs(required=False, help_text="The whole list of APIs.")
    consumes = Slugs(required=False, help_text="The whole list of APIs.")
    depends_on = Slugs(required=False, help_text="The whole list of services.")


class NewServiceInput(ServiceInput):
    """A new service with its name, which never changes."""

    slug = Slug()


class VersionFields(InputSerializer):
    lifecycle = serializers.ChoiceField(Lifecycle.choices, required=False)
    changelog = Markdown(required=False)
    instances = InstanceInput(
        many=True, required=False, help_text="The whole list of this version; those that a gateway carries stay."
    )
    sunset = serializers.DateField(required=False, allow_null=True, help_text="Of a deprecated version.")
    successor = serializers.CharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=_VERSION_REFERENCE_AT_MOST,
        help_text="A version of the same API, or `api/version`.",
    )


class VersionInput(VersionFields):
    """What can be said about a version. A step back in the lifecycle takes a maintainer and a reason."""

    reason = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class PublishInput(VersionFields, APIInput):
    """What can be said along with a specification."""


@extend_schema_field(OpenApiTypes.BINARY)
class Document(serializers.FileField):
    """The bytes of a specification."""


class PublishForm(serializers.Serializer):
    """The parts of a form; read from the stream, described here."""

    specification = Document()
    metadata = PublishInput(required=False)


def validated(serializer: type[InputSerializer], data: Mapping[str, Any]) -> dict[str, Any]:
    """The values of exactly the members given; raises DRF's ``ValidationError``."""
    checked = serializer(data=data)
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)
