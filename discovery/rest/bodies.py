"""Reading what is said about a source: JSON, or a form whose files are parameters of the connector."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from common.errors import Invalid
from common.rest.body import refuse_length_over
from common.rest.parsers import metadata_of
from discovery.installed import connectors
from discovery.parameters import NewUpload

FORM = "multipart/form-data"
# Room for boundaries, part headers and the metadata beside the files.
BESIDE_FILES = 1_000_000


def is_form(request: HttpRequest) -> bool:
    return request.content_type == FORM


def refuse_large(request: HttpRequest) -> None:
    """Raise 413 for a form larger than any connector here asks for, before anything is read."""
    files = [one.at_most for each in connectors().values() for one in each.parameters if one.kind == "upload"]
    refuse_length_over(request, sum(files) + BESIDE_FILES)


def form_of(request: Request) -> tuple[Mapping[str, Any], dict[str, NewUpload]]:
    """The part ``metadata``, parsed, and the files by parameter. Raises ``Invalid`` by part and ``ParseError``."""
    sent: HttpRequest = request._request
    try:
        fields, files = sent.POST, sent.FILES
    except MultiPartParserError as error:
        raise ParseError(f"The form cannot be read: {error}") from None
    unknown = set(fields) - {"metadata", "csrfmiddlewaretoken"}
    twice = [name for name in files if len(files.getlist(name)) > 1]
    if unknown or twice:
        raise Invalid(
            dict.fromkeys(sorted(unknown), "This part is not known. Known are metadata, and files by parameter.")
            | dict.fromkeys(twice, "The form has this part more than once.")
        )
    uploads = {name: NewUpload(file.name or "", file.read()) for name, file in files.items() if name != "metadata"}
    return metadata_of(files["metadata"].read() if "metadata" in files else fields.get("metadata", "{}")), uploads
