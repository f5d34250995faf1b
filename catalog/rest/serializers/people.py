"""Names of teams and people in what is public."""

from typing import Any

from rest_framework import serializers


class KnownToPeople(serializers.CharField):
    """Who owns or wrote something: null for a caller who is not signed in, as the pages leave it out."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{"allow_null": True, "read_only": True, "help_text": "Null for who is not signed in.", **options}
        )

    def get_attribute(self, instance: Any) -> Any:
        return super().get_attribute(instance) if self.context["request"].actor.is_authenticated else None
