"""Media types of specifications: which bodies are read, and as what a document is given back."""

import re

from common.errors import PorticoError

FORM = "multipart/form-data"
JSON, YAML = "application/json", "application/yaml"

ACCEPTED = (JSON, YAML, "application/x-yaml", "text/yaml", "text/x-yaml", "text/plain", "application/octet-stream")

# RFC 6838 names with the suffixes of RFC 6839 and RFC 9512, such as application/vnd.oai.openapi+json.
_STRUCTURED = re.compile(r"application/[a-z0-9!#$&^_.+-]{1,100}\+(json|yaml)", re.ASCII)


class UnsupportedDocument(PorticoError):
    """The body is of a type that no specification comes in."""

    status = 415
    code = "unsupported-media-type"
    title = "Unsupported media type"

    def __init__(self, sent: str) -> None:
        super().__init__(
            f"A specification is not read from “{essence_of(sent)[:100]}”. Send it with Content-Type {YAML} or {JSON} "
            f"(curl: -H 'Content-Type: {YAML}'), or as {FORM}."
        )


def essence_of(content_type: str) -> str:
    """The type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def is_accepted(content_type: str) -> bool:
    """Whether a body of this type may hold a specification; none at all is taken for bytes."""
    essence = essence_of(content_type)
    return not essence or essence == FORM or essence in ACCEPTED or _STRUCTURED.fullmatch(essence) is not None


def stored_media_type(content_type: str, document: bytes) -> str:
    """The type a document is given back as: the one it came with when that says JSON or YAML, else as it looks.

    It is never one that a browser would run.
    """
    essence = essence_of(content_type)
    if essence == JSON or _STRUCTURED.fullmatch(essence):
        return essence
    if essence.endswith("yaml"):
        return YAML
    return JSON if document.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else YAML
