"""Forms of notices and webhooks. Lookups only; what is allowed and valid is the use cases' to say."""

from django import forms

from accounts.notice_kinds import all_kinds, sent_kinds


def _kinds() -> list[tuple[str, str]]:
    return [(kind.name, kind.title) for kind in all_kinds()]


def _events() -> list[tuple[str, str]]:
    return [(kind.name, kind.title) for kind in sent_kinds()]


class ChooseMail(forms.Form):
    kinds = forms.MultipleChoiceField(
        label="By mail", required=False, choices=_kinds, widget=forms.CheckboxSelectMultiple
    )


class EditWebhook(forms.Form):
    url = forms.CharField(
        label="Address",
        max_length=500,
        help_text="Events are posted there. Redirects are not followed.",
        widget=forms.URLInput(attrs={"autocapitalize": "off"}),
    )
    kinds = forms.MultipleChoiceField(
        label="Events",
        required=False,
        choices=_events,
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: all, also those of later versions.",
    )
