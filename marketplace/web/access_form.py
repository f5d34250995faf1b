"""The form of Get access: which application, on which plan, what for. An application can be created with it."""

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.actor import Actor
from marketplace.asking import REASON_AT_MOST
from marketplace.models import Application, Approval, Plan
from marketplace.web.application_forms import MINE, environments, holder_choices
from marketplace.web.words import holder_words

#: Chosen in place of an application: create one with the fields below.
NEW = "new"


class AskForPlan(forms.Form):
    """A plan, what it is for, and the terms of the plan accepted: each plan has a box of its own for them."""

    plan = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.CharField(
        label="What it is for",
        required=False,
        max_length=REASON_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    accepts_terms = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, plans: Sequence[Plan], **options: Any) -> None:
        super().__init__(*args, **options)
        self._plans = {plan.public_id: plan for plan in plans}
        self.fields["plan"].choices = [(plan.public_id, plan.title) for plan in plans]
        self.fields["accepts_terms"].choices = [(plan.public_id, plan.title) for plan in plans if plan.terms]
        if self.initial.get("plan") not in self._plans:
            self.initial["plan"] = _first(plans)

    @property
    def chosen(self) -> str:
        """The id of the plan that is chosen as the form stands."""
        return str(self["plan"].value() or "")

    @property
    def accepted(self) -> list[str]:
        """The ids of the plans whose terms are accepted as the form stands."""
        return list(self["accepts_terms"].value() or [])

    def asked(self) -> dict[str, Any]:
        """The plan, the reason and whether its terms are accepted, as the use cases take them."""
        values = self.cleaned_data
        accepts = values["plan"] in values["accepts_terms"]
        return {"plan": self._plans[values["plan"]], "reason": values["reason"], "accepts_terms": accepts}


class GetAccess(AskForPlan):
    application = forms.ChoiceField()
    name = forms.CharField(
        label="Name of the new application", required=False, max_length=Application._meta.get_field("name").max_length
    )
    team = forms.ChoiceField(label="Held by", required=False)
    environment = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, actor: Actor, applications: Sequence[Application], **options: Any) -> None:
        super().__init__(*args, **options)
        self._applications = {one.public_id: one for one in applications}
        self.fields["application"].choices = [
            *((one.public_id, _application_words(one)) for one in applications),
            (NEW, "New application"),
        ]
        self.fields["team"].choices = holder_choices(actor)
        self.fields["environment"].choices = list(environments(actor).values_list("slug", "title"))
        if self.initial.get("application") not in self._applications:
            self.initial["application"] = next(iter(self._applications), NEW)

    @property
    def has_applications(self) -> bool:
        return bool(self._applications)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("application") == NEW and not self.cleaned_data.get("name", "").strip():
            self.add_error("name", "Give the application a name.")
        return self.cleaned_data

    def chosen_application(self) -> Application | None:
        """The one that is chosen; ``None`` when it is to be created."""
        return self._applications.get(self.cleaned_data["application"])

    def new_application(self) -> dict[str, str | None]:
        """As ``create_application`` takes it."""
        values = self.cleaned_data
        team = values["team"] if values["team"] != MINE else None
        return {"name": values["name"], "team": team or None, "environment": values["environment"] or None}


def _first(plans: Sequence[Plan]) -> str | None:
    """The first that is approved at once, else the first."""
    ordered = sorted(plans, key=lambda plan: plan.approval != Approval.AUTOMATIC)
    return ordered[0].public_id if ordered else None


def _application_words(one: Application) -> str:
    return f"{one.name} · {holder_words(one)} · {one.environment.title}"
