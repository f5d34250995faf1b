"""Values that several answers of this room have."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


class ChoiceOrNull(serializers.ChoiceField):
    """One of the choices; what is empty in the database is null."""

    def __init__(self, choices: Sequence[Any], **options: Any) -> None:
        named = [choice for choice in choices if choice[0]]
        super().__init__(named, **{"allow_null": True, "read_only": True, **options})

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) if value else None


@extend_schema_field({"type": ["string", "null"]})
class SlugOf(serializers.Field):
    """The slug of a row, or null when there is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"read_only": True, **options})

    def to_representation(self, row: Any) -> str:
        return row.slug
