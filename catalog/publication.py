"""The rows of one publication: what a submitted document makes of an API and of a version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from accounts.actor import Actor
from accounts.audit import Difference
from accounts.models import Team
from catalog.entries import write_entry
from catalog.formats.base import WARNING, ParsedSpecification
from catalog.models import API, APIVersion, Lifecycle
from catalog.permissions import Action
from catalog.specifications import describe, digest_of, store_findings, store_operations, store_specification
from catalog.version_metadata import set_version_fields, write_instances
from catalog.versions import sort_key
from common.access import require
from common.errors import Conflict

Status = Literal["created", "unchanged", "updated", "replaced"]


@dataclass(frozen=True, slots=True)
class Submission:
    """A parsed document with its metadata, names already resolved, and who sends it when."""

    actor: Actor
    document: bytes
    media_type: str
    parsed: ParsedSpecification
    values: Mapping[str, Any]
    now: datetime
    keeps_drafts: bool = False


@dataclass(slots=True)
class Written:
    """What became of a row: how, and field -> (before, after)."""

    status: Status
    difference: Difference


def write_api(submission: Submission, slug: str, owner: Team | None) -> tuple[API, Written]:
    """The API of that slug with the submitted metadata; a new one takes title and description from its document."""
    api = API.objects.select_related("owner", "domain", "system").filter(slug=slug).first()
    if api is None:
        api, parsed = API(slug=slug), submission.parsed
        own = {"title": parsed.title[:300] or slug, "description": parsed.description, "owner": owner}
        write_entry(api, {**own, **submission.values}, actor=submission.actor, now=submission.now)
        return api, Written("created", {})
    # Asked again under the lock: the name may have been taken while the document was parsed.
    require(submission.actor, Action.API_PUBLISH, api)
    difference = write_entry(api, submission.values, actor=submission.actor, now=submission.now)
    return api, Written("updated" if difference else "unchanged", difference)


def write_version(submission: Submission, api: API, name: str) -> tuple[APIVersion, Written]:
    """The version of that name with the submitted document.

    Raises ``Conflict`` when it left the draft stage with other bytes, or when drafts are kept.
    """
    known = api.versions.select_related("specification", "successor").defer("specification__compressed")
    version = known.filter(name=name).first()
    if version is None:
        return _create(submission, api, name)
    version.api = api
    same = version.specification.sha256 == digest_of(submission.document)
    if not same and (version.lifecycle != Lifecycle.DRAFT or submission.keeps_drafts):
        raise Conflict(
            f"Version {name} is {version.lifecycle} and its specification differs from this document. Publish the "
            "document under a new version; or a maintainer of the team that owns the API makes this version a draft "
            "again, with a reason."
        )
    difference = set_version_fields(version, submission.values, actor=submission.actor, now=submission.now)
    if not same:
        before = version.specification.sha256
        _take_document(submission, version)
        difference["specification"] = (before, version.specification.sha256)
    if difference:
        version.save()
    if not same:
        _write_contents(submission, version)
    difference |= write_instances(version, submission.values)
    if not same:
        return version, Written("replaced", difference)
    return version, Written("updated" if difference else "unchanged", difference)


def _create(submission: Submission, api: API, name: str) -> tuple[APIVersion, Written]:
    version = APIVersion(
        api=api,
        name=name,
        sort_key=sort_key(name),
        lifecycle=Lifecycle.DRAFT,
        created_at=submission.now,
        created_by=submission.actor.name[:200],
    )
    values = {"lifecycle": Lifecycle.PUBLISHED, **submission.values}
    set_version_fields(version, values, actor=submission.actor, now=submission.now)
    _take_document(submission, version)
    version.save()
    _write_contents(submission, version)
    write_instances(version, submission.values)
    return version, Written("created", {})


def _take_document(submission: Submission, version: APIVersion) -> None:
    version.specification = store_specification(
        submission.document, submission.media_type, submission.parsed, submission.now
    )
    describe(version, submission.parsed)
    version.warning_count = sum(finding.severity == WARNING for finding in submission.parsed.findings)


def _write_contents(submission: Submission, version: APIVersion) -> None:
    store_operations(version, submission.parsed)
    store_findings(version, submission.parsed.findings)
