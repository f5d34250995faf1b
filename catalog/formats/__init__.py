"""Specification formats: pure readers of untrusted documents. A new one is one module and one line here."""

from catalog.formats.base import Format
from catalog.formats.openapi30 import OpenAPI30
from catalog.formats.openapi31 import OpenAPI31
from catalog.formats.openapi32 import OpenAPI32
from catalog.formats.swagger2 import Swagger2

FORMATS: tuple[Format, ...] = (OpenAPI30(), OpenAPI31(), OpenAPI32(), Swagger2())
