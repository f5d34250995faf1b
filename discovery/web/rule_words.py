"""How publication rules read: what one selects, what it does with that, and what a preview of it says."""

from collections.abc import Iterable

from catalog.models import ServiceKind
from common.web.words import counted, grouped
from discovery.models import PublicationRule, RuleAction
from discovery.queries.rules import RulePreview
from discovery.rules import PRESENT, Selector
from discovery.selectors import selector_of

_EXPOSURES = {"inside": "reachable in their cluster only", "mesh": "reachable in the mesh", "internet": "exposed"}
_SELECTS_ALL = "every service"
_UNOWNED, _ALREADY = "in the inbox, because nobody owns", "in the catalog or ignored already"
_DRAFTS = "would become a draft version, because what runs is not what is published"
_WAITING = "for a person to decide"


def selector_words(selector: Selector) -> str:
    """«services in namespace cards-* of source prod-eu-1, exposed, with label tier: gold»."""
    parts = [
        _named("of kind", selector.kinds),
        _named("in namespace", selector.namespaces),
        _named("of source", selector.sources),
        _named("in environment", selector.environments),
        _either(_EXPOSURES[level] for level in selector.exposures),
        _labels(selector),
    ]
    said = [part for part in parts if part]
    return f"services {', '.join(said)}" if said else _SELECTS_ALL


def rule_words(rule: PublicationRule) -> str:
    """«Publishes services in namespace cards-*: as microservice, system Issuing, owner Card Issuing.» The rows that it
    names come with it."""
    verb = {RuleAction.PUBLISH: "Publishes", RuleAction.IGNORE: "Ignores"}.get(RuleAction(rule.action), "Proposes for")
    selected = selector_words(selector_of(rule.selector))
    values = "" if rule.action == RuleAction.IGNORE else _values(rule)
    if rule.action == RuleAction.PROPOSE:
        values = values or "nothing of its own"
    return f"{verb} {selected}: {values}." if values else f"{verb} {selected}."


def deletion_words(published: int, ignored: int, is_open: int) -> str:
    """What follows when a rule goes that holds so many services."""
    held = "service it,services it"
    sentences = [
        (published, f"{counted(published, 'service stays,services stay')} in the catalog."),
        (ignored, f"{counted(ignored, held)} ignores return to the inbox, unless another rule ignores them."),
        (is_open, f"{counted(is_open, 'service,services')} in the inbox lose the values it proposes."),
    ]
    said = [sentence for count, sentence in sentences if count]
    return " ".join(said) or "It selects no service now."


def headline(preview: RulePreview) -> str:
    """«Would publish 312», «Would ignore 40»; what it would change first."""
    said = [
        f"{verb} {_number(count, preview)}"
        for verb, count in (
            ("publish", preview.publish),
            ("ignore", preview.ignore),
            ("propose values for", preview.propose),
        )
        if count
    ]
    return f"Would {', '.join(said)}" if said else "Would change nothing"


def details(preview: RulePreview) -> list[str]:
    """What else is true of what the rule selects, a sentence each."""
    sentences = [
        (preview.unowned, (f"stays {_UNOWNED} it", f"stay {_UNOWNED} them")),
        (preview.already, (f"is {_ALREADY}", f"are {_ALREADY}")),
        (preview.waiting, (f"waits {_WAITING}", f"wait {_WAITING}")),
        (preview.drafts, (_DRAFTS, _DRAFTS)),
    ]
    said = [f"{_number(count, preview)} {_form(count, forms, preview)}." for count, forms in sentences if count]
    return [*said, f"Earlier rules come first: {_earlier(preview)}."] if preview.taken else said


def selected_words(preview: RulePreview) -> str:
    """«Selects 353 services that are there now»; where only a part was counted, it says of which."""
    if preview.is_estimate:
        return f"Counted on the {grouped(preview.selected)} newest services it selects; there are more."
    return f"Selects {counted(preview.selected, 'service,services')} of those that are there now."


def _earlier(preview: RulePreview) -> str:
    """«60 by noise, 3 by lending»; the three that select most, and the rest together."""
    named = sorted(preview.taken_by.items(), key=lambda pair: (-pair[1], pair[0]))
    said = [f"{_number(count, preview)} by {name}" for name, count in named[:3]]
    rest = sum(count for _, count in named[3:])
    return ", ".join([*said, f"{_number(rest, preview)} by others"] if rest else said)


def _form(count: int, forms: tuple[str, str], preview: RulePreview) -> str:
    one, many = forms
    return one if count == 1 and not preview.is_estimate else many


def _number(count: int, preview: RulePreview) -> str:
    return f"{grouped(count)}+" if preview.is_estimate else grouped(count)


def _values(rule: PublicationRule) -> str:
    kind = dict(ServiceKind.choices).get(rule.kind, "").lower() if rule.kind != ServiceKind.SAAS else "SaaS"
    said = [
        f"as {kind}" if kind else "",
        f"system {rule.system.title}" if rule.system else "",
        f"domain {rule.domain.title}" if rule.domain else "",
        f"owner {rule.owner.title}" if rule.owner else "",
        f"visibility {rule.visibility}" if rule.visibility else "",
        "drift as a draft version" if rule.publishes_drafts and rule.action != RuleAction.IGNORE else "",
        "also without an owner" if rule.publishes_unowned and rule.action == RuleAction.PUBLISH else "",
    ]
    return ", ".join(part for part in said if part)


def _named(words: str, names: tuple[str, ...]) -> str:
    return f"{words} {_either(names)}" if names else ""


def _labels(selector: Selector) -> str:
    said = [key if value == PRESENT else f"{key}: {value}" for key, value in selector.labels]
    return f"with label {' and '.join(said)}" if said else ""


def _either(names: Iterable[str]) -> str:
    """«a», «a or b», «a, b or c», and of many the first four with how many more."""
    every = list(names)
    shown = every if len(every) <= 5 else [*every[:4], f"{len(every) - 4} others"]
    return f"{', '.join(shown[:-1])} or {shown[-1]}" if len(shown) > 1 else "".join(shown)
