"""A document that a service runs with, held against the versions of the API it provides."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import F

from catalog.formats.base import ParsedSpecification
from catalog.formats.parsing import parse_specification
from catalog.metadata import PublishMetadata
from catalog.models import API, APIVersion, Lifecycle
from catalog.usecases.publish_version import PARSERS, SpecificationRefused, publish_version
from catalog.versions import is_version_name, sort_key
from common.errors import Unavailable
from common.sandbox import SandboxError
from discovery.actors import NAME, discovery
from discovery.fetching.comparing import Difference, difference
from discovery.models import DiscoveredService, PublicationRule, SpecificationDrift, SpecificationOutcome, Standing
from discovery.offering import Offer

_DRAFTS_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Compared:
    """A document, which states to be of version ``running``, against a version; without a difference it is that one."""

    version: APIVersion
    running: str
    found: Difference


def compared(row: DiscoveredService, api_slug: str) -> Compared | None:
    """The row's document against the version that it should be, ``None`` when the API has no version yet.

    Raises ``Unavailable`` while no process is free to read documents, and ``SpecificationRefused``. The row comes with
    its specification.
    """
    versions = _versions(api_slug)
    if not versions:
        return None
    same = next((one for one in versions if one.specification.sha256 == row.specification.sha256), None)
    if same is not None:
        return Compared(same, same.name, Difference())
    running = _parsed(row.specification.content)
    version = _meant(versions, running.version.strip())
    return Compared(version, running.version.strip()[:100], difference(_parsed(version.specification.content), running))


def note(row: DiscoveredService, found: Compared, draft_id: int | None, now: datetime) -> None:
    """The difference is written down, since when and against which version; or there is none any more."""
    if not found.found:
        forget(row.pk)
        return
    values = {
        "version": found.version,
        "running": found.running,
        "added": len(found.found.added),
        "removed": len(found.found.removed),
        "changed": len(found.found.changed),
        "other": len(found.found.other),
        "details": found.found.details,
        "draft_id": draft_id,
        "compared_at": now,
    }
    SpecificationDrift.objects.update_or_create(
        discovered=row, defaults=values, create_defaults={**values, "since": now}
    )


def forget(row_id: int) -> None:
    SpecificationDrift.objects.filter(discovered=row_id).delete()


def published_draft(row: DiscoveredService, offer: Offer, running: str, now: datetime) -> int | None:
    """The id of the draft version that the row's document is now, ``None`` when no name is left for it.

    It is named as the document says, or beside that name when it belongs to somebody else. A draft of ours is
    overwritten. Raises what ``publish_version`` does.
    """
    name = _draft_name(offer.api, running)
    if name is None:
        return None
    result = publish_version(
        actor=discovery(),
        api=offer.api,
        version=name,
        document=row.specification.content,
        media_type=row.specification.media_type,
        metadata=PublishMetadata(lifecycle=Lifecycle.DRAFT),
        now=now,
    )
    return result.version.pk


def _draft_name(api: str, running: str) -> str | None:
    stated = running if is_version_name(running) else "drift"
    names = [stated, *(f"{stated[:80]}-drift.{number}" for number in range(1, _DRAFTS_AT_MOST + 1))]
    taken = dict(APIVersion.objects.filter(api__slug=api, name__in=names).values_list("name", "lifecycle"))
    own = APIVersion.objects.filter(api__slug=api, lifecycle=Lifecycle.DRAFT, created_by=NAME)
    ours = set(own.values_list("name", flat=True))
    # A document that states another version each time it is asked for would become a draft each time.
    is_full = len(ours) >= _DRAFTS_AT_MOST
    free = (name for name in names if name in ours or (name not in taken and not is_full))
    return next((name for name in free if is_version_name(name)), None)


def _versions(api_slug: str) -> list[APIVersion]:
    """What counts as published, the newest first: versions in use, else retired ones, else drafts."""
    api = API.objects.filter(slug=api_slug).first()
    if api is None:
        return []
    known = list(api.versions.select_related("api", "specification").defer("specification__compressed"))
    known.sort(key=lambda one: (sort_key(one.name), one.name), reverse=True)
    in_use = [one for one in known if one.lifecycle in (Lifecycle.PUBLISHED, Lifecycle.DEPRECATED)]
    return in_use or [one for one in known if one.lifecycle == Lifecycle.RETIRED] or known


def _meant(versions: list[APIVersion], running: str) -> APIVersion:
    """The version of the stated name, else the one that stands for the API, else the newest."""
    current = versions[0].api.current_version_id
    named = next((one for one in versions if one.name == running), None)
    return named or next((one for one in versions if one.pk == current), versions[0])


def _parsed(document: bytes) -> ParsedSpecification:
    try:
        parsed = parse_specification(document, limit=settings.PORTICO_MAX_SPECIFICATION_BYTES, size=PARSERS)
    except SandboxError as error:
        raise Unavailable("Other documents are being read.") from error
    if not isinstance(parsed, ParsedSpecification):
        raise SpecificationRefused(parsed.findings)
    return parsed


def publish_drift_of(rule: PublicationRule) -> int:
    """What drifts and was selected by the rule is due to be looked at anew, now that it publishes drafts; how many."""
    rows = DiscoveredService.objects.filter(
        rule=rule, specification_outcome=SpecificationOutcome.DIFFERS, fetch__isnull=False
    )
    return rows.update(specification_outcome=SpecificationOutcome.FOUND)


def compare_overdue() -> int:
    """Drift from before a version was published is due to be looked at anew, though nobody was told; how many."""
    newer = SpecificationDrift.objects.filter(version__api__versions__published_at__gt=F("compared_at"))
    rows = DiscoveredService.objects.filter(
        pk__in=newer.values("pk"), specification_outcome=SpecificationOutcome.DIFFERS
    )
    return rows.update(specification_outcome=SpecificationOutcome.FOUND)


def compare_again(api_id: int) -> int:
    """Documents that stand beside the API's versions are due to be compared with them anew; how many."""
    rows = DiscoveredService.objects.filter(
        service__provides=api_id, standing=Standing.PUBLISHED, specification__isnull=False
    )
    fetched = rows.filter(specification_outcome=SpecificationOutcome.PUBLISHED, fetch__isnull=False)
    differing = rows.filter(specification_outcome=SpecificationOutcome.DIFFERS)
    ids = {*fetched.values_list("pk", flat=True), *differing.values_list("pk", flat=True)}
    return DiscoveredService.objects.filter(pk__in=ids).update(specification_outcome=SpecificationOutcome.FOUND)
