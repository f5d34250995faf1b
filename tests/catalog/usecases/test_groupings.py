"""Domains, systems and environments: who makes, changes and removes them."""

from datetime import UTC, datetime

import pytest

from accounts.models import AuditEvent
from catalog.models import Domain, Environment, System
from catalog.usecases.delete_grouping import delete_grouping
from catalog.usecases.save_grouping import save_grouping
from common.access import Denied
from common.errors import Conflict, Invalid
from tests.factories.accounts import actor_of
from tests.factories.catalog import make_api, make_domain, make_environment, make_system
from tests.personas import Cast

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def test_an_administrator_makes_and_changes_a_domain(cast: Cast) -> None:
    actor, domain = actor_of(cast.administrator), Domain(slug="cards", title="cards")
    save_grouping(actor=actor, grouping=domain, metadata={"title": "Cards", "owner": "payments"}, now=NOW)
    changed = save_grouping(actor=actor, grouping=domain, metadata={"owner": "", "slug": "other"}, now=NOW)

    assert changed == ["owner"]
    domain = Domain.objects.get()
    assert (domain.slug, domain.title, domain.owner) == ("cards", "Cards", None)
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["catalog.domain.created", "catalog.domain.edited"]


@pytest.mark.parametrize("grouping", [Domain(slug="a", title="A"), Environment(slug="a", title="A")])
def test_nobody_else_does(cast: Cast, grouping: Domain | Environment) -> None:
    for person in (cast.maintainer, cast.member, cast.viewer):
        with pytest.raises(Denied):
            save_grouping(actor=actor_of(person), grouping=grouping, metadata={}, now=NOW)


def test_maintainers_manage_the_systems_of_their_team(cast: Cast) -> None:
    system = System(slug="ledger", title="Ledger")
    for person in (cast.member, cast.stranger):
        with pytest.raises(Denied):
            save_grouping(actor=actor_of(person), grouping=system, metadata={"owner": "payments"}, now=NOW)
    save_grouping(actor=actor_of(cast.maintainer), grouping=system, metadata={"owner": "payments"}, now=NOW)

    with pytest.raises(Denied):
        save_grouping(actor=actor_of(cast.maintainer), grouping=system, metadata={"owner": "lending"}, now=NOW)


@pytest.mark.parametrize(
    ("grouping", "metadata", "field"),
    [
        (Domain(slug="A b", title="A"), {}, "slug"),
        (Domain(slug="a", title="A"), {"title": ""}, "title"),
        (System(slug="a", title="A"), {"domain": "nowhere"}, "domain"),
        (Environment(slug="a", title="A"), {"position": -1}, "position"),
    ],
)
def test_it_names_the_field_that_breaks_a_rule(cast: Cast, grouping: Domain, metadata: dict, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        save_grouping(actor=actor_of(cast.administrator), grouping=grouping, metadata=metadata, now=NOW)

    assert field in caught.value.fields


def test_a_taken_name_is_a_conflict(cast: Cast) -> None:
    make_domain("cards")
    with pytest.raises(Conflict):
        save_grouping(
            actor=actor_of(cast.administrator), grouping=Domain(slug="cards", title="C"), metadata={}, now=NOW
        )


def test_only_what_is_empty_is_removed(cast: Cast) -> None:
    domain, system, environment = make_domain("cards"), make_system("ledger"), make_environment()
    instances = [{"environment": "production", "url": "https://a.example.com"}]
    api = make_api("payments", owner=cast.team, domain="cards", system="ledger", instances=instances)
    administrator = actor_of(cast.administrator)
    for grouping in (domain, system, environment):
        with pytest.raises(Conflict):
            delete_grouping(actor=administrator, grouping=grouping, now=NOW)
    api.delete()
    for grouping in (domain, system, environment):
        with pytest.raises(Denied):
            delete_grouping(actor=actor_of(cast.member), grouping=grouping, now=NOW)
        delete_grouping(actor=administrator, grouping=grouping, now=NOW)

    assert (Domain.objects.count(), System.objects.count(), Environment.objects.count()) == (0, 0, 0)
