"""Values that several answers of this room have."""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers


class ChoiceOrNull(serializers.ChoiceField):
    """One of the choices; what is empty in the database is null."""

    def __init__(self, choices: Sequence[Any], **options: Any) -> None:
        named = [choice for choice in choices if choice[0]]
        super().__init__(named, **{"allow_null": True, "read_only": True, **options})

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) if value else None


class SlugOf(serializers.SlugRelatedField):
    """The row by its unique name, or null."""

    def __init__(self, slug_field: str = "slug", **options: Any) -> None:
        super().__init__(slug_field=slug_field, **{"read_only": True, "allow_null": True, **options})
