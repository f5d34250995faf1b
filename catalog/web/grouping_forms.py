"""Forms of what entries are grouped by: domains, systems, environments."""

from typing import Any

from django import forms

from accounts.models import Team
from catalog.groupings import Grouping
from catalog.models import Domain, Environment, System


class GroupingForm(forms.Form):
    """A name, fixed once it is saved, and a title."""

    slug = forms.CharField(
        label="Name",
        max_length=100,
        help_text="In addresses and pipelines. It cannot be changed later.",
        widget=forms.TextInput(attrs={"autocapitalize": "off"}),
    )
    title = forms.CharField(max_length=200)

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["slug"]

    def metadata(self) -> dict[str, Any]:
        """The values as the use case takes them: rows by their slug."""
        return {name: getattr(value, "slug", value) for name, value in self.cleaned_data.items()}


class DomainForm(GroupingForm):
    description = forms.CharField(required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}))
    owner = forms.ModelChoiceField(
        Team.objects.order_by("title"), to_field_name="slug", required=False, empty_label="None"
    )


class SystemForm(DomainForm):
    domain = forms.ModelChoiceField(
        Domain.objects.order_by("title"), to_field_name="slug", required=False, empty_label="None"
    )


class EnvironmentForm(GroupingForm):
    position = forms.IntegerField(
        min_value=0,
        max_value=32_767,
        initial=100,
        help_text="Lower comes first in every list.",
        error_messages=dict.fromkeys(("min_value", "max_value"), "Use a number from 0 to 32,767."),
    )


FORMS: dict[type[Grouping], type[GroupingForm]] = {
    Domain: DomainForm,
    System: SystemForm,
    Environment: EnvironmentForm,
}


def grouping_initial(grouping: Grouping) -> dict[str, Any]:
    """What the form of a saved grouping begins with; nothing for a new one."""
    if grouping.pk is None:
        return {}
    names = FORMS[type(grouping)].base_fields
    return {name: getattr(getattr(grouping, name), "slug", getattr(grouping, name)) for name in names}
