"""Forms about APIs and services: their metadata and their documentation pages."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.actor import Actor
from accounts.models import Team
from catalog.metadata import EntryMetadata, LinkValue, PageValue
from catalog.models import API, Domain, Lifecycle, Service, ServiceKind, System, Visibility
from catalog.web.fields import LinksField, SlugsField, TagsField
from common.slugs import SLUG_RULE, is_slug, slug_of

_TITLE_LENGTH = API._meta.get_field("title").max_length
BODY_LENGTH = 200_000


def owners(actor: Actor) -> QuerySet[Team]:
    """The teams the actor may publish for."""
    teams = Team.objects.visible_to(actor).order_by("title", "pk")
    return teams if actor.is_administrator else teams.filter(pk__in=actor.team_ids)


class WritePage(forms.Form):
    title = forms.CharField(max_length=300)
    slug = forms.CharField(
        label="Name in the address", required=False, max_length=100, help_text="Made from the title when left empty."
    )
    body = forms.CharField(
        label="Text",
        max_length=BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 20}),
        help_text="Markdown. HTML is shown as text.",
    )

    def __init__(self, *args: Any, slug: str = "", taken: Iterable[str] = (), **kwargs: Any) -> None:
        """With ``slug`` the page exists and keeps its name; without, it needs one that is not ``taken``."""
        super().__init__(*args, **kwargs)
        self._slug, self._taken = slug, set(taken)
        if slug:
            del self.fields["slug"]

    def clean(self) -> dict[str, Any]:
        if not self._slug and "title" in self.cleaned_data:
            slug = self.cleaned_data.get("slug") or slug_of(self.cleaned_data["title"], "page")
            if not is_slug(slug):
                self.add_error("slug", SLUG_RULE)
            elif slug in self._taken:
                self.add_error("slug", f"There is a page “{slug}” already.")
            self.cleaned_data["slug"] = slug
        return self.cleaned_data

    def page(self) -> PageValue:
        values = self.cleaned_data
        body = values["body"].replace("\r\n", "\n")
        return PageValue(slug=self._slug or values["slug"], title=values["title"], body=body)


class EntryForm(forms.Form):
    """The metadata APIs and services share. ``related`` names the fields that hold lists of other entries."""

    related: tuple[str, ...] = ()

    title = forms.CharField(max_length=_TITLE_LENGTH)
    description = forms.CharField(
        required=False,
        max_length=BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Markdown. The first sentence stands under the title and in lists.",
    )
    owner = forms.ModelChoiceField(Team.objects.none(), to_field_name="slug", empty_label="Choose a team")
    domain = forms.ModelChoiceField(
        Domain.objects.order_by("title"), to_field_name="slug", required=False, empty_label="None"
    )
    system = forms.ModelChoiceField(
        System.objects.order_by("title"), to_field_name="slug", required=False, empty_label="None"
    )
    tags = TagsField(required=False, help_text="Words in lower case, with a comma or a space between.")
    visibility = forms.ChoiceField(choices=Visibility, widget=forms.RadioSelect, initial=Visibility.INTERNAL)
    links = LinksField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "https://git.example/payments Repository"}),
        help_text="One a line: the address, a space, its title.",
    )

    def __init__(self, *args: Any, actor: Actor, owner: Team | None = None, may_transfer: bool = True, **kwargs: Any):
        """``owner`` is the present one; who may not transfer the entry keeps it."""
        super().__init__(*args, **kwargs)
        choices = owners(actor)
        if owner is not None:
            present = Team.objects.filter(pk=owner.pk)
            choices = (choices | present).distinct() if may_transfer else present
        self.fields["owner"].queryset = choices
        if owner is None and len(choices[:2]) == 1:
            self.initial.setdefault("owner", choices[0].slug)

    def metadata(self) -> EntryMetadata:
        """The values as use cases take them: rows by their slug."""
        values = dict(self.cleaned_data)
        for name in ("owner", "domain", "system"):
            values[name] = values[name].slug if values[name] else None
        values["description"] = values["description"].replace("\r\n", "\n")
        return values


class EditAPI(EntryForm):
    related = ("provided_by",)

    provided_by = SlugsField(Service, label="Provided by", required=False)


class ServiceForm(EntryForm):
    related = ("provides", "consumes", "depends_on")

    kind = forms.ChoiceField(choices=ServiceKind, widget=forms.RadioSelect, initial=ServiceKind.MICROSERVICE)
    lifecycle = forms.ChoiceField(choices=Lifecycle, initial=Lifecycle.PUBLISHED)
    provides = SlugsField(API, required=False)
    consumes = SlugsField(API, required=False)
    depends_on = SlugsField(Service, label="Depends on", required=False)


class NewService(ServiceForm):
    name = forms.CharField(
        max_length=100,
        help_text="In addresses and pipelines. It cannot be changed later.",
        widget=forms.TextInput(attrs={"placeholder": "card-authorisation", "autocapitalize": "off"}),
    )

    field_order = ("name",)

    def clean_name(self) -> str:
        if not is_slug(self.cleaned_data["name"]):
            raise forms.ValidationError(SLUG_RULE)
        return self.cleaned_data["name"]

    def metadata(self) -> EntryMetadata:
        values = super().metadata()
        del values["name"]
        return values


def entry_initial(entry: API | Service) -> dict[str, Any]:
    """What the form of an entry read by ``api_detail`` or ``service_detail`` begins with."""
    return {
        "title": entry.title,
        "description": entry.description,
        "owner": entry.owner.slug if entry.owner else None,
        "domain": entry.domain.slug if entry.domain else None,
        "system": entry.system.slug if entry.system else None,
        "tags": entry.tag_names,
        "visibility": entry.visibility,
        "links": [LinkValue(**link) for link in entry.link_values],
    }
