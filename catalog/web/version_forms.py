"""Forms about one version: its lifecycle and its instances."""

from django import forms

from catalog.lifecycle import is_backwards
from catalog.metadata import InstanceValue, VersionMetadata
from catalog.models import APIInstance, APIVersion, Environment, Lifecycle

_ENDING = {Lifecycle.DEPRECATED, Lifecycle.RETIRED}


def stage_choices(version: APIVersion, *, may_revert: bool) -> list[tuple[str, str]]:
    """The stages the version may go to; back only for those who may, and then with a reason."""
    return [
        (stage.value, f"{stage.label} (back, with a reason)" if is_backwards(version.lifecycle, stage) else stage.label)
        for stage in Lifecycle
        if may_revert or not is_backwards(version.lifecycle, stage)
    ]


class EditVersion(forms.Form):
    lifecycle = forms.ChoiceField(widget=forms.RadioSelect)
    sunset = forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The day it stops working. Only for a deprecated or retired version.",
    )
    successor = forms.CharField(
        required=False,
        max_length=201,
        help_text="What replaces it: another version of this API, such as 2.0.0, or api/version for one of another.",
    )
    reason = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed for a step back. It is kept in the audit trail.",
    )
    changelog = forms.CharField(
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="What is new in this version, in Markdown.",
    )

    def __init__(self, *args: object, stages: list[tuple[str, str]], step: str = "", **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lifecycle"].choices = stages
        if step:
            self.fields["lifecycle"].widget = forms.HiddenInput()
            unrelated = ["changelog", "reason"] if step in _ENDING else ["changelog", "reason", "sunset", "successor"]
            for name in unrelated:
                del self.fields[name]

    def metadata(self) -> VersionMetadata:
        """What the form says; sunset and successor go when the version no longer ends."""
        values = self.cleaned_data
        metadata = VersionMetadata(lifecycle=values["lifecycle"])
        if "changelog" in values:
            metadata["changelog"] = values["changelog"].replace("\r\n", "\n")
        if values["lifecycle"] in _ENDING or values.get("sunset") or values.get("successor"):
            metadata["sunset"] = values.get("sunset")
            metadata["successor"] = values.get("successor") or None
        return metadata


class Instance(forms.Form):
    environment = forms.ModelChoiceField(
        Environment.objects.order_by("position", "slug"), to_field_name="slug", empty_label="Choose an environment"
    )
    url = forms.URLField(
        label="Address",
        max_length=APIInstance._meta.get_field("url").max_length,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )


class InstanceRows(forms.BaseFormSet):
    """The instances of a version, with empty rows for more; a row whose address is emptied is taken away."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.errors_form = forms.Form(data={} if self.is_bound else None)

    def metadata(self) -> list[InstanceValue]:
        return [
            InstanceValue(environment=row["environment"].slug, url=row["url"])
            for row in self.cleaned_data
            if row and not row.get("DELETE")
        ]


Instances = forms.formset_factory(Instance, formset=InstanceRows, extra=2, can_delete=True, max_num=100)
