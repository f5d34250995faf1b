"""What a connector is given for a run: the configuration with its secrets opened and its uploads as files."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from common.secrets import CannotOpen, unseal
from discovery.connectors.base import Misconfigured, Surroundings
from discovery.models import Source


@dataclass(frozen=True, slots=True)
class Opened:
    """``secrets`` are plain values, for hiding them in what is told."""

    surroundings: Surroundings
    secrets: tuple[str, ...]


def open_source(source: Source, folder: Path, deadline: float) -> Opened:
    """The surroundings of a run; uploads are written into ``folder``. Raises ``Misconfigured``."""
    secrets = {name: _opened(source, name, sealed) for name, sealed in source.secrets.items()}
    uploads = {}
    for upload in source.uploads.all():
        path = folder / f"upload-{upload.pk}"
        path.write_bytes(bytes(upload.content))
        uploads[upload.parameter] = str(path)
    surroundings = Surroundings(
        source=source.name,
        environment=source.environment.slug,
        configuration={**source.configuration, **secrets, **uploads},
        deadline=deadline,
        sources_root=settings.PORTICO_SOURCES_ROOT,
    )
    return Opened(surroundings, tuple(secrets.values()))


def secret_place(source_name: str, parameter: str) -> str:
    """The place that a source's secret is sealed for."""
    return f"discovery.source:{source_name}:{parameter}"


def _opened(source: Source, parameter: str, sealed: str) -> str:
    try:
        return unseal(sealed, place=secret_place(source.name, parameter), keys=settings.PORTICO_SECRETS_KEYS)
    except CannotOpen as error:
        raise Misconfigured(f"The secret {parameter} cannot be opened. {error}", "Enter it again.") from None
