"""What a person sets instead of what is proposed: checked values, by slug."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from accounts.models import Team
from catalog.models import Domain, ServiceKind, System, Visibility
from common.errors import Invalid
from common.slugs import is_slug
from discovery.models import DiscoveredService
from discovery.proposals import BY_HAND

_ROWS: dict[str, type[Model]] = {"owner": Team, "domain": Domain, "system": System}
_WORDS: dict[str, list[str]] = {"kind": ServiceKind.values, "visibility": Visibility.values}
FIELDS = (*_ROWS, *_WORDS)


@dataclass(frozen=True, slots=True)
class Choice:
    """Slugs by field as they are kept, and what they name. An empty slug says that there is none."""

    slugs: Mapping[str, str]
    named: Mapping[str, Any]

    def put(self, row: DiscoveredService) -> None:
        """Set, not save, the choice and the proposal that follows from it."""
        row.chosen = {**row.chosen, **self.slugs}
        for field, value in self.named.items():
            setattr(row, f"proposed_{field}", value)
            row.reasons = {**row.reasons, field: BY_HAND}


def choice_of(values: Mapping[str, str | None]) -> Choice:
    """The choice that publishing with these values makes; one query a named field. A field that is absent or ``None``
    stays as proposed. Raises ``Invalid`` by field."""
    slugs = {field: value for field, value in values.items() if value is not None}
    named, errors = {}, {}
    for field, slug in slugs.items():
        try:
            named[field] = _named(field, slug)
        except Invalid as invalid:
            errors |= invalid.fields
    if errors:
        raise Invalid(errors)
    return Choice(slugs, named)


def _named(field: str, slug: str) -> Any:
    if field in _WORDS:
        if slug not in _WORDS[field]:
            raise Invalid({field: f"Use one of {', '.join(_WORDS[field])}."})
        return slug
    if field not in _ROWS:
        raise Invalid({field: f"Name one of {', '.join(FIELDS)}."})
    if not slug:
        return None
    row = _ROWS[field].objects.filter(slug=slug).first() if is_slug(slug) else None
    if row is None:
        raise Invalid({field: f"There is no {_ROWS[field]._meta.verbose_name} “{slug}”."})
    return row
