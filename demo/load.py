"""Brings the demo's bank into a portal through its REST API, step by step.

What is there already stays as it is, so a second run changes nothing. People, teams and groups are made by an
administrator; each team publishes its own APIs and adds its own services, with a token that is made when the team first
needs one and revoked at the end.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from demo.access import Nordhaven, load_access
from demo.bank_clusters import ensure_kubeconfig
from demo.client import Client
from demo.manifests import packed

FOLDER = Path(__file__).resolve().parent

Values = Mapping[str, Any]


@dataclass(slots=True)
class Callers:
    """Who sends the requests: an administrator, and the teams once they have something to send."""

    administrator: Client
    tokens: list[int] = field(default_factory=list)
    teams: dict[str, Client] = field(default_factory=dict)

    def team(self, slug: str) -> Client:
        if slug not in self.teams:
            wanted = {"name": f"CI token {slug}", "scopes": ["publish"]}
            token = self.administrator.send("POST", f"teams/{slug}/tokens", wanted)
            self.tokens.append(token["id"])
            self.teams[slug] = replace(self.administrator, token=token["token"])
        return self.teams[slug]

    def is_missing(self, path: str) -> bool:
        return self.administrator.find(path) is None


def load(
    administrator: Client, person: Callable[[str], Client], *, home: Path, now: datetime, say: Callable[[str], None]
) -> None:
    """The bank is in the portal; ``say`` gets one line a step. Raises ``RequestFailed``.

    ``person`` gives whoever acts for somebody of the bank. The kubeconfigs of its clusters are below ``home``, as are
    the keys of its callers and where its upstreams listen; whoever serves these does so by them.
    """
    bank = yaml.safe_load((FOLDER / "bank.yaml").read_text(encoding="utf-8"))
    publications = bank["versions"] = _with_owners(bank.pop("publications"))
    bank["sources"] = [_with_upload(values, home) for values in bank["sources"]]
    with _callers(administrator) as callers:
        for step, make in _STEPS.items():
            entries = bank[step]
            made = sum(make(callers, values) for values in entries)
            say(f"{step.capitalize()}: {made} of {len(entries)} made")
        ended = sum(_end(callers, publication, now.date()) for publication in publications)
        say(f"Older versions: {ended} deprecated or retired")
    load_access(Nordhaven(administrator, person, home, now), say)


def _environment(callers: Callers, values: Values) -> bool:
    return _add(callers, "environments", values)


def _person(callers: Callers, values: Values) -> bool:
    """Somebody without a password, whom nobody can sign in as."""
    if not callers.is_missing(f"users/{values['username']}"):
        return False
    wanted = {**values, "email": f"{values['username']}@nordhaven.example", "with_password": False}
    callers.administrator.send("POST", "users", wanted)
    return True


def _team(callers: Callers, values: Values) -> bool:
    path, administrator = f"teams/{values['slug']}", callers.administrator
    if not callers.is_missing(path):
        return False
    administrator.send("POST", "teams", {key: values[key] for key in ("slug", "title", "description")})
    administrator.send("PATCH", path, {"contacts": values["contacts"]})
    for role in ("maintainer", "member"):
        for username in values[f"{role}s"]:
            administrator.send("PUT", f"{path}/members/{username}", {"role": role})
    return True


def _domain(callers: Callers, values: Values) -> bool:
    return _add(callers, "domains", values)


def _system(callers: Callers, values: Values) -> bool:
    return _add(callers, "systems", values)


def _add(callers: Callers, kind: str, values: Values) -> bool:
    """Whether the row was missing."""
    if not callers.is_missing(f"{kind}/{values['slug']}"):
        return False
    callers.administrator.send("POST", kind, values)
    return True


def _publish(callers: Callers, publication: Values) -> bool:
    path, file = _path(publication), publication["specification"]
    if not callers.is_missing(path):
        return False
    document = (FOLDER / "specifications" / file).read_bytes()
    metadata = _metadata(publication["metadata"])
    callers.team(publication["owner"]).upload("PUT", path, metadata, "specification", file, document)
    return True


def _service(callers: Callers, values: Values) -> bool:
    if not callers.is_missing(f"services/{values['slug']}"):
        return False
    callers.team(values["owner"]).send("POST", "services", _metadata(values))
    return True


def _rule(callers: Callers, values: Values) -> bool:
    if not callers.is_missing(f"publication-rules/{values['name']}"):
        return False
    callers.administrator.send("POST", "publication-rules", values)
    return True


def _source(callers: Callers, values: Values) -> bool:
    """A cluster, or manifests that lie somewhere. Adding it runs it."""
    if not callers.is_missing(f"sources/{values['name']}"):
        return False
    metadata = {key: value for key, value in values.items() if key != "upload"}
    callers.administrator.upload("POST", "sources", metadata, *values["upload"])
    return True


def _with_upload(values: Values, home: Path) -> Values:
    """The source with its file as ``upload``: the parameter, the name of the file and its bytes."""
    values = dict(values)
    name = values["name"]
    if values["kind"] == "kubernetes":
        return {**values, "upload": ("kubeconfig", f"{name}.kubeconfig", ensure_kubeconfig(home, name))}
    manifests = packed(FOLDER / values.pop("manifests"), _beside(values.pop("specifications")))
    return {**values, "upload": ("upload", f"{name}.zip", manifests)}


def _beside(places: Mapping[str, str]) -> dict[str, bytes]:
    """Specifications by the place they lie at."""
    return {place: (FOLDER / "specifications" / file).read_bytes() for place, file in places.items()}


_STEPS: dict[str, Callable[[Callers, Values], bool]] = {
    "environments": _environment,
    "people": _person,
    "teams": _team,
    "domains": _domain,
    "systems": _system,
    "versions": _publish,
    "services": _service,
    "rules": _rule,
    "sources": _source,
}


def _end(callers: Callers, publication: Values, today: date) -> bool:
    """Whether the version took the step that its successor brought about; its sunset is counted from that day."""
    step = dict(publication.get("afterwards", {}))
    found = callers.administrator.find(_path(publication)) if step else None
    if found is None or found["lifecycle"] != "published":
        return False
    days = step.pop("sunset_in_days", None)
    if days is not None:
        step["sunset"] = (today + timedelta(days=days)).isoformat()
    callers.team(publication["owner"]).send("PATCH", _path(publication), step)
    return True


def _with_owners(publications: list[Values]) -> list[dict[str, Any]]:
    """Only the first publication of an API names its owner; the later ones are the same team's."""
    owners: dict[str, str] = {}
    for publication in publications:
        owners.setdefault(publication["api"], publication["metadata"].get("owner", ""))
    return [{**publication, "owner": owners[publication["api"]]} for publication in publications]


def _path(publication: Values) -> str:
    return f"apis/{publication['api']}/versions/{publication['version']}"


def _metadata(values: Values) -> dict[str, Any]:
    """The values with their pages, which are files: the first line of one is its title."""
    if "docs" not in values:
        return dict(values)
    return {**values, "docs": [_page(slug) for slug in values["docs"]]}


def _page(slug: str) -> dict[str, str]:
    heading, _, body = (FOLDER / "pages" / f"{slug}.md").read_text(encoding="utf-8").partition("\n")
    return {"slug": slug, "title": heading.removeprefix("# "), "body": body.lstrip("\n")}


@contextmanager
def _callers(administrator: Client) -> Iterator[Callers]:
    callers = Callers(administrator)
    try:
        yield callers
    finally:
        for token in callers.tokens:
            administrator.send("DELETE", f"tokens/{token}")
