"""What administrators say about a gateway, checked."""

from collections.abc import Collection, Mapping
from typing import Any, TypedDict
from urllib.parse import urlsplit

from accounts.models import Team
from catalog.models import Environment
from common.errors import Invalid
from common.outbound import NotANetwork, networks_of

#: Pages beside those of the gateways.
RESERVED = frozenset({"new"})
_NETWORKS_AT_MOST = 100
_PORTS_AT_MOST = 100
_LAST_PORT = 65_535


class GatewayMetadata(TypedDict, total=False):
    """``url`` is where callers reach it, ``team`` and ``environments`` are named by their slugs; no environment is
    all of them."""

    title: str
    url: str
    team: str
    environments: list[str]
    networks: list[str]
    closed_ports: list[int]


def checked(metadata: GatewayMetadata) -> tuple[dict[str, Any], list[Environment] | None]:
    """The columns that are given, and the environments when they are; raises ``Invalid`` by field."""
    columns: dict[str, Any] = {name: metadata[name] for name in ("title", "closed_ports") if name in metadata}
    if "url" in metadata:
        columns["url"] = _url(metadata["url"])
    if "team" in metadata:
        columns["team"] = _team(metadata["team"])
    if "networks" in metadata:
        columns["networks"] = _networks(metadata["networks"])
    if "closed_ports" in metadata:
        columns["closed_ports"] = _ports(metadata["closed_ports"])
    return columns, _environments(metadata["environments"]) if "environments" in metadata else None


def told(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The columns as the audit trail keeps them."""
    return {name: value.slug if isinstance(value, Team) else value for name, value in columns.items()}


def _url(text: str) -> str:
    url = text.strip().rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Invalid({"url": "Write the address at which callers reach it, such as https://api.example.com."})
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise Invalid({"url": "Leave out user names, queries and fragments."})
    return url


def _team(slug: str) -> Team | None:
    if not slug:
        return None
    team = Team.objects.filter(slug=slug).first()
    if team is None:
        raise Invalid({"team": f"There is no team {slug}."})
    return team


def _networks(texts: Collection[str]) -> list[str]:
    if len(texts) > _NETWORKS_AT_MOST:
        raise Invalid({"networks": f"Name at most {_NETWORKS_AT_MOST} networks."})
    try:
        return [str(network) for network in dict.fromkeys(networks_of(texts))]
    except NotANetwork as error:
        raise Invalid({"networks": f"{error.text[:50]} is not a network such as 10.0.0.0/8."}) from None


def _ports(ports: Collection[int]) -> list[int]:
    if len(ports) > _PORTS_AT_MOST or not all(0 < port <= _LAST_PORT for port in ports):
        raise Invalid({"closed_ports": f"Name at most {_PORTS_AT_MOST} ports, from 1 to {_LAST_PORT}."})
    return sorted(set(ports))


def _environments(slugs: Collection[str]) -> list[Environment]:
    found = list(Environment.objects.filter(slug__in=slugs).order_by("position", "slug"))
    missing = sorted(set(slugs) - {one.slug for one in found})
    if missing:
        raise Invalid({"environments": f"There is no environment {missing[0]}."})
    return found
