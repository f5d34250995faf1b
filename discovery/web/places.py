"""Where pages of discovery are, and the source that a URL names."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from common.access import require
from common.errors import NotFound
from discovery.connectors.base import Misconfigured
from discovery.installed import connector_of
from discovery.models import Run, Source
from discovery.permissions import Action
from discovery.queries.sources import source_named


@dataclass(frozen=True, slots=True)
class KindShown:
    """What a page says of the kind of a source."""

    title: str
    icon: str
    is_installed: bool = True


def kind_shown(kind: str) -> KindShown:
    """The title and icon of the connector; its bare name when it is not installed any more."""
    try:
        connector = connector_of(kind)
    except Misconfigured:
        return KindShown(kind, icon="plug-off", is_installed=False)
    return KindShown(connector.title, connector.icon)


def source_of(request: HttpRequest, name: str) -> Source:
    """The source that a URL names; two queries. Asks who is nobody to sign in; ``NotFound`` when it is not theirs."""
    require(request.actor, Action.DISCOVERY_READ)
    return source_named(request.actor, name)


def run_numbered(source: Source, number: int) -> Run:
    """The run of that number of a source that was found; one query."""
    run = source.runs.filter(number=number).first()
    if run is None:
        raise NotFound
    run.source = source
    return run


def source_url(source: Source) -> str:
    return reverse("discovery:source", args=[source.name])


def run_url(run: Run) -> str:
    """The page of a run whose source came with it."""
    return reverse("discovery:run", args=[run.source.name, run.number])


def crumbs(source: Source | None = None, *more: tuple[str, str]) -> list[dict[str, str]]:
    """The way to a page of a source; ``more`` are the titles and URLs below it, the last without a URL."""
    trail = [("Discovery", reverse("discovery:overview"))]
    if source is not None:
        trail.append((source.name, source_url(source) if more else ""))
    return [{"title": title, "url": url} for title, url in (*trail, *more)]
