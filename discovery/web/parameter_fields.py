"""Form fields of what a connector declares: one for each parameter, by its kind.

They only make the form; whether a value is one the connector can have is for ``discovery.parameters`` to say.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from common.web.words import bytes_size
from discovery.configuration import Kept
from discovery.connectors.base import Parameter
from discovery.parameters import NewUpload, field_of

NO_CHOICE = ("", "Not set")


class UploadField(forms.FileField):
    """A file whose size is looked at before anybody reads it."""

    def __init__(self, *, at_most: int, **options: Any) -> None:
        super().__init__(**options)
        self.at_most = at_most

    def clean(self, data: UploadedFile | None, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if data and data.size > self.at_most:
            raise forms.ValidationError(
                f"The file has {bytes_size(data.size)}; at most {bytes_size(self.at_most)} are accepted."
            )
        return file


def parameter_fields(parameter: Parameter, kept: Kept, files: Mapping[str, str]) -> dict[str, forms.Field]:
    """The field of a parameter by its name in the form; ``files`` describes the kept files.

    A secret or a file that is kept already need not be given again; one that may be absent can be dropped.
    """
    name = parameter.name
    is_kept = name in kept.secrets or name in kept.uploads
    options: dict[str, Any] = {
        "label": parameter.label,
        "help_text": _help(parameter, kept, files),
        "required": parameter.required and not is_kept and parameter.kind != "boolean",
    }
    if not parameter.secret and parameter.kind != "upload":
        options["initial"] = _initial(kept.values.get(name, parameter.default))
    fields = {field_of(parameter): _FIELDS[parameter.kind](parameter, options)}
    if is_kept and not parameter.required:
        fields[_drop(parameter)] = forms.BooleanField(label=f"{parameter.label}: drop what is kept", required=False)
    return fields


def configuration_of(parameters: tuple[Parameter, ...], cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the use case takes them; a file that was not chosen is left out, so that a kept one stays."""
    told: dict[str, Any] = {}
    for parameter in parameters:
        value = cleaned.get(field_of(parameter))
        if cleaned.get(_drop(parameter)) and not value:
            told[parameter.name] = None
        elif parameter.kind != "upload":
            told[parameter.name] = value
        elif value:
            told[parameter.name] = NewUpload(value.name, value.read())
            value.seek(0)
    return told


def _drop(parameter: Parameter) -> str:
    """The name of the box that lets a kept secret or file go."""
    return f"drop.{parameter.name}"


def _text(parameter: Parameter, options: Mapping[str, Any]) -> forms.Field:
    if parameter.secret:
        widget: forms.Widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    else:
        widget = forms.TextInput(attrs={"autocapitalize": "off"})
    return forms.CharField(max_length=parameter.at_most, strip=not parameter.secret, widget=widget, **options)


def _lines(parameter: Parameter, options: Mapping[str, Any]) -> forms.Field:
    widget = _SecretText if parameter.secret else forms.Textarea
    return forms.CharField(strip=False, widget=widget(attrs={"rows": 4, "spellcheck": "false"}), **options)


def _integer(parameter: Parameter, options: Mapping[str, Any]) -> forms.Field:
    return forms.IntegerField(min_value=0, max_value=parameter.at_most, **options)


def _boolean(_parameter: Parameter, options: Mapping[str, Any]) -> forms.Field:
    return forms.BooleanField(**options)


def _choice(parameter: Parameter, options: Mapping[str, Any]) -> forms.Field:
    choices = [(choice, choice) for choice in parameter.choices]
    return forms.ChoiceField(choices=choices if options["required"] else [NO_CHOICE, *choices], **options)


def _upload(parameter: Parameter, options: Mapping[str, Any]) -> forms.Field:
    return UploadField(at_most=parameter.at_most, **options)


class _SecretText(forms.Textarea):
    """Several lines that are never shown again."""

    def format_value(self, value: Any) -> None:
        return None


def _initial(value: Any) -> Any:
    return "\n".join(value) if isinstance(value, list | tuple) else value


def _help(parameter: Parameter, kept: Kept, files: Mapping[str, str]) -> str:
    sentences = [parameter.help]
    if parameter.kind == "folder" and settings.PORTICO_SOURCES_ROOT is None:
        sentences.append("No folder can be read here until the operator sets PORTICO_SOURCES_ROOT.")
    elif parameter.kind == "lines" and not parameter.help:
        sentences.append("One a line.")
    if parameter.name in kept.secrets:
        sentences.append("Kept unless you type a new one.")
    elif parameter.name in kept.uploads:
        sentences.append(f"There is {files.get(parameter.name, 'one')}; it stays unless you choose another.")
    return " ".join(sentence for sentence in sentences if sentence)


_FIELDS: Mapping[str, Callable[[Parameter, Mapping[str, Any]], forms.Field]] = {
    "text": _text,
    "folder": _text,
    "lines": _lines,
    "integer": _integer,
    "boolean": _boolean,
    "choice": _choice,
    "upload": _upload,
}
