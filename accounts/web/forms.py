"""Forms of people, teams and tokens. Lookups only; what is allowed and valid is the use cases' to say."""

from datetime import datetime, timedelta
from typing import Any

from django import forms

from accounts.models import Role, Scope, Team, TeamRole, User

MAX_PASSWORD = 1000
CONTACT_ROWS = 5

_LIFETIMES = [("30", "30 days"), ("90", "90 days"), ("365", "1 year"), ("", "No end")]


def _password(label: str, autocomplete: str) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=MAX_PASSWORD, strip=False, widget=widget)


class SignIn(forms.Form):
    username = forms.CharField(
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "off", "autofocus": True}),
    )
    password = _password("Password", "current-password")


class ChangePassword(forms.Form):
    current = _password("Password now", "current-password")
    password = _password("New password", "new-password")
    again = _password("New password again", "new-password")

    def clean(self) -> None:
        if self.cleaned_data.get("password") != self.cleaned_data.get("again"):
            self.add_error("again", "The two are not the same.")


class EditProfile(forms.Form):
    name = forms.CharField(label="Full name", max_length=200, required=False)
    email = forms.EmailField(label="Mail address", max_length=254, required=False)


class CreateToken(forms.Form):
    name = forms.CharField(max_length=200, help_text="What it is for, such as “payments pipeline”.")
    scope = forms.ChoiceField(
        choices=[(Scope.READ, "Read"), (Scope.PUBLISH, "Read and publish")], initial=Scope.PUBLISH, label="May"
    )
    lifetime = forms.ChoiceField(choices=_LIFETIMES, initial="365", required=False, label="Ends after")

    def expires_at(self, now: datetime) -> datetime | None:
        days = self.cleaned_data["lifetime"]
        return now + timedelta(days=int(days)) if days else None


class CreateTeam(forms.Form):
    title = forms.CharField(max_length=200)
    slug = forms.CharField(
        label="Name",
        max_length=100,
        help_text="In addresses and pipelines. It cannot be changed later.",
        widget=forms.TextInput(attrs={"autocapitalize": "off"}),
    )
    description = forms.CharField(required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}))


class EditTeam(forms.Form):
    """A team's title, description and contacts, a title and an address for each."""

    title = forms.CharField(max_length=200)
    description = forms.CharField(
        required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 6}), help_text="Markdown."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = max(CONTACT_ROWS, len(self.initial.get("contacts", [])) + 1)
        for place in range(self.rows):
            title, url = (*self.initial.get("contacts", []), *[("", "")] * self.rows)[place]
            self.fields[f"contact_title_{place}"] = forms.CharField(
                label=f"Contact {place + 1}", max_length=200, required=False, initial=title
            )
            self.fields[f"contact_url_{place}"] = forms.CharField(
                label=f"Address {place + 1}", max_length=500, required=False, initial=url
            )

    def contact_fields(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"contact_title_{place}"], self[f"contact_url_{place}"]) for place in range(self.rows)]

    def contacts(self) -> list[tuple[str, str]]:
        """What has been filled in, in its order."""
        values = self.cleaned_data
        pairs = [(values[f"contact_title_{place}"], values[f"contact_url_{place}"]) for place in range(self.rows)]
        return [(title, url) for title, url in pairs if title or url]


class SetMembership(forms.Form):
    username = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocapitalize": "off"}))
    role = forms.ChoiceField(choices=TeamRole.choices)

    def clean_username(self) -> User:
        user = User.objects.named(self.cleaned_data["username"])
        if user is None or not user.is_active:
            raise forms.ValidationError("There is no such person.")
        return user


class CreateUser(forms.Form):
    username = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocapitalize": "off"}))
    name = forms.CharField(label="Full name", max_length=200, required=False)
    email = forms.EmailField(label="Mail address", max_length=254, required=False)
    role = forms.ChoiceField(choices=Role.choices, initial=Role.PUBLISHER)


class EditUser(forms.Form):
    name = forms.CharField(label="Full name", max_length=200, required=False)
    email = forms.EmailField(label="Mail address", max_length=254, required=False)
    role = forms.ChoiceField(choices=Role.choices)


def team_initial(team: Team) -> dict[str, Any]:
    contacts = list(team.contacts.order_by("position").values_list("title", "url"))
    return {"title": team.title, "description": team.description, "contacts": contacts}
