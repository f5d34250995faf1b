"""Names to rows: turns the slugs of metadata into what they name, or says field by field what is unknown."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from accounts.actor import Actor
from accounts.models import Team
from catalog.metadata import InstanceValue, PageValue
from catalog.models import API, APIVersion, Domain, Environment, Service, System
from common.errors import Invalid
from common.slugs import SLUG_RULE, is_slug

PAGE_SLUG, PAGE_TITLE = "documentation", "Documentation"
TAGS_AT_MOST = 50


def resolved(metadata: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """The metadata with rows in place of names; at most one query a named field.

    Raises ``Invalid`` with every field that names something unknown, or something the actor may not know of.
    """
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for field, value in metadata.items():
        resolve = _RESOLVERS.get(field)
        try:
            values[field] = resolve(value, field, actor) if resolve else value
        except Invalid as invalid:
            errors |= invalid.fields
    if errors:
        raise Invalid(errors)
    return values


def team_named(slug: str, field: str, _actor: Actor) -> Team:
    team = Team.objects.filter(slug=slug).first()
    if team is None:
        raise Invalid({field: f"There is no team “{slug}”."})
    return team


def owner_of_new(slug: str | None, actor: Actor) -> Team:
    """The team that will own a new entry: the one named, else the actor's only one."""
    if slug:
        return team_named(slug, "owner", actor)
    teams = list(Team.objects.filter(pk__in=actor.team_ids).order_by("slug"))
    if len(teams) == 1:
        return teams[0]
    choice = f" Yours are: {', '.join(team.slug for team in teams)}." if teams else ""
    raise Invalid({"owner": f"Name the team that will own this.{choice}"})


def successor_named(name: str | None, api: API, actor: Actor) -> APIVersion | None:
    """The version meant by ``version`` or ``api/version``; one query."""
    if not name:
        return None
    slug, _, version = name.rpartition("/")
    visible = API.objects.visible_to(actor)
    found = APIVersion.objects.filter(api__in=visible, api__slug=slug or api.slug, name=version).first()
    if found is None:
        raise Invalid({"successor": f"There is no version “{name}”."})
    return found


def tag_names(names: Iterable[str], field: str, _actor: Actor) -> list[str]:
    """The tags in lower case, each once, sorted. Unknown tags are made when they are used."""
    wanted = sorted({name.strip().lower() for name in names if name.strip()})
    for name in wanted:
        if not is_slug(name):
            raise Invalid({field: f"“{name}” cannot be a tag. {SLUG_RULE}"})
    if len(wanted) > TAGS_AT_MOST:
        raise Invalid({field: f"An entry has at most {TAGS_AT_MOST} tags."})
    return wanted


def _domain(slug: str | None, field: str, _actor: Actor) -> Domain | None:
    return _group(Domain, slug, field)


def _system(slug: str | None, field: str, _actor: Actor) -> System | None:
    return _group(System, slug, field)


def _group(model: type, slug: str | None, field: str) -> Any:
    if not slug:
        return None
    group = model.objects.filter(slug=slug).first()
    if group is None:
        raise Invalid({field: f"There is no {field} “{slug}”."})
    return group


def _services(slugs: list[str], field: str, actor: Actor) -> list[Service]:
    return _entries(Service, slugs, field, actor)


def _apis(slugs: list[str], field: str, actor: Actor) -> list[API]:
    return _entries(API, slugs, field, actor)


def _entries(model: type, slugs: list[str], field: str, actor: Actor) -> list[Any]:
    wanted = sorted(set(slugs))
    found = list(model.objects.visible_to(actor).filter(slug__in=wanted).order_by("slug"))
    missing = set(wanted) - {entry.slug for entry in found}
    if missing:
        noun = model._meta.verbose_name
        raise Invalid({field: [f"There is no {noun} “{slug}”." for slug in sorted(missing)]})
    return found


def _instances(values: list[InstanceValue], field: str, _actor: Actor) -> list[tuple[Environment, str]]:
    """Environments are made by administrators, so that a pipeline's misspelling does not make a second production."""
    known = {environment.slug: environment for environment in Environment.objects.order_by("position", "slug")}
    unknown = sorted({value["environment"] for value in values} - known.keys())
    if unknown:
        choice = f"Known are: {', '.join(known)}." if known else "There is none yet; an administrator adds them."
        raise Invalid({field: [f"There is no environment “{slug}”. {choice}" for slug in unknown]})
    return list(dict.fromkeys((known[value["environment"]], value["url"]) for value in values))


def _pages(value: str | list[PageValue], field: str, _actor: Actor) -> list[PageValue]:
    if isinstance(value, str):
        return [PageValue(slug=PAGE_SLUG, title=PAGE_TITLE, body=value)]
    slugs = [page["slug"] for page in value]
    if len(slugs) != len(set(slugs)):
        raise Invalid({field: "Each page needs a slug of its own."})
    return list(value)


_RESOLVERS: dict[str, Callable[[Any, str, Actor], Any]] = {
    "owner": team_named,
    "domain": _domain,
    "system": _system,
    "tags": tag_names,
    "provided_by": _services,
    "depends_on": _services,
    "provides": _apis,
    "consumes": _apis,
    "instances": _instances,
    "docs": _pages,
}
