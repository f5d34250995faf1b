"""JSON that keeps what a document's author arranged."""

from typing import Any

from django.db.models import Expression, Func, JSONField
from psycopg.types.json import Json


class OrderedJSONField(JSONField):
    """A column of type ``json``: keys stay in the order they were written in, which ``jsonb`` forgets.

    People read properties, responses and examples in that order. Nothing filters or compares such a column.
    """

    def db_type(self, connection: Any) -> str:
        return "json"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return value if value is None or isinstance(value, Json) else Json(value)

    def from_db_value(self, value: Any, expression: Expression, connection: Any) -> Any:
        """The driver has read the JSON already."""
        return value


class OrderedJSONObject(Func):
    """``json_build_object`` of alternating names and values, in that order."""

    function = "JSON_BUILD_OBJECT"
    output_field = OrderedJSONField()
