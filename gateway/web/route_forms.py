"""The form of a route, in groups."""

from dataclasses import dataclass
from typing import Any

from django import forms

from catalog.models import Environment
from gateway.models import Balancing, Route
from gateway.routes import SETTINGS

_SECONDS = {"min_value": 0.05, "max_value": 3600}


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that belong together; open when one of them is wrong."""

    title: str
    fields: list[forms.BoundField]

    @property
    def is_open(self) -> bool:
        return any(field.errors for field in self.fields)


_GROUPS = (
    ("TLS to the upstream", ("verifies_upstream", "upstream_server_name", "upstream_ca")),
    ("Timeouts and retries", ("connect_seconds", "timeout_seconds", "retries", "try_seconds")),
    (
        "Load and circuit breaker",
        ("balancing", "max_connections", "max_pending_requests", "max_requests", "outlier_errors",
         "outlier_ejection_seconds"),
    ),
    ("Requests", ("max_body_bytes", "key_parameter")),
)  # fmt: skip


class RouteForm(forms.Form):
    environment = forms.ChoiceField()
    gateway_path = forms.CharField(
        label="Path on the gateway",
        max_length=200,
        help_text="Such as /payments/v1. Its first word is one API's alone.",
    )
    upstream = forms.CharField(max_length=1000, help_text="Where it leads: https://payments.internal.example.com/api")
    verifies_upstream = forms.BooleanField(required=False, initial=True, label="Verify the upstream's certificate")
    upstream_server_name = forms.CharField(
        required=False, max_length=253, label="Server name", help_text="In TLS and Host, when it is not the host above."
    )
    upstream_ca = forms.CharField(
        required=False,
        max_length=100_000,
        label="Authorities",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="PEM. Empty: those that the gateway's machine trusts.",
    )
    connect_seconds = forms.FloatField(label="Seconds to connect", initial=5.0, **_SECONDS)
    timeout_seconds = forms.FloatField(label="Seconds for an answer", initial=15.0, **_SECONDS)
    retries = forms.IntegerField(min_value=0, max_value=5, initial=0, help_text="Further attempts; 0 is none.")
    try_seconds = forms.FloatField(label="Seconds for one attempt", required=False, **_SECONDS)
    balancing = forms.ChoiceField(choices=Balancing.choices)
    max_connections = forms.IntegerField(label="Connections at most", min_value=1, max_value=1_000_000, initial=1024)
    max_pending_requests = forms.IntegerField(
        label="Waiting requests at most", min_value=1, max_value=1_000_000, initial=1024
    )
    max_requests = forms.IntegerField(label="Requests at once at most", min_value=1, max_value=1_000_000, initial=1024)
    outlier_errors = forms.IntegerField(
        label="Errors in a row",
        min_value=0,
        max_value=1_000,
        initial=0,
        help_text="After so many an address is left alone; 0 never does.",
    )
    outlier_ejection_seconds = forms.IntegerField(
        label="Seconds it is left alone", min_value=1, max_value=86_400, initial=30
    )
    max_body_bytes = forms.IntegerField(
        label="Bytes of a request at most", min_value=1, max_value=2_000_000_000, initial=1_000_000
    )
    key_parameter = forms.CharField(
        required=False, max_length=50, help_text="The query parameter that may carry the key. Empty: none may."
    )

    def __init__(self, *args: Any, route: Route | None = None, **options: Any) -> None:
        super().__init__(*args, initial=_initial(route), **options)
        if route is not None:
            del self.fields["environment"]
            return
        environments = Environment.objects.order_by("position", "slug").values_list("slug", "title")
        self.fields["environment"].choices = list(environments)

    @property
    def groups(self) -> list[Group]:
        return [Group(title, [self[name] for name in names]) for title, names in _GROUPS]

    def settings(self) -> dict[str, Any]:
        """What is said beside environment, path and upstream."""
        return {name: self.cleaned_data[name] for name in SETTINGS}


def _initial(route: Route | None) -> dict[str, Any]:
    if route is None:
        return {}
    told = {name: getattr(route, name) for name in SETTINGS}
    return {"gateway_path": route.path, "upstream": route.upstream, **told}
