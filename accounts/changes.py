"""Rows of this room as forms and documents change them: checked by their own rules, with a record of what differs."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from accounts.audit import Difference
from common.errors import Invalid


def set_fields(row: Model, values: Mapping[str, Any]) -> Difference:
    """Set, not save, what differs and return field -> (before, after); raises ``Invalid`` by field."""
    difference: Difference = {}
    for field, value in values.items():
        before = getattr(row, field)
        if before != value:
            setattr(row, field, value)
            difference[field] = (before, value)
    if difference:
        check(row)
    return difference


def check(row: Model) -> None:
    """Raise ``Invalid`` by field when the row breaks a rule of its model; one query for each unique field."""
    try:
        row.full_clean()
    except ValidationError as error:
        fields = {name if name != "__all__" else "": messages for name, messages in error.message_dict.items()}
        raise Invalid(fields) from None
