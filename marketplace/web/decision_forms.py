"""Forms of questions about requests and subscriptions."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from marketplace.asking import REASON_AT_MOST


def _text(label: str, *, required: str = "", help_text: str = "") -> forms.CharField:
    """A text; ``required`` is what to do where it is missing, empty where it may be."""
    return forms.CharField(
        label=label,
        required=bool(required),
        max_length=REASON_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
        error_messages={"required": required} if required else {},
    )


class EndField(forms.DateField):
    """The last day of something; a moment: the end of that day."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)

    def clean(self, value: Any) -> datetime | None:
        day = super().clean(value)
        return timezone.make_aware(datetime.combine(day, time(23, 59, 59))) if day is not None else None


class Confirm(forms.Form):
    """Yes: there is nothing to fill in."""


class ApproveRequest(forms.Form):
    reason = _text("Note", help_text="For those who asked. It stays beside the subscription.")
    expires_at = EndField(
        label="Ends after", required=False, help_text="Without a day it goes on until somebody ends it."
    )


class RejectRequest(forms.Form):
    reason = _text("Reason", required="Say why. Those who asked read it.", help_text="Those who asked read it.")


class AskBack(forms.Form):
    text = _text("Question", required="Write what you want to know.", help_text="The request waits for the answer.")


class AnswerQuestion(forms.Form):
    text = _text("Answer", required="Write the answer.", help_text="The request waits for the owner again.")


class GiveReason(forms.Form):
    reason = _text("Reason", help_text="Those who hold the application read it.")


class SetEnd(forms.Form):
    expires_at = EndField(label="Ends after", required=False, help_text="Empty: it goes on until somebody ends it.")
