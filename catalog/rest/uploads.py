"""Reading a specification and its metadata from a request, bounded before anything is read.

The document comes as the raw body with metadata in the query string, or as ``multipart/form-data`` with the parts
``specification`` and ``metadata``. Neither DRF's parsers nor ``request.body`` touch it: both read first and ask later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.datastructures import MultiValueDict
from rest_framework.exceptions import ParseError

from catalog.rest.media_types import FORM, UnsupportedDocument, essence_of, is_accepted, stored_media_type
from common.errors import Invalid
from common.rest.body import BodyTooLarge, LengthRequired, read_bounded, refuse_length_over
from common.rest.parsers import metadata_of


@dataclass(frozen=True, slots=True)
class Upload:
    """A document as it was sent; ``metadata`` is ``None`` when it did not come in the body."""

    document: bytes
    media_type: str
    metadata: Mapping[str, Any] | None


def is_form(request: HttpRequest) -> bool:
    return essence_of(request.META.get("CONTENT_TYPE", "")) == FORM


def read_upload(request: HttpRequest) -> Upload:
    """The document in the body. Raises 415, 411 and 413 before reading, 400 for a body that ends early."""
    sent = request.META.get("CONTENT_TYPE", "")
    if not is_accepted(sent):
        raise UnsupportedDocument(sent)
    length = request.META.get("CONTENT_LENGTH", "")
    if not length.isdigit():
        raise LengthRequired("Send the body with a Content-Length header (curl: --data-binary @file).")
    limit = settings.PORTICO_MAX_SPECIFICATION_BYTES
    if is_form(request):
        # The document, and room for boundaries, part headers and metadata.
        refuse_length_over(request, settings.FILE_UPLOAD_MAX_MEMORY_SIZE)
        return _from_form(request, limit)
    refuse_length_over(request, limit)
    document = read_bounded(request, limit)
    if len(document) != int(length):
        raise ParseError(f"The body ended after {len(document):,} of {int(length):,} bytes.")
    return Upload(document, stored_media_type(sent, document), None)


def _from_form(request: HttpRequest, limit: int) -> Upload:
    fields, files = _parts(request)
    unknown = sorted({*fields, *files} - {"specification", "metadata"})
    if unknown:
        raise Invalid({name: "This part is not known. Known are specification and metadata." for name in unknown})
    document, sent = _part("specification", fields, files)
    if document is None:
        raise Invalid({"specification": "The form has no such part."})
    if len(document) > limit:
        raise BodyTooLarge(f"The specification has {len(document):,} bytes; at most {limit:,} are accepted.")
    metadata, _ = _part("metadata", fields, files)
    return Upload(document, stored_media_type(sent, document), metadata_of(metadata) if metadata else {})


def _parts(request: HttpRequest) -> tuple[MultiValueDict, MultiValueDict]:
    handlers = [MemoryFileUploadHandler(request)]
    try:
        fields, files = MultiPartParser(request.META, request, handlers, "utf-8").parse()
    except (MultiPartParserError, TooManyFieldsSent) as error:
        raise ParseError(f"The form cannot be read: {error}") from None
    return fields, files


def _part(name: str, fields: MultiValueDict, files: MultiValueDict) -> tuple[bytes | None, str]:
    """A part's content and media type, sent as a file or as a field."""
    given = [*files.getlist(name), *fields.getlist(name)]
    if len(given) > 1:
        raise Invalid({name: "The form has this part more than once."})
    if not given:
        return None, ""
    if isinstance(given[0], str):
        return given[0].encode(), ""
    return given[0].read(), given[0].content_type or ""
