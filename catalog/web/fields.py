"""Form fields for lists: tags, links and other entries of the catalog."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from catalog.metadata import LinkValue
from catalog.models import API, Link, Service
from common.slugs import is_slug

LINKS_AT_MOST = 50
RELATED_AT_MOST = 500
_is_url = URLValidator(schemes=["http", "https"])


class TagsField(forms.CharField):
    """Tags with commas or spaces between; a list of words."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return super().clean(value).replace(",", " ").split()


class LinksField(forms.CharField):
    """Links, one a line: address, space, title. The address is the title where none is given."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{link['url']} {link['title']}" for link in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[LinkValue]:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > LINKS_AT_MOST:
            raise ValidationError(f"An entry has at most {LINKS_AT_MOST} links.")
        return [_link(line) for line in lines]


class SlugsField(forms.MultipleChoiceField):
    """Other entries by their slugs. Which exist and may be known is for the use case to say."""

    def __init__(self, model: type[API | Service], **options: Any) -> None:
        super().__init__(widget=forms.CheckboxSelectMultiple, **options)
        self.model = model

    def validate(self, value: list[str]) -> None:
        if len(value) > RELATED_AT_MOST:
            raise ValidationError(f"At most {RELATED_AT_MOST} can be named.")
        wrong = next((slug for slug in value if not is_slug(slug)), None)
        if wrong is not None:
            raise ValidationError(f"“{wrong[:100]}” cannot be a name.")


class SlugField(forms.CharField):
    """One other entry by its slug, or none. Which exist and may be known is for the use case to say."""

    def __init__(self, model: type[API | Service], **options: Any) -> None:
        super().__init__(max_length=100, **options)
        self.model = model

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not is_slug(value):
            raise ValidationError(f"“{value}” cannot be a name.")


def _link(line: str) -> LinkValue:
    url, _, title = line.partition(" ")
    try:
        _is_url(url)
    except ValidationError:
        raise ValidationError(f"“{url[:100]}” is not an address. Begin with https://.") from None
    return LinkValue(title=(title.strip() or url)[: Link._meta.get_field("title").max_length], url=url)
