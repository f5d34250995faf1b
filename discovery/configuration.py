"""The configuration of a source: values that can be shown, secrets and files that are sealed.

What people and pipelines send is checked against the parameters that the connector declares and taken apart here;
``surroundings_of`` puts it together again for the time of a run.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from common.errors import Invalid
from common.secrets import CannotOpen, seal, seal_bytes, unseal, unseal_bytes
from discovery.connectors.base import Misconfigured, Parameter
from discovery.models import Source, SourceUpload
from discovery.parameters import NewUpload, checked_value, field_of


@dataclass(frozen=True, slots=True)
class Kept:
    """What a source has already: values, and the names of parameters whose secret or file is kept elsewhere."""

    values: Mapping[str, Any] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    uploads: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Configured:
    """A checked configuration taken apart.

    ``values`` is the whole of what can be shown; ``secrets`` and ``uploads`` hold what is new, ``dropped`` the names
    of secrets and files that are to go.
    """

    values: dict[str, Any]
    secrets: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, NewUpload] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()


def kept_by(source: Source) -> Kept:
    """What the source has; one query for the names of its files."""
    uploads = frozenset(source.uploads.values_list("parameter", flat=True))
    return Kept(source.configuration, frozenset(source.secrets), uploads)


def configured(parameters: Iterable[Parameter], raw: Mapping[str, Any], kept: Kept | None = None) -> Configured:
    """The configuration that ``raw`` makes of what is ``kept``.

    A parameter that is absent stays as it is; an empty value clears it, ``None`` alone clears a secret or a file, so
    that a form that shows neither keeps both. Raises ``Invalid`` with every error, by ``configuration.<name>``.
    """
    declared = {parameter.name: parameter for parameter in parameters}
    kept = kept or Kept()
    errors: dict[str, Any] = {
        f"configuration.{name}": f"This parameter is not known. Known are {', '.join(declared) or 'none'}."
        for name in raw
        if name not in declared
    }
    made = Configured({})
    dropped: set[str] = set()
    for parameter in declared.values():
        try:
            if parameter.secret or parameter.kind == "upload":
                _set_apart(parameter, raw, kept, made, dropped)
            else:
                _set_value(parameter, raw, kept, made)
        except Invalid as invalid:
            errors |= invalid.fields
    errors |= _led_away(declared.values(), kept, made, dropped)
    if errors:
        raise Invalid(errors)
    return Configured(made.values, made.secrets, made.uploads, frozenset(dropped))


def _set_value(parameter: Parameter, raw: Mapping[str, Any], kept: Kept, made: Configured) -> None:
    given = raw.get(parameter.name, kept.values.get(parameter.name))
    value = checked_value(parameter, given, settings.PORTICO_SOURCES_ROOT)
    if value is None:
        value = parameter.default
    _require(parameter, value is not None)
    if value is not None:
        made.values[parameter.name] = value


def _set_apart(parameter: Parameter, raw: Mapping[str, Any], kept: Kept, made: Configured, dropped: set[str]) -> None:
    """A secret or a file: new, kept or dropped."""
    name = parameter.name
    has_one = name in (kept.uploads if parameter.kind == "upload" else kept.secrets)
    value = checked_value(parameter, raw.get(name), settings.PORTICO_SOURCES_ROOT)
    if value is not None and parameter.kind == "upload":
        _require_keys(parameter)
        made.uploads[name] = value
    elif value is not None:
        _require_keys(parameter)
        made.secrets[name] = "\n".join(value) if isinstance(value, list) else str(value)
    elif name in raw and raw[name] is None and has_one:
        _require(parameter, False)
        dropped.add(name)
    else:
        _require(parameter, has_one)


def _led_away(parameters: Iterable[Parameter], kept: Kept, made: Configured, dropped: Set[str]) -> dict[str, str]:
    """The errors of secrets that nobody gave again though their address is another: who does not know one gets none."""
    return {
        field_of(parameter): "Give it again: the address that it is shown to has changed."
        for parameter in parameters
        if parameter.name in kept.secrets.difference(made.secrets, dropped)
        and made.values.get(parameter.shown_to, "") not in ("", kept.values.get(parameter.shown_to))
    }


def _require(parameter: Parameter, is_there: bool) -> None:
    if parameter.required and not is_there:
        raise Invalid({field_of(parameter): "This is needed."})


def _require_keys(parameter: Parameter) -> None:
    if not settings.PORTICO_SECRETS_KEYS:
        what = "Files" if parameter.kind == "upload" else "Secrets"
        sentence = f"{what} cannot be kept here: set PORTICO_SECRETS_KEY to a long random text, and restart."
        raise Invalid({field_of(parameter): sentence})


def sealed(source: str, secrets: Mapping[str, str]) -> dict[str, str]:
    """The secrets of the source of that name as they are stored, each bound to its place."""
    keys = settings.PORTICO_SECRETS_KEYS
    return {name: seal(secret, place=_place(source, name), keys=keys) for name, secret in secrets.items()}


def unsealed(source: Source) -> dict[str, str]:
    """The secrets of a source; raises ``Misconfigured`` when no key opens one."""
    try:
        return {
            name: unseal(text, place=_place(source.name, name), keys=settings.PORTICO_SECRETS_KEYS)
            for name, text in source.secrets.items()
        }
    except CannotOpen:
        raise Misconfigured(
            "A secret of this source cannot be opened.",
            "Restore the key in PORTICO_SECRETS_KEY, or enter the secret again.",
        ) from None


def sealed_file(source: str, parameter: str, content: bytes) -> bytes:
    """The bytes of a file as they are stored: it may hold what nobody but the connector may read."""
    return seal_bytes(content, place=_file_place(source, parameter), keys=settings.PORTICO_SECRETS_KEYS)


def unsealed_files(source: Source, uploads: Iterable[SourceUpload]) -> dict[str, bytes]:
    """The files of a source by parameter; raises ``Misconfigured`` when no key opens one."""
    keys = settings.PORTICO_SECRETS_KEYS
    try:
        return {
            upload.parameter: unseal_bytes(
                bytes(upload.content), place=_file_place(source.name, upload.parameter), keys=keys
            )
            for upload in uploads
        }
    except CannotOpen:
        raise Misconfigured(
            "A file of this source cannot be opened.",
            "Restore the key in PORTICO_SECRETS_KEY, or upload the file again.",
        ) from None


def _place(source: str, parameter: str) -> str:
    return f"discovery.source:{source}:{parameter}"


def _file_place(source: str, parameter: str) -> str:
    return f"discovery.upload:{source}:{parameter}"
