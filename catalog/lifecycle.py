"""The life of a version, and which version stands for its API."""

from datetime import datetime

from django.db.models import Case, IntegerField, Value, When

from catalog.models import API, APIVersion, Lifecycle

_STAGES = [Lifecycle.DRAFT, Lifecycle.PUBLISHED, Lifecycle.DEPRECATED, Lifecycle.RETIRED]
_PREFERRED = [Lifecycle.PUBLISHED, Lifecycle.DEPRECATED, Lifecycle.DRAFT, Lifecycle.RETIRED]


def is_backwards(before: str, after: str) -> bool:
    return _STAGES.index(Lifecycle(after)) < _STAGES.index(Lifecycle(before))


def enter(version: APIVersion, lifecycle: str, now: datetime) -> None:
    """Put the version in that stage, not saved: instants of stages passed are set, those of later stages cleared."""
    reached = _STAGES.index(Lifecycle(lifecycle))
    version.lifecycle = lifecycle
    version.published_at = (version.published_at or now) if reached >= 1 else None
    version.deprecated_at = (version.deprecated_at or now) if reached >= 2 else None
    version.retired_at = (version.retired_at or now) if reached >= 3 else None
    if reached < 2:
        version.sunset_on, version.successor = None, None


def refresh_current_version(api: API, now: datetime) -> None:
    """Save the API with its newest published version as current, else deprecated, else draft, else retired.

    For use after any write to its versions; two queries.
    """
    preference = Case(
        *(When(lifecycle=lifecycle, then=Value(rank)) for rank, lifecycle in enumerate(_PREFERRED)),
        output_field=IntegerField(),
    )
    current = api.versions.order_by(preference, "-sort_key", "-name").first()
    if current is not None:
        api.current_version = current
        api.lifecycle, api.format, api.published_at = current.lifecycle, current.format, current.published_at
    api.updated_at = now
    api.save(update_fields=["current_version", "lifecycle", "format", "published_at", "updated_at"])
