"""Shapes of input that take nothing they do not know."""

from typing import Any

from rest_framework import serializers


class StrictSerializer(serializers.Serializer):
    """Refuses members that no field reads, so that a misspelt name is an error and not silence."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        values = super().to_internal_value(data)
        unknown = [name for name in data if name not in self.fields]
        if unknown:
            choice = ", ".join(name for name, field in self.fields.items() if not field.read_only)
            raise serializers.ValidationError(
                {str(name): [f"This member is not known. Known are {choice}."] for name in unknown}
            )
        return values
