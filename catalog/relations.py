"""What belongs to an entry or a version in lists: each function makes the stored list equal the given one.

Each returns the (before, after) of the audit trail, or ``None`` when nothing had to change, and then writes nothing.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.actor import Actor
from catalog.changes import validate
from catalog.metadata import LinkValue, PageValue
from catalog.models import API, APIInstance, APIVersion, DocumentationPage, Environment, Link, Service, Tag
from catalog.questions import carried_instances

Pair = tuple[Any, Any] | None


def set_tags(entry: API | Service, names: list[str]) -> Pair:
    before = sorted(entry.tags.values_list("name", flat=True))
    if before == names:
        return None
    # Sorted, so that two writers who make the same tags wait for each other in one order.
    Tag.objects.bulk_create([Tag(name=name) for name in names], ignore_conflicts=True)
    entry.tags.set(Tag.objects.filter(name__in=names))
    return before, names


def set_related(entry: API | Service, field: str, rows: list[Any], actor: Actor) -> Pair:
    """The list of APIs or services behind ``field``. Those the actor may not know of stay as they are."""
    manager = getattr(entry, field)
    present = {row.pk: row for row in manager.visible_to(actor)}
    wanted = {row.pk: row for row in rows}
    if present.keys() == wanted.keys():
        return None
    manager.remove(*(row for pk, row in present.items() if pk not in wanted))
    manager.add(*(row for pk, row in wanted.items() if pk not in present))
    return _slugs(present.values()), _slugs(wanted.values())


def set_links(entry: API | Service, links: list[LinkValue]) -> Pair:
    before = [LinkValue(title=link.title, url=link.url) for link in entry.links.order_by("position", "pk")]
    after = [LinkValue(title=link["title"], url=link["url"]) for link in links]
    if before == after:
        return None
    rows = [Link(**_owner_of(entry), position=position, **link) for position, link in enumerate(after)]
    for row in rows:
        validate(row, ("title", "url"), f"links.{row.position}.")
    entry.links.all().delete()
    Link.objects.bulk_create(rows)
    return before, after


def set_pages(entry: API | Service, pages: list[PageValue], now: datetime) -> Pair:
    """Add and rewrite pages by slug. The difference tells their lengths in characters, not their text."""
    stored = {page.slug: page for page in entry.pages.all()}
    changed = []
    for position, value in enumerate(pages):
        page = stored.get(value["slug"]) or DocumentationPage(
            **_owner_of(entry), slug=value["slug"], position=len(stored) + position, created_at=now
        )
        if page.pk and (page.title, page.body) == (value["title"], value["body"]):
            continue
        changed.append((value["slug"], len(page.body) if page.pk else None, len(value["body"])))
        page.title, page.body, page.updated_at = value["title"], value["body"], now
        validate(page, value, f"docs.{position}.")
        page.save()
    if not changed:
        return None
    return {slug: before for slug, before, _ in changed}, {slug: after for slug, _, after in changed}


def set_instances(version: APIVersion, instances: list[tuple[Environment, str]]) -> Pair:
    """Those that a gateway carries stay, whether they are listed or not: a pipeline that publishes does not know them,
    and to take one away would close the gateway's door."""
    stored = {(row.environment, row.url): row for row in version.instances.select_related("environment")}
    carried = carried_instances.ask([version.pk]) or frozenset()
    wanted = dict.fromkeys([*instances, *(key for key, row in stored.items() if row.pk in carried)])
    if stored.keys() == wanted.keys():
        return None
    gone = [row.pk for key, row in stored.items() if key not in wanted]
    version.instances.filter(pk__in=gone).delete()
    rows = []
    for position, (environment, url) in enumerate(wanted):
        if (environment, url) not in stored:
            rows.append(APIInstance(version=version, environment=environment, url=url))
            validate(rows[-1], ("url",), f"instances.{position}.")
    APIInstance.objects.bulk_create(rows)
    return _instances(stored), _instances(wanted)


def _owner_of(entry: API | Service) -> dict[str, API | Service]:
    return {"api": entry} if isinstance(entry, API) else {"service": entry}


def _slugs(rows: Any) -> list[str]:
    return sorted(row.slug for row in rows)


def _instances(instances: Iterable[tuple[Environment, str]]) -> list[str]:
    return sorted(f"{environment.slug} {url}" for environment, url in instances)
