"""The body of an answer, unpacked no further than is allowed: a few bytes of gzip can be gigabytes."""

import zlib
from http.client import HTTPResponse

from common.http.values import Failed

_PIECE = 65_536
_WINDOW = {"gzip": 31, "x-gzip": 31, "deflate": 15}


def body_of(response: HTTPResponse, at_most: int) -> bytes:
    """The unpacked bytes; raises ``Failed``, OSError and HTTPException."""
    encoding = (response.headers.get("Content-Encoding") or "identity").strip().lower()
    if encoding in ("identity", ""):
        return _read(response, at_most)
    if encoding not in _WINDOW:
        raise Failed("encoding")
    return _unpacked(response, _WINDOW[encoding], at_most)


def _read(response: HTTPResponse, at_most: int) -> bytes:
    if response.length is not None and response.length > at_most:
        raise Failed("too-large")
    pieces, size = [], 0
    while piece := response.read(_PIECE):
        size += len(piece)
        if size > at_most:
            raise Failed("too-large")
        pieces.append(piece)
    if response.length:
        # Less came than was announced, which reading in pieces does not complain about.
        raise Failed("broken")
    return b"".join(pieces)


def _unpacked(response: HTTPResponse, window: int, at_most: int) -> bytes:
    unpacker = zlib.decompressobj(window)
    pieces, size = [], 0
    try:
        while not unpacker.eof and (packed := response.read(_PIECE)):
            while packed and not unpacker.eof:
                piece = unpacker.decompress(packed, _PIECE)
                packed = unpacker.unconsumed_tail
                size += len(piece)
                if size > at_most:
                    raise Failed("too-large")
                pieces.append(piece)
    except zlib.error:
        raise Failed("encoding") from None
    if not unpacker.eof and size:
        raise Failed("broken")
    return b"".join(pieces)
