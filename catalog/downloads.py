"""The document of a version as an answer, the same at every door.

Others wrote these bytes: they leave as an attachment that no browser renders, sniffs or runs in our origin.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags, quote_etag

from accounts.actor import Actor
from catalog.queries.versions import specification_of


def specification_response(request: HttpRequest, actor: Actor, api: str, version: str) -> HttpResponse:
    """The bytes as they were published, with their SHA-256 as ETag; 304 when the client has them.

    One query when it has them, two otherwise. Raises ``NotFound``.
    """
    asked = {tag.removeprefix("W/").strip('"') for tag in parse_etags(request.headers.get("If-None-Match", ""))}
    known = next(iter(asked)) if len(asked) == 1 else ""
    found = specification_of(actor, api, version, known=known)
    specification = found.specification
    if specification.sha256 in asked or "*" in asked:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(specification.content, content_type=specification.media_type)
        # Slugs and version names hold nothing a header could trip over.
        ending = "json" if "json" in specification.media_type else "yaml"
        answer["Content-Disposition"] = f'attachment; filename="{found.api.slug}-{found.name}.{ending}"'
    answer["ETag"] = quote_etag(specification.sha256)
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
