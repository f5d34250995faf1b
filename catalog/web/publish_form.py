"""The form that publishes a specification: the document as a file or as text, and what is said about it."""

from typing import Any

from django import forms
from django.conf import settings

from accounts.actor import Actor
from accounts.models import Team
from catalog.metadata import PublishMetadata
from catalog.models import Domain, Lifecycle, Visibility
from catalog.versions import AUTO
from catalog.web.entry_forms import owners
from common.slugs import SLUG_RULE, is_slug

# A longer document is checked all the same; it only does not come back into the text area.
SHOWN_CHARACTERS = 2_000_000


class PublishSpecification(forms.Form):
    """``document`` holds the text; a chosen ``file`` goes before it."""

    file = forms.FileField(required=False, label="File")
    document = forms.CharField(
        required=False,
        strip=False,
        label="Specification",
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "wrap": "off"}),
    )
    name = forms.CharField(
        max_length=100,
        help_text="The API's name in addresses. A new name makes a new API.",
        widget=forms.TextInput(attrs={"placeholder": "credit-check", "autocapitalize": "off"}),
    )
    version = forms.CharField(
        required=False, max_length=100, help_text="Left empty it is the version the document states."
    )
    owner = forms.ModelChoiceField(
        Team.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label="As it is",
        help_text="The team that owns the API. Needed for a new one.",
    )
    domain = forms.ModelChoiceField(
        Domain.objects.order_by("title"), to_field_name="slug", required=False, empty_label="As it is"
    )
    lifecycle = forms.ChoiceField(
        choices=[(stage.value, stage.label) for stage in (Lifecycle.PUBLISHED, Lifecycle.DRAFT)],
        widget=forms.RadioSelect,
        initial=Lifecycle.PUBLISHED,
        help_text="A published version is never changed again; a draft can be replaced.",
    )
    visibility = forms.ChoiceField(
        choices=[("", "As it is, internal when new"), *Visibility.choices],
        required=False,
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = owners(actor)
        self.fields["owner"].queryset = choices
        if len(choices[:2]) == 1 and not actor.is_administrator:
            self.initial.setdefault("owner", choices[0].slug)

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        if not is_slug(name):
            raise forms.ValidationError(SLUG_RULE)
        return name

    def clean(self) -> dict[str, Any]:
        upload, text = self.cleaned_data.get("file"), self.cleaned_data.get("document")
        if not upload and not (text or "").strip():
            self.add_error("document", "Choose a file or paste the specification.")
        limit = settings.PORTICO_MAX_SPECIFICATION_BYTES
        if upload and upload.size > limit:
            self.add_error("file", too_large_words())
        return self.cleaned_data

    @property
    def content(self) -> bytes:
        """The document's bytes; a browser's line ends in pasted text are made the usual ones."""
        upload = self.cleaned_data.get("file")
        if upload:
            upload.seek(0)
            return upload.read()
        return self.cleaned_data["document"].replace("\r\n", "\n").encode()

    @property
    def media_type(self) -> str:
        return "application/json" if self.content.lstrip()[:1] in (b"{", b"[") else "application/yaml"

    @property
    def version_name(self) -> str:
        return self.cleaned_data["version"].strip() or AUTO

    @property
    def shown_text(self) -> str:
        """What stands in the text area when the form comes back, so that findings lead to their line."""
        if not self.is_bound:
            return ""
        if self.files.get("file"):
            upload = self.files["file"]
            upload.seek(0)
            text = upload.read(SHOWN_CHARACTERS + 1).decode("utf-8", "replace")
        else:
            text = self.data.get("document", "")
        return text if len(text) <= SHOWN_CHARACTERS else ""

    def metadata(self) -> PublishMetadata:
        """What is said besides the document; a choice left «as it is» is left out."""
        values = self.cleaned_data
        metadata = PublishMetadata(lifecycle=values["lifecycle"])
        for name in ("owner", "domain"):
            if values[name]:
                metadata[name] = values[name].slug
        if values["visibility"]:
            metadata["visibility"] = values["visibility"]
        return metadata


def too_large_words() -> str:
    """The sentence about the cap, in the unit people know."""
    megabytes = settings.PORTICO_MAX_SPECIFICATION_BYTES // 1_000_000
    return f"The document is larger than {megabytes} MB. Split it, or leave its examples out."
