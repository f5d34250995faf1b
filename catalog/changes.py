"""Fields of one row: set what differs, keep what it was for the audit trail."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from accounts.audit import Difference
from common.errors import Invalid


def set_fields(row: Model, values: Mapping[str, Any]) -> Difference:
    """Set, not save, every value that differs and return field -> (before, after), rows by their slug.

    Raises ``Invalid`` when a value breaks a rule of the model; one query a changed relation at most.
    """
    difference: Difference = {}
    for field, value in values.items():
        before = getattr(row, field)
        if before != value:
            setattr(row, field, value)
            difference[field] = (plain(before), plain(value))
    validate(row, values)
    return difference


def validate(row: Model, fields: Iterable[str], path: str = "") -> None:
    """Raise ``Invalid`` when one of these fields breaks a rule of its own; relations are the database's to hold.

    ``path`` leads to the row within the input (``links.0.``).
    """
    columns = {field.name for field in row._meta.concrete_fields if not field.is_relation}
    try:
        row.clean_fields(exclude={field.name for field in row._meta.fields} - columns.intersection(fields))
    except ValidationError as error:
        raise Invalid({f"{path}{field}": messages for field, messages in error.message_dict.items()}) from None


def plain(value: Any) -> Any:
    """The value as the audit trail and the REST API write it."""
    if isinstance(value, Model):
        return getattr(value, "slug", None) or str(value)
    return value.isoformat() if isinstance(value, date) else value
