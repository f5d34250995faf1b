"""Shapes of input that refuse what they do not know, so that a misspelt member is an error and not a silence."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers


class InputSerializer(serializers.Serializer):
    """What one write takes; an unknown member is a 400 that names it."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                known = ", ".join(sorted(self.fields))
                raise serializers.ValidationError(
                    {str(name): [f"This member is not known. Known are {known}."] for name in unknown}
                )
        return super().to_internal_value(data)
