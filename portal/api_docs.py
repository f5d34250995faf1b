"""The description of the REST API: the OpenAPI document and the page to read it on."""

from functools import cache

from django.http import HttpResponse
from django.views.generic import TemplateView
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer2
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from common.rest.views import RestView


class JSONDocument(OpenApiJsonRenderer2):
    media_type = "application/json"


class YAMLDocument(OpenApiYamlRenderer2):
    media_type = "application/yaml"


@cache
def document(renderer: type[BaseRenderer]) -> bytes:
    """The document as these renderers write it; the same for everybody, so it is made once in each process."""
    return renderer().render(SchemaGenerator().get_schema(public=True))


class SchemaView(RestView):
    """The OpenAPI document of this API: JSON, or YAML with ``Accept: application/yaml``."""

    public = "Whoever writes a client needs the description before the token."
    renderer_classes = [JSONDocument, YAMLDocument]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        renderer = type(request.accepted_renderer)
        return HttpResponse(document(renderer), content_type=renderer.media_type)


class ReferenceView(TemplateView):
    """Swagger UI over the document, from our own static files."""

    template_name = "portal/api_docs.html"
