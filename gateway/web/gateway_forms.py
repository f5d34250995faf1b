"""The form of a gateway."""

import re
from typing import Any

from django import forms

from accounts.models import Team
from catalog.models import Environment
from gateway.gateways import GatewayMetadata
from gateway.models import Gateway

_ONE_EACH = re.compile(r"[\s,]+")


class GatewayForm(forms.Form):
    slug = forms.CharField(
        label="Short name",
        max_length=100,
        help_text="In addresses and commands. It stays.",
        error_messages={"required": "Give the gateway a short name."},
    )
    title = forms.CharField(max_length=200, error_messages={"required": "Give the gateway a title."})
    url = forms.CharField(
        label="Address",
        max_length=500,
        help_text="Where callers reach it, such as https://gateway.example.com.",
        error_messages={"required": "Say where callers reach it."},
    )
    team = forms.ChoiceField(required=False, help_text="It maintains the gateway and sets where its routes lead.")
    environments = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: all of them.",
    )
    networks = forms.CharField(
        label="Private networks",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Upstreams may be at public addresses, and in these: 10.0.0.0/8, or 127.0.0.0/8 for its own machine.",
    )
    closed_ports = forms.CharField(
        required=False, max_length=1_000, help_text="Ports of its own machine that are no upstreams: 8000, 5432."
    )

    def __init__(self, *args: Any, gateway: Gateway | None = None, **options: Any) -> None:
        super().__init__(*args, initial=_initial(gateway), **options)
        if gateway is not None:
            del self.fields["slug"]
        teams = Team.objects.order_by("title").values_list("slug", "title")
        self.fields["team"].choices = [("", "Administrators only"), *teams]
        self.fields["environments"].choices = list(
            Environment.objects.order_by("position", "slug").values_list("slug", "title")
        )

    def clean_closed_ports(self) -> list[int]:
        words = _words(self.cleaned_data["closed_ports"])
        if not all(word.isascii() and word.isdecimal() and len(word) <= 5 for word in words):
            raise forms.ValidationError("Write numbers, with commas between them.")
        return [int(word) for word in words]

    def clean_networks(self) -> list[str]:
        return _words(self.cleaned_data["networks"])

    def metadata(self) -> GatewayMetadata:
        values = dict(self.cleaned_data)
        values.pop("slug", None)
        return GatewayMetadata(**values)


def _words(text: str) -> list[str]:
    return [word for word in _ONE_EACH.split(text) if word]


def _initial(gateway: Gateway | None) -> dict[str, Any]:
    if gateway is None:
        return {}
    return {
        "title": gateway.title,
        "url": gateway.url,
        "team": gateway.team.slug if gateway.team else "",
        "environments": [one.slug for one in gateway.environments.all()],
        "networks": "\n".join(gateway.networks),
        "closed_ports": ", ".join(map(str, gateway.closed_ports)),
    }
