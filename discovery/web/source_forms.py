"""The form of a source: what every source has, and between it what its connector asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django import forms

from accounts.models import Team
from catalog.models import Environment
from discovery.configuration import Kept
from discovery.connectors.base import Connector
from discovery.connectors.watches import Watcher
from discovery.models import Source
from discovery.sources import SourceMetadata
from discovery.web.parameter_fields import configuration_of, parameter_fields
from discovery.web.words import DAY, SCHEDULES, schedule_words

_ADVANCED = ("loss_percent", "loss_at_least", "grace_days")
_BY_HAND = "by-hand"
_NO_FILES: Mapping[str, str] = MappingProxyType({})


def _number(label: str, least: int, most: int, help_text: str) -> forms.IntegerField:
    words = f"Use a whole number from {least:,} to {most:,}."
    errors = dict.fromkeys(("min_value", "max_value", "invalid"), words)
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=help_text, error_messages=errors)


class _Titled(forms.ModelChoiceField):
    """Rows by their slug, shown by their title."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, to_field_name="slug", **options)

    def label_from_instance(self, row: Any) -> str:
        return row.title


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields that stand together, folded unless one of them says something."""

    title: str
    fields: list[forms.BoundField]
    is_open: bool


class SourceForm(forms.Form):
    """A new source of a connector, or with ``source`` the change of one; ``kept`` is what that one has already.

    ``files`` describes its files by parameter.
    """

    name = forms.CharField(
        max_length=100,
        help_text="In addresses and pipelines, such as prod-eu-1. It cannot be changed later.",
        widget=forms.TextInput(attrs={"autocapitalize": "off"}),
    )
    environment = _Titled(
        Environment.objects.order_by("position", "slug"),
        empty_label=None,
        help_text="Where what is found here runs.",
    )
    owner = _Titled(
        Team.objects.order_by("title"),
        required=False,
        empty_label="No team",
        help_text="The team that looks after the source: it starts runs and works through the inbox.",
    )
    schedule = forms.ChoiceField(label="How often", help_text="When Portico looks again by itself.")
    is_watched = forms.BooleanField(
        label="Follow changes as they happen",
        required=False,
        help_text="Besides the runs: what changes there is here within seconds.",
    )
    loss_percent = _number(
        "Hold a loss above",
        0,
        100,
        "Per cent of the source. What a run would lose beyond that waits for a person.",
    )
    loss_at_least = _number("And of at least", 1, 1_000_000, "Services. A smaller loss is never held.")
    grace_days = _number("Retire after", 0, 365, "Days that a service has been missing.")

    def __init__(
        self,
        *args: Any,
        connector: Connector,
        source: Source | None = None,
        kept: Kept | None = None,
        files: Mapping[str, str] = _NO_FILES,
        **options: Any,
    ) -> None:
        self.connector, self.source = connector, source
        shown = source or Source()
        super().__init__(*args, initial=_initial(shown), **options)
        schedule = self.fields["schedule"]
        schedule.choices = _schedules(shown.schedule_seconds)
        if source is not None:
            del self.fields["name"]
        if not isinstance(connector, Watcher):
            del self.fields["is_watched"]
        self._asked: dict[str, list[str]] = {"": []}
        self._defaults: dict[str, Any] = {}
        for parameter in connector.parameters:
            made = parameter_fields(parameter, kept or Kept(), files)
            self.fields |= made
            self._asked.setdefault(parameter.group, []).extend(made)
            self._defaults |= dict.fromkeys(made, parameter.default)

    @property
    def parameters(self) -> list[forms.BoundField]:
        """What the connector asks for first, in its order."""
        return [self[name] for name in self._asked[""]]

    @property
    def groups(self) -> list[FieldGroup]:
        """What else it asks for."""
        groups = {title: [self[name] for name in names] for title, names in self._asked.items() if title}
        return [FieldGroup(title, fields, any(map(self._is_told, fields))) for title, fields in groups.items()]

    def _is_told(self, field: forms.BoundField) -> bool:
        """Whether somebody should see it unasked: it is wrong, or not as it is when nobody says anything."""
        return bool(field.errors) or (field.value() or None) != (self._defaults[field.name] or None)

    @property
    def advanced(self) -> list[forms.BoundField]:
        return [self[name] for name in _ADVANCED]

    @property
    def is_advanced_open(self) -> bool:
        return any(field.errors for field in self.advanced)

    def metadata(self) -> SourceMetadata:
        """The values as the use cases take them; of a source that exists only what the form changed, and the
        configuration, in which secrets and files that were not given stay."""
        values = self.cleaned_data
        told: Mapping[str, Any] = {
            "environment": values["environment"].slug,
            "owner": values["owner"].slug if values["owner"] else None,
            "schedule": None if values["schedule"] == _BY_HAND else int(values["schedule"]),
            "is_watched": values.get("is_watched"),
            "loss_percent": values["loss_percent"],
            "loss_at_least": values["loss_at_least"],
            "grace_days": values["grace_days"] * DAY,
        }
        metadata: Any = {
            _KEYS.get(name, name): value
            for name, value in told.items()
            if name in self.fields and (self.source is None or name in self.changed_data)
        }
        if self.source is None:
            metadata |= {"name": values["name"], "kind": self.connector.kind}
        return {**metadata, "configuration": configuration_of(self.connector.parameters, values)}


#: Fields of the form under the names of the use case.
_KEYS = {"schedule": "schedule_seconds", "grace_days": "grace_seconds"}


def _initial(source: Source) -> dict[str, Any]:
    return {
        "environment": source.environment.slug if source.environment_id else None,
        "owner": source.owner.slug if source.owner else None,
        "schedule": _value(source.schedule_seconds),
        "is_watched": source.is_watched,
        "loss_percent": source.loss_percent,
        "loss_at_least": source.loss_at_least,
        "grace_days": source.grace_seconds // DAY,
    }


def _schedules(current: int | None) -> list[tuple[str, str]]:
    """The schedules on offer, and the one that a pipeline may have set, by length."""
    lengths = sorted({seconds for seconds in (*SCHEDULES, current) if seconds})
    return [(_value(seconds), schedule_words(seconds)) for seconds in (*lengths, None)]


def _value(seconds: int | None) -> str:
    return _BY_HAND if seconds is None else str(seconds)
