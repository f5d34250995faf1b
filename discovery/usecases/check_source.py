"""«Test connection»: a place is tried, and nothing is kept."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from accounts.actor import Actor
from common.access import require
from discovery.configuration import Configured, unsealed, unsealed_files
from discovery.connectors.base import ConnectorError, Surroundings
from discovery.installed import connector_of
from discovery.models import Source
from discovery.permissions import Action
from discovery.runs.scrubbing import place_of, scrubber
from discovery.sources import CheckedSource, SourceMetadata, checked_source, refuse_name
from discovery.surroundings import surroundings
from discovery.watching.retry import try_again

CHECK_SECONDS = 10

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Whether the place could be looked at: what was found, or why not and what to do about it."""

    is_ok: bool
    sentences: tuple[str, ...] = ()
    code: str = ""
    message: str = ""
    hint: str = ""


def check_source(*, actor: Actor, metadata: SourceMetadata | None = None, source: Source | None = None) -> CheckResult:
    """The answer of the connector for a source, for a new one that ``metadata`` describes, or for a change of one.

    A source that can be looked at as it is can perhaps be watched as well, which is tried again at once. Raises
    ``Invalid`` by field as adding or editing would.
    """
    require(actor, Action.SOURCE_MANAGE, source)
    told: SourceMetadata = metadata or {}
    if source is None:
        refuse_name(told.get("name", ""))
    checked = checked_source(told, source)
    name, kind = (source.name, source.kind) if source else (told["name"], told["kind"])
    try:
        values, files = _whole(checked, source)
        environment = checked.values.get("environment") or source.environment
        with surroundings(name, environment.slug, values, files, monotonic() + CHECK_SECONDS) as around:
            result = _asked(kind, around, scrubber(_secrets(kind, values)))
    except ConnectorError as error:
        return CheckResult(False, code=error.code, message=error.message, hint=error.hint)
    if source is not None and result.is_ok:
        try_again(source.pk)
    return result


def _whole(checked: CheckedSource, source: Source | None) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Values with secrets, and files: those of the source with what is new."""
    made = checked.configured or Configured(dict(source.configuration) if source else {})
    secrets = unsealed(source) if source and set(source.secrets) - {*made.secrets, *made.dropped} else {}
    files: dict[str, bytes] = {}
    if source:
        files = unsealed_files(source, source.uploads.exclude(parameter__in=[*made.uploads, *made.dropped]))
    files |= {parameter: file.content for parameter, file in made.uploads.items()}
    kept = {parameter: secret for parameter, secret in secrets.items() if parameter not in made.dropped}
    return {**made.values, **kept, **made.secrets}, files


def _secrets(kind: str, values: Mapping[str, Any]) -> list[str]:
    return [str(values[one.name]) for one in connector_of(kind).parameters if one.secret and one.name in values]


def _asked(kind: str, around: Surroundings, scrub: Callable[[str], str]) -> CheckResult:
    connector = connector_of(kind)
    try:
        return CheckResult(True, tuple(scrub(str(sentence)) for sentence in connector.check(around).sentences))
    except ConnectorError as error:
        told = {"code": error.code, "message": scrub(str(error.message)), "hint": scrub(str(error.hint))}
        return CheckResult(False, **told)
    except (Exception, SystemExit) as error:
        # A connector may be somebody else's code, and its failure is an answer too. Its text may hold a secret.
        log.error(
            "discovery.source.connector_broke kind=%s error=%s place=%s", kind, type(error).__name__, place_of(error)
        )
        return CheckResult(False, code="failed", message="The connector failed.", hint="The log has the reason.")
