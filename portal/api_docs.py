"""The description of the REST API: the OpenAPI document and the page to read it on."""

from typing import Any

from django.views.generic import TemplateView
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer2
from drf_spectacular.views import SpectacularAPIView

from common.rest.views import RestView


class JSONSchemaRenderer(OpenApiJsonRenderer2):
    media_type = "application/json"


class YAMLSchemaRenderer(OpenApiYamlRenderer2):
    media_type = "application/yaml"


class SchemaView(RestView, SpectacularAPIView):
    """The OpenAPI document of this API: JSON, or YAML with ``Accept: application/yaml``."""

    public = "Whoever writes a client needs the description before the token."
    renderer_classes = [JSONSchemaRenderer, YAMLSchemaRenderer]

    def _get_version_parameter(self, request: Any) -> None:
        # There is one version of the document; the parent reads an undeclared parameter here.
        return None


class ReferenceView(TemplateView):
    """Swagger UI over the document, from our own static files."""

    template_name = "portal/api_docs.html"
