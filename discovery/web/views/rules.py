"""Publication rules in the browser: their list in order, one's form with its preview, removing one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.access import can, require
from common.errors import Invalid, NotFound
from common.web.htmx import INVALID_FORM, redirect, render, render_form
from discovery.models import PublicationRule, Rejudging
from discovery.permissions import Action
from discovery.queries.rules import RulePreview, held_by_rules, preview
from discovery.rule_values import set_rule
from discovery.usecases.delete_rule import delete_rule
from discovery.usecases.move_rule import move_rule
from discovery.usecases.save_rule import save_rule
from discovery.web.places import crumbs
from discovery.web.rule_forms import RuleForm, rule_refusals_in
from discovery.web.rule_words import deletion_words, details, headline, rule_words, selected_words

_PREVIEW = "preview"
_PART = "discovery/_rule_preview.html"
_EXAMPLES = 10
_ROWS = ("domain", "system", "owner")


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every rule in its order; six queries, three of them for who asks and the menu."""
    actor = request.actor
    require(actor, Action.DISCOVERY_READ)
    rules = list(PublicationRule.objects.visible_to(actor).select_related(*_ROWS).order_by("position", "pk"))
    held = held_by_rules(actor)
    may_manage = can(actor, Action.RULE_MANAGE)
    context = {
        "section": "discovery",
        "rows": [{"rule": rule, "words": rule_words(rule), "held": _held(held.get(rule.pk, {}))} for rule in rules],
        "may_manage": may_manage,
        "is_applying": may_manage and Rejudging.objects.exists(),
    }
    return render(request, "discovery/rule_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    require(request.actor, Action.RULE_MANAGE)
    return _form(request, PublicationRule())


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, name: str) -> HttpResponse:
    rule = _rule_named(request, name)
    require(request.actor, Action.RULE_MANAGE)
    return _form(request, rule)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, name: str) -> HttpResponse:
    rule = _rule_named(request, name)
    require(request.actor, Action.RULE_MANAGE)
    if request.method == "POST":
        delete_rule(actor=request.actor, rule=rule, now=timezone.now())
        messages.success(request, f"{rule.name} is deleted")
        return redirect(request, reverse("discovery:rule-list"))
    held = _held(held_by_rules(request.actor).get(rule.pk, {}))
    context = {
        **_context(rule.name, "Delete"),
        "heading": f"Delete {rule.name}?",
        "effect": deletion_words(held["published"], held["ignored"], held["open"]),
        "action": "Delete rule",
        "cancel_url": reverse("discovery:rule-list"),
    }
    return render(request, "discovery/rule_confirm.html", context)


@require_POST
def move(request: HttpRequest, name: str) -> HttpResponse:
    rule = _rule_named(request, name)
    direction = request.POST.get("direction")
    if direction not in ("up", "down"):
        raise Invalid({"direction": "Use up or down."})
    move_rule(actor=request.actor, rule=rule, direction=direction, now=timezone.now())
    return redirect(request, f"{reverse('discovery:rule-list')}#rule-{rule.name}")


def _form(request: HttpRequest, rule: PublicationRule) -> HttpResponse:
    is_preview = request.POST.get("action_wanted") == _PREVIEW
    form = RuleForm(request.POST if request.method == "POST" else None, rule=rule, needs_name=not is_preview)
    if is_preview:
        return _previewed(request, rule, form)
    if form.is_valid():
        with rule_refusals_in(form):
            save_rule(actor=request.actor, rule=rule, metadata=form.metadata(), now=timezone.now())
            messages.success(request, f"{rule.name} is saved and is being applied")
            return redirect(request, f"{reverse('discovery:rule-list')}#rule-{rule.name}")
    shown = preview(request.actor, rule, _EXAMPLES) if rule.pk and not form.is_bound else None
    context = {**_form_context(rule), **_shown(rule, shown)}
    return render_form(request, "discovery/rule_form.html", context, form=form)


def _previewed(request: HttpRequest, rule: PublicationRule, form: RuleForm) -> HttpResponse:
    """What the rule would do as the form has it: its part for htmx, the whole form otherwise."""
    context = {**_form_context(rule), **_shown(rule, None), "form": form}
    if form.is_valid():
        with rule_refusals_in(form):
            set_rule(rule, form.metadata(), request.actor)
            context |= _shown(rule, preview(request.actor, rule, _EXAMPLES))
    context["errors"] = [
        (form.fields[name].label or name.capitalize(), sentences)
        for name, sentences in form.errors.items()
        if name in form.fields
    ]
    status = INVALID_FORM if form.errors else 200
    return render(request, "discovery/rule_form.html", context, part=_PART, status=status)


def _rule_named(request: HttpRequest, name: str) -> PublicationRule:
    """The rule that a URL names. Asks who is nobody to sign in; ``NotFound`` when there is none."""
    require(request.actor, Action.DISCOVERY_READ)
    rule = PublicationRule.objects.visible_to(request.actor).select_related(*_ROWS).filter(name=name).first()
    if rule is None:
        raise NotFound
    return rule


def _held(counts: dict[str, int]) -> dict[str, int]:
    """How many services of a rule are in the catalog, ignored and open."""
    known = counts.get("published", 0) + counts.get("matched", 0)
    return {"published": known, "ignored": counts.get("ignored", 0), "open": counts.get("new", 0)}


def _shown(rule: PublicationRule, shown: RulePreview | None) -> dict[str, Any]:
    if shown is None:
        return {"preview": None}
    unused = [] if rule.is_active else ["Nothing of this happens until the rule is in use."]
    words = {"headline": headline(shown), "selected": selected_words(shown), "details": [*unused, *details(shown)]}
    return {"preview": shown, "words": words}


def _form_context(rule: PublicationRule) -> dict[str, Any]:
    title = rule.name if rule.pk else "Add rule"
    return {**_context(title), "rule": rule if rule.pk else None, "cancel_url": reverse("discovery:rule-list")}


def _context(*titles: str) -> dict[str, Any]:
    trail = [("Rules", reverse("discovery:rule-list")), *((title, "") for title in titles)]
    return {"section": "discovery", "crumbs": crumbs(None, *trail)}
