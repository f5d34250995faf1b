"""Forms about applications: what they are, whose, where they run."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.actor import Actor
from catalog.models import Environment, Service
from catalog.web.entry_forms import owners
from catalog.web.fields import SlugField
from marketplace.applications import ApplicationMetadata
from marketplace.models import Application
from marketplace.web.words import holder_words

MINE = "me"
_NAME_LENGTH = Application._meta.get_field("name").max_length
_TEXT_LENGTH = 10_000


def holder_choices(actor: Actor) -> list[tuple[str, str]]:
    """The actor's teams, then the actor; one query."""
    teams = list(owners(actor).values_list("slug", "title"))
    return [*teams, (MINE, "Me")] if actor.user_id is not None else teams


def environments(actor: Actor) -> QuerySet[Environment]:
    """In their order, production first."""
    return Environment.objects.visible_to(actor).order_by("position", "pk")


def choose_environment(filters: forms.Form, actor: Actor) -> None:
    """The filter by environment offers those there are, in place of asking for a short name; one query."""
    offered = [(one.slug, one.title) for one in environments(actor)]
    filters.fields["environment"].widget = forms.Select(choices=[("", "Any environment"), *offered])


class EnvironmentField(forms.ModelChoiceField):
    """An environment by its slug, shown by its title."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Environment.objects.none(), to_field_name="slug", **options)

    def label_from_instance(self, environment: Environment) -> str:
        return environment.title


class ApplicationForm(forms.Form):
    """A new application, or the change of one; its environment stays, since its keys belong there."""

    related = ("service",)

    name = forms.CharField(max_length=_NAME_LENGTH, help_text="What people call the software, such as Rate Offers.")
    description = forms.CharField(
        required=False,
        max_length=_TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What it does, for those who decide about its access.",
    )
    team = forms.ChoiceField(label="Held by", help_text="Who may use its keys and ask for more access.")
    environment = EnvironmentField(
        empty_label=None,
        help_text="Its keys open the APIs of this environment only. It cannot be changed later.",
    )
    service = SlugField(
        Service, label="The service it is", required=False, help_text="Where the catalog knows the running software."
    )

    def __init__(self, *args: Any, actor: Actor, application: Application | None = None, **options: Any) -> None:
        initial = _initial(application) | options.pop("initial", {})
        super().__init__(*args, initial=initial, **options)
        self.fields["team"].choices = _holders(actor, application)
        if application is not None:
            del self.fields["environment"]
            return
        choices = environments(actor)
        self.fields["environment"].queryset = choices
        first = choices.first()
        self.initial.setdefault("environment", first.slug if first is not None else None)

    def values(self) -> dict[str, Any]:
        """As ``create_application`` takes them."""
        values = {**self.cleaned_data, "environment": self.cleaned_data["environment"].slug}
        return {**values, "team": None if values["team"] == MINE else values["team"]}

    def metadata(self) -> ApplicationMetadata:
        """As ``edit_application`` takes them; a person who held it goes on to."""
        values = ApplicationMetadata(**self.cleaned_data)
        if values["team"] == MINE:
            del values["team"]
        return values


def _initial(application: Application | None) -> dict[str, Any]:
    if application is None:
        return {}
    return {
        "name": application.name,
        "description": application.description,
        "team": application.team.slug if application.team else MINE,
        "service": application.service.slug if application.service else "",
    }


def _holders(actor: Actor, application: Application | None) -> list[tuple[str, str]]:
    """Who may hold it: always who does, and a person's own only while nobody else holds it."""
    if application is None:
        return holder_choices(actor)
    teams = [choice for choice in holder_choices(actor) if choice[0] != MINE]
    if application.team is None:
        return [(MINE, holder_words(application)), *teams]
    present = (application.team.slug, application.team.title)
    return teams if present in teams else [present, *teams]
