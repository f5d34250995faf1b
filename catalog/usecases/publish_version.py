"""Publishing: a document and what is said about it become a version that people can find at commit."""

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Team
from catalog.formats.base import Finding, ParsedSpecification, Refused
from catalog.formats.parsing import parse_specification
from catalog.lifecycle import refresh_current_version
from catalog.metadata import PublishMetadata
from catalog.models import API, APIVersion, Lifecycle
from catalog.permissions import Action
from catalog.publication import Status, Submission, Written, write_api, write_version
from catalog.references import owner_of_new, resolved
from catalog.search.index import reindex_api
from catalog.signals import version_published, version_turned
from catalog.specifications import unstorable
from catalog.versions import AUTO, NAME_RULE, is_version_name
from common.access import require
from common.errors import Invalid, PorticoError, Unavailable
from common.locks import lock_until_commit
from common.sandbox import AllBusy, NotStarted
from common.slugs import SLUG_RULE, is_slug

# Two, so that one document that takes its full time does not hold up every other.
PARSERS = 2


class SpecificationRefused(PorticoError):
    """The document is not a specification Portico reads; ``findings`` say why and where."""

    status = 422
    code = "specification-refused"
    title = "The specification was refused"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        said = "The document was not accepted. The findings say where and why."
        super().__init__(said, findings=[asdict(finding) for finding in findings])
        self.findings = findings


@dataclass(frozen=True, slots=True)
class PublishResult:
    """What publishing did, or in a dry run would do. ``changed`` names fields that had another value before."""

    status: Status
    api: API
    version: APIVersion
    changed: list[str]
    findings: tuple[Finding, ...]


def publish_version(
    *,
    actor: Actor,
    api: str,
    version: str,
    document: bytes,
    media_type: str,
    metadata: PublishMetadata,
    now: datetime,
    dry_run: bool = False,
    keeps_drafts: bool = False,
) -> PublishResult:
    """Make this document the version of that API, creating either when it is new, and return what that changed.

    ``version`` is its name, or ``auto`` for the one the document states. The same bytes and metadata again change
    nothing. A dry run gives the same answer and writes nothing. With ``keeps_drafts`` other bytes of a draft are a
    conflict too: for what is found and not sent. A part of Portico may leave a new API unowned (``owner: None``).

    Raises ``Denied`` for a name of another team, whoever may see it; ``SpecificationRefused``; ``Invalid`` by field;
    ``Conflict`` for other bytes of a published version; ``Unavailable`` while no process is free to read the document.
    """
    _check_names(api, version)
    owner = _permitted_owner(actor, api, metadata)
    # Parsed before the transaction: it waits for another process, and no lock may wait for that.
    parsed = _parsed(document, "" if version == AUTO else version)
    name = _name_of(version, parsed)
    values = resolved({key: value for key, value in metadata.items() if (key, value) != ("owner", None)}, actor)
    submission = Submission(actor, document, media_type, parsed, values, now, keeps_drafts)
    with transaction.atomic():
        # Two pipelines that publish under one name take turns, and the second sees what the first wrote.
        lock_until_commit(f"catalog.api:{api}")
        result = _write(submission, api, name, owner)
        if dry_run:
            transaction.set_rollback(True)
    return result


def _parsed(document: bytes, version: str) -> ParsedSpecification:
    try:
        parsed = parse_specification(
            document, version=version, limit=settings.PORTICO_MAX_SPECIFICATION_BYTES, size=PARSERS
        )
    except AllBusy:
        raise Unavailable("Other documents are being read. Send this one again in a few seconds.") from None
    except NotStarted as error:
        raise Unavailable("Specifications cannot be read for the moment. The reason is in the log.") from error
    findings = parsed.findings if isinstance(parsed, Refused) else unstorable(parsed)
    if isinstance(parsed, Refused) or findings:
        raise SpecificationRefused(findings)
    return parsed


def _check_names(api: str, version: str) -> None:
    if not is_slug(api):
        raise Invalid({"api": SLUG_RULE})
    if version != AUTO and not is_version_name(version):
        raise Invalid({"version": NAME_RULE})


def _permitted_owner(actor: Actor, slug: str, metadata: PublishMetadata) -> Team | None:
    """The team that will own the API when it is new, ``None`` when it exists.

    Asks first what needs no look at the name, so that who may publish nothing learns nothing about it. The look is
    not limited to what the actor may see: a name is taken whoever may see it, and the refusal is one and the same.
    """
    require(actor, Action.API_PUBLISH)
    existing = API.objects.filter(slug=slug).only("owner_id").first()
    if existing is not None:
        require(actor, Action.API_PUBLISH, existing)
        return None
    is_left_open = actor.kind == "system" and metadata.get("owner", "") is None
    owner = None if is_left_open else owner_of_new(metadata.get("owner"), actor)
    require(actor, Action.API_CREATE, owner)
    return owner


def _name_of(version: str, parsed: ParsedSpecification) -> str:
    """The version's name: the one asked for, else the one the document states."""
    if version != AUTO:
        return version
    stated = parsed.version.strip()
    if not is_version_name(stated):
        raise Invalid({"version": f"The document's version “{stated[:100]}” cannot name one. {NAME_RULE}"})
    return stated


def _write(submission: Submission, slug: str, name: str, owner: Team | None) -> PublishResult:
    api, entry = write_api(submission, slug, owner)
    was_published = api.versions.filter(name=name).exclude(lifecycle=Lifecycle.DRAFT).exists()
    version, contents = write_version(submission, api, name)
    changed = sorted({*entry.difference, *contents.difference})
    status = "updated" if contents.status == "unchanged" and entry.difference else contents.status
    if status != "unchanged":
        refresh_current_version(api, submission.now)
        reindex_api(api.pk)
        _record(submission, api, entry, version, contents)
    if version.lifecycle != Lifecycle.DRAFT and not was_published:
        send = partial(version_published.send_robust, APIVersion, api_id=api.pk, version_id=version.pk)
        transaction.on_commit(send)
    if "lifecycle" in contents.difference:
        version_turned.send(APIVersion, api_id=api.pk, version_id=version.pk)
    return PublishResult(status, api, version, changed, submission.parsed.findings)


def _record(submission: Submission, api: API, entry: Written, version: APIVersion, contents: Written) -> None:
    common = {"actor": submission.actor, "now": submission.now, "team_id": api.owner_id}
    if entry.status != "unchanged":
        action = "catalog.api.created" if entry.status == "created" else "catalog.api.edited"
        record(action=action, obj=api, name=api.slug, difference=entry.difference, **common)
    if contents.status != "unchanged":
        verbs = {"created": "drafted" if version.lifecycle == Lifecycle.DRAFT else "published", "updated": "edited"}
        action = f"catalog.version.{verbs.get(contents.status, contents.status)}"
        name = f"{api.slug} {version.name}"
        record(action=action, obj=version, name=name, difference=contents.difference, **common)
