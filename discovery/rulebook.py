"""Reads the publication rules and the names that proposals may use, as values."""

from collections.abc import Iterable

from accounts.models import Team
from catalog.models import Domain, ServiceKind, System
from discovery.models import PublicationRule
from discovery.proposals import Named, Names
from discovery.rules import Rule, RuleSet
from discovery.selectors import selector_of


def load_rules() -> RuleSet:
    """The active rules in their order; one query."""
    rules = PublicationRule.objects.filter(is_active=True).select_related("domain", "system", "owner")
    return RuleSet(rule_of(rule) for rule in rules.order_by("position", "pk"))


def rule_of(rule: PublicationRule) -> Rule:
    """The rule as a value; relations come with the row."""
    return Rule(
        id=rule.pk,
        name=rule.name,
        action=rule.action,
        selector=selector_of(rule.selector),
        kind=rule.kind,
        domain=rule.domain.slug if rule.domain else "",
        system=rule.system.slug if rule.system else "",
        owner=rule.owner.slug if rule.owner else "",
        visibility=rule.visibility,
        publishes_unowned=rule.publishes_unowned,
        publishes_drafts=rule.publishes_drafts,
    )


def load_names() -> Names:
    """Every team, domain and system by slug; three queries."""
    domains = {row[0]: Named(*row) for row in Domain.objects.values_list("pk", "slug", "title")}
    systems = System.objects.values_list("pk", "slug", "title", "owner_id", "domain_id")
    return Names(
        teams=_by_slug(Named(*row) for row in Team.objects.values_list("pk", "slug", "title")),
        domains=_by_slug(domains.values()),
        systems=_by_slug(Named(*row, domains.get(domain)) for *row, domain in systems),
        kinds=frozenset(ServiceKind.values),
    )


def _by_slug(named: Iterable[Named]) -> dict[str, Named]:
    return {one.slug: one for one in named}
