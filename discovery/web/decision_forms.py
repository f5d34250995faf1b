"""Forms of decisions: shapes only, what is allowed and valid is the use cases' to say."""

from typing import Any

from django import forms

from accounts.models import Team
from catalog.models import Domain, Service, ServiceKind, System, Visibility
from discovery.models import DiscoveredService

REASON_AT_MOST = 500


class GiveReason(forms.Form):
    reason = forms.CharField(
        label="Reason",
        max_length=REASON_AT_MOST,
        widget=forms.TextInput(attrs={"autofocus": True}),
        help_text="Shown with each of them, for whoever wonders later.",
    )


class NameOwner(forms.Form):
    """Who owns what nobody is proposed for: a team, or nobody by choice. A team that was chosen is the answer alone."""

    ASKS = ("unowned", "unowned_owner")

    unowned = forms.ChoiceField(
        label="Owner of those without one",
        choices=[("team", "One team for all of them"), ("nobody", "Publish without owner")],
        widget=forms.RadioSelect,
        required=False,
    )
    unowned_owner = forms.ModelChoiceField(
        Team.objects.order_by("title", "pk"), label="Team", to_field_name="slug", required=False, empty_label="Choose"
    )

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("unowned") != "nobody" and not values.get("unowned_owner"):
            self.add_error("unowned_owner", "Choose a team, or publish without owner.")
        return values

    @property
    def owner(self) -> str | None:
        """A slug, or ``None`` for nobody by choice."""
        named = self.cleaned_data["unowned_owner"]
        return None if self.cleaned_data["unowned"] == "nobody" else named.slug


class ChooseProposal(forms.Form):
    """What would be published, as a person wants it."""

    owner = forms.ModelChoiceField(
        Team.objects.order_by("title", "pk"), to_field_name="slug", required=False, empty_label="No owner"
    )
    domain = forms.ModelChoiceField(
        Domain.objects.order_by("title", "pk"), to_field_name="slug", required=False, empty_label="No domain"
    )
    system = forms.ModelChoiceField(
        System.objects.order_by("title", "pk"), to_field_name="slug", required=False, empty_label="No system"
    )
    kind = forms.ChoiceField(choices=ServiceKind.choices)
    visibility = forms.ChoiceField(choices=Visibility.choices)

    def __init__(self, *args: Any, discovered: DiscoveredService, focus: str = "owner", **kwargs: Any) -> None:
        super().__init__(*args, initial=proposal_of(discovered), auto_id=f"id_{discovered.pk}_%s", **kwargs)
        for field in self.fields.values():
            field.required = False
        if focus in self.fields:
            self.fields[focus].widget.attrs["autofocus"] = True

    def changes(self) -> dict[str, str]:
        """Slugs of the fields that differ from what is proposed; an empty one says that there is none."""
        return {name: _slug(self.cleaned_data[name]) for name in self.changed_data}


class MatchService(forms.Form):
    service = forms.ModelChoiceField(
        Service.objects.none(), to_field_name="slug", error_messages={"required": "Choose a service."}
    )


def proposal_of(discovered: DiscoveredService) -> dict[str, str]:
    """What is proposed now, by field."""
    return {
        "owner": _slug(discovered.proposed_owner),
        "domain": _slug(discovered.proposed_domain),
        "system": _slug(discovered.proposed_system),
        "kind": discovered.proposed_kind,
        "visibility": discovered.proposed_visibility,
    }


def _slug(value: Any) -> str:
    return getattr(value, "slug", value) or ""
