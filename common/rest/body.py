"""Reading a request's body from the stream, never more than was agreed."""

from typing import IO

from django.http import HttpRequest

from common.errors import PorticoError

CHUNK = 64 * 1024


class LengthRequired(PorticoError):
    """The request has a body of unannounced length; the server would read it as empty."""

    status = 411
    code = "length-required"
    title = "Length required"


class BodyTooLarge(PorticoError):
    """The body is larger than this request may have."""

    status = 413
    code = "body-too-large"
    title = "Content too large"


def require_length(request: HttpRequest) -> None:
    """Raise ``LengthRequired`` for a chunked body: under WSGI its length is unknown and it would count as none."""
    if request.META.get("HTTP_TRANSFER_ENCODING") and not request.META.get("CONTENT_LENGTH"):
        raise LengthRequired("Send the body with a Content-Length header (curl: --data-binary @file, not -T -).")


def refuse_length_over(request: HttpRequest, limit: int) -> None:
    """Raise ``BodyTooLarge`` when the announced length is over ``limit`` bytes; nothing has been read then."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > limit:
        raise BodyTooLarge(f"The body has {int(length):,} bytes; at most {limit:,} are accepted.")


def read_bounded(stream: IO[bytes], limit: int) -> bytes:
    """The rest of the stream; raises ``BodyTooLarge`` as soon as more than ``limit`` bytes have come."""
    pieces, size = [], 0
    while piece := stream.read(min(CHUNK, limit + 1 - size)):
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise BodyTooLarge(f"The body has more than the {limit:,} bytes that are accepted.")
    return b"".join(pieces)
