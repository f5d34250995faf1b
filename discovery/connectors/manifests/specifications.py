"""The specification beside a manifest."""

import re
from dataclasses import dataclass

from discovery.connectors.base import FoundSpecification, Problem
from discovery.connectors.manifests.files import (
    SPECIFICATION_BYTES_AT_MOST,
    FileMissing,
    Files,
    FileUnreadable,
    is_hidden,
)
from discovery.connectors.objects.kept import OWN
from discovery.connectors.objects.model import ServiceObject

SPECIFICATIONS_BYTES_AT_MOST = 500 * 1024 * 1024

#: A manifest may hold what nobody should read, so none passes as a specification, and neither does what is nothing we
#: know: an annotation can name any file of the source.
_MANIFEST = re.compile(rb"""^["']?apiVersion["']?[ \t]*:|\A\s*\{\s*"(?:apiVersion|kind)"\s*:""", re.MULTILINE)
_SPECIFICATION = re.compile(rb"""(?:^(?:\xef\xbb\xbf)?|[{,]\s*+)["']?(?:openapi|swagger)["']?\s*+:""", re.MULTILINE)
_NAMES = tuple(f"{kind}.{suffix}" for kind in ("openapi", "swagger") for suffix in ("yaml", "yml", "json"))
_MEDIA_TYPES = {"yaml": "application/yaml", "yml": "application/yaml", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class Found:
    """The specification of a service, ``None`` when it has none; not ``is_read`` when there should be one."""

    specification: FoundSpecification | None = None
    is_read: bool = True
    problem: Problem | None = None


class Specifications:
    """Finds and reads the specifications of services, in the order it is asked."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._paths = frozenset(files.paths)
        self._read = 0

    def of(self, service: ServiceObject) -> Found:
        candidates = self._candidates(service)
        if candidates is None:
            return _failed(
                service, "specification-refused", "portico.io/spec-path leads out of the source or to a hidden file."
            )
        if not candidates:
            return Found()
        if len(candidates) > 1:
            message = f"Service {service.name} has several specifications: {', '.join(candidates)}."
            return _failed(service, "ambiguous-specification", message)
        try:
            return self._of_file(candidates[0])
        except FileMissing:
            message = f"There is no file {candidates[0]}, which portico.io/spec-path names."
            return _failed(service, "specification-missing", message)
        except FileUnreadable as error:
            return _failed(service, "specification-unreadable", f"{candidates[0]}: {error.message}")

    def _candidates(self, service: ServiceObject) -> list[str] | None:
        """The paths that could be it; ``None`` when the one that is named is refused."""
        named = named_path(service)
        if named is not None:
            return [named] if named else None
        folder = service.place[0].rpartition("/")[0]
        prefix = f"{folder}/" if folder else ""
        paths = (f"{prefix}{service.name}.{name}" for name in _NAMES)
        return [path for path in paths if path in self._paths]

    def _of_file(self, path: str) -> Found:
        if self._read > SPECIFICATIONS_BYTES_AT_MOST:
            message = f"The specifications before it have more than {SPECIFICATIONS_BYTES_AT_MOST:,} bytes."
            raise FileUnreadable("too-large", message)
        content = self._files.read(path, SPECIFICATION_BYTES_AT_MOST)
        self._read += len(content)
        if _MANIFEST.search(content):
            raise FileUnreadable("not-a-specification", "This is a manifest of Kubernetes.")
        if not _SPECIFICATION.search(content):
            raise FileUnreadable("not-a-specification", "This is no specification: it does not say openapi or swagger.")
        suffix = path.rpartition(".")[2].lower()
        media_type = _MEDIA_TYPES.get(suffix, "application/octet-stream")
        return Found(FoundSpecification(path, content, media_type))


def named_path(service: ServiceObject) -> str | None:
    """The path from the root of the source that the annotation means: empty when refused, ``None`` without one."""
    said = dict(service.annotations).get(OWN + "spec-path")
    if not said:
        return None
    if said.startswith("/") or "\\" in said:
        return ""
    parts = service.place[0].split("/")[:-1]
    for part in said.split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "" if any(is_hidden(part) for part in parts) else "/".join(parts)


def _failed(service: ServiceObject, code: str, message: str) -> Found:
    path, document, line = service.place
    return Found(None, False, Problem(code, message, "warning", path, document, line))
