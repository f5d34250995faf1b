"""The form of a plan: what it offers, how much, and under which terms."""

from typing import Any

from django import forms

from marketplace.models import Approval, Authentication, Plan
from marketplace.plans import REQUESTS_AT_MOST, UNITS, LimitValue, PlanMetadata, limits_of

_TERMS_LENGTH = 20_000
_TITLES = {"second": "Requests a second", "minute": "Requests a minute", "hour": "Requests an hour"}


class PlanForm(forms.Form):
    name = forms.CharField(
        max_length=Plan._meta.get_field("title").max_length,
        help_text="Such as Standard.",
        error_messages={"required": "Give the plan a name."},
    )
    description = forms.CharField(
        required=False, max_length=2_000, help_text="One sentence, for those who choose.", widget=forms.TextInput
    )
    approval = forms.ChoiceField(
        choices=[
            (Approval.AUTOMATIC, "Automatic: whoever asks has access at once"),
            (Approval.OWNER, "By the owner: a request waits for you"),
        ],
        widget=forms.RadioSelect,
        initial=Approval.AUTOMATIC,
    )
    authentication = forms.ChoiceField(
        label="Sign-in",
        choices=[(Authentication.API_KEY, "API key"), (Authentication.KEYLESS, "No key: anybody may call")],
        widget=forms.RadioSelect,
        initial=Authentication.API_KEY,
    )
    terms = forms.CharField(
        required=False,
        max_length=_TERMS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Markdown. Who asks for access accepts them.",
    )

    def __init__(self, *args: Any, plan: Plan | None = None, **options: Any) -> None:
        super().__init__(*args, initial=_initial(plan), **options)
        for unit in UNITS:
            self.fields[f"per_{unit}"] = forms.IntegerField(
                label=_TITLES[unit], required=False, min_value=1, max_value=REQUESTS_AT_MOST
            )

    @property
    def limits(self) -> list[forms.BoundField]:
        """The fields of the limits, shortest time first."""
        return [self[f"per_{unit}"] for unit in UNITS]

    def metadata(self) -> PlanMetadata:
        """As the use cases take them: every limit is said, and an empty one is none."""
        values = dict(self.cleaned_data)
        given = {unit: values.pop(f"per_{unit}") for unit in UNITS}
        limits = [LimitValue(requests=requests, per=unit) for unit, requests in given.items() if requests]
        return PlanMetadata(**values, limits=limits)


def _initial(plan: Plan | None) -> dict[str, Any]:
    if plan is None:
        return {}
    limits = {f"per_{limit['per']}": limit["requests"] for limit in limits_of(plan)}
    names = ("description", "approval", "authentication", "terms")
    return {"name": plan.title, **{name: getattr(plan, name) for name in names}, **limits}
