"""Forms about keys: until when a new one works, and how long two work together."""

from datetime import datetime, timedelta

from django import forms

from marketplace.models import Subscription
from marketplace.usecases.rotate_key import OVERLAP

_LIFETIMES = [(30, "30 days"), (90, "90 days"), (365, "1 year")]
_NO_END = 0
_HOUR, _DAY = 3_600, 86_400
_OVERLAPS = [(_HOUR, "1 hour"), (_DAY, "24 hours"), (7 * _DAY, "7 days"), (30 * _DAY, "30 days")]


class IssueKey(forms.Form):
    """A new key of a subscription."""

    lifetime = forms.TypedChoiceField(label="Ends after", coerce=int)

    def __init__(self, *args: object, subscription: Subscription, now: datetime, **options: object) -> None:
        super().__init__(*args, **options)
        self._now = now
        end = subscription.expires_at
        fitting = [(days, words) for days, words in _LIFETIMES if end is None or now + timedelta(days=days) <= end]
        field = self.fields["lifetime"]
        field.choices = [*fitting, (_NO_END, "With the access" if end else "No end")]
        field.initial = fitting[-1][0] if fitting else _NO_END

    def expires_at(self) -> datetime | None:
        days = self.cleaned_data["lifetime"]
        return self._now + timedelta(days=days) if days != _NO_END else None


class RotateKey(IssueKey):
    """A new key in place of the one in use."""

    overlap_seconds = forms.TypedChoiceField(
        label="Both keys work for",
        coerce=int,
        choices=[(0, "No time: the old one ends at once"), *_OVERLAPS],
        initial=int(OVERLAP.total_seconds()),
        help_text="Put the new key in place within this time. The old one ends by itself.",
    )
    field_order = ("overlap_seconds", "lifetime")

    def overlap(self) -> timedelta:
        return timedelta(seconds=self.cleaned_data["overlap_seconds"])


class ChangeOverlap(forms.Form):
    """Another end of the older key."""

    expires_at = forms.TypedChoiceField(label="Both keys work for", coerce=int, choices=_OVERLAPS, initial=_DAY)

    def end(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self.cleaned_data["expires_at"])
