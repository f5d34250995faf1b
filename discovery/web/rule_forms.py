"""The form of a publication rule: what it selects, what it does with that, and as what."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField

from accounts.models import Team
from catalog.models import Domain, ServiceKind, System, Visibility
from common.errors import Invalid
from common.web.forms import refusals_in
from common.web.vocabulary import BADGES
from discovery.connectors.base import EXPOSURES
from discovery.models import PublicationRule, RuleAction
from discovery.rules import LISTS, PRESENT

_AS_SAID = "As the service says"
_LENGTH = 20_000
_ACTIONS = {
    RuleAction.PUBLISH: "Publish to the catalog",
    RuleAction.IGNORE: "Ignore",
    RuleAction.PROPOSE: "Propose values, a person publishes",
}
_EXPOSURES = [(level, BADGES["exposure"][level].word) for level in EXPOSURES]


class NamesField(forms.CharField):
    """Names and globs with commas, spaces or lines between; a list."""

    def __init__(self, **options: Any) -> None:
        attributes = {"rows": options.pop("rows", 1), "spellcheck": "false", "autocapitalize": "off"}
        super().__init__(
            required=False, max_length=_LENGTH, widget=forms.Textarea(attrs=attributes), strip=True, **options
        )

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:
        return super().clean(value).replace(",", " ").split()


class LabelsField(NamesField):
    """Labels, one a line or with commas between: key=value, or the key alone for any value."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return "\n".join(key if wanted == PRESENT else f"{key}={wanted}" for key, wanted in value.items())

    def clean(self, value: Any) -> dict[str, str]:
        labels: dict[str, str] = {}
        for pair in super().clean(value):
            key, equals, wanted = pair.partition("=")
            if key in labels:
                raise ValidationError(f"The label “{key[:60]}” is there twice.")
            labels[key] = wanted if equals else PRESENT
        return labels


class _Titled(forms.ModelChoiceField):
    """Rows by their slug, shown by their title; none leaves what the service says of itself."""

    def __init__(self, model: type[Team | Domain | System], **options: Any) -> None:
        rows = model.objects.order_by("title", "pk")
        super().__init__(rows, to_field_name="slug", required=False, empty_label=_AS_SAID, **options)

    def label_from_instance(self, row: Any) -> str:
        return row.title


class RuleForm(forms.Form):
    """A new rule, or the change of a saved one, whose name is fixed."""

    name = forms.CharField(
        max_length=100,
        help_text="In addresses and reasons, such as cards-namespaces. It cannot be changed later.",
        widget=forms.TextInput(attrs={"autocapitalize": "off"}),
    )
    namespaces = NamesField(
        rows=2, help_text="One a line, such as cards or cards-*. A star stands for anything, ? for one character."
    )
    labels = LabelsField(rows=2, help_text="One a line, such as tier=gold. The name alone asks for any value.")
    sources = NamesField(help_text="Such as prod-eu-1 or prod-*.")
    environments = NamesField(help_text="Such as production.")
    kinds = NamesField(label="Kinds of object", help_text="In the words of the place, such as Service.")
    exposures = forms.MultipleChoiceField(
        label="Exposure", required=False, choices=_EXPOSURES, widget=forms.CheckboxSelectMultiple
    )
    action = forms.ChoiceField(
        label="Then", choices=[(action.value, words) for action, words in _ACTIONS.items()], initial=RuleAction.PUBLISH
    )
    kind = forms.ChoiceField(required=False, choices=[("", _AS_SAID), *ServiceKind.choices])
    visibility = forms.ChoiceField(
        required=False,
        choices=[("", "Internal, unless a person says otherwise"), *Visibility.choices],
    )
    system = _Titled(System)
    domain = _Titled(Domain)
    owner = _Titled(Team)
    publishes_unowned = forms.BooleanField(
        label="Also publish what nobody owns",
        required=False,
        help_text="Otherwise it stays in the inbox until somebody does.",
    )
    publishes_drafts = forms.BooleanField(
        label="Publish drift as a draft version",
        required=False,
        help_text="When a running service gives a specification that differs from the published version. Drafts of "
        "people are left alone.",
    )
    is_active = forms.BooleanField(
        label="In use", required=False, initial=True, help_text="A rule that is not in use selects nothing."
    )

    def __init__(self, *args: Any, rule: PublicationRule, needs_name: bool = True, **options: Any) -> None:
        super().__init__(*args, initial=_initial(rule), **options)
        self.fields["name"].required = needs_name
        if rule.pk is not None:
            del self.fields["name"]

    @property
    def selecting(self) -> list[BoundField]:
        """The names that a rule selects by, beside namespaces and labels."""
        return [self[name] for name in ("sources", "environments", "kinds")]

    def metadata(self) -> dict[str, Any]:
        """The values as the use case takes them: rows by their slug, parts of the selector that are empty left out."""
        values = {name: getattr(value, "slug", value) for name, value in self.cleaned_data.items()}
        parts = {part: values.pop(part) for part in (*LISTS, "labels")}
        if not values.get("name", "given"):
            del values["name"]
        return {**values, "selector": {part: value for part, value in parts.items() if value}}


@contextmanager
def rule_refusals_in(form: RuleForm) -> Iterator[None]:
    """As ``refusals_in``, with the parts of the selector beside their own fields."""
    with refusals_in(form):
        try:
            yield
        except Invalid as invalid:
            fields = {name.removeprefix("selector."): sentences for name, sentences in invalid.fields.items()}
            raise Invalid(fields) from None


def _initial(rule: PublicationRule) -> dict[str, Any]:
    if rule.pk is None:
        return {}
    names = ("action", "kind", "visibility", "publishes_unowned", "publishes_drafts", "is_active")
    rows = {name: row.slug for name in ("system", "domain", "owner") if (row := getattr(rule, name)) is not None}
    return {**rule.selector, **{name: getattr(rule, name) for name in names}, **rows}
