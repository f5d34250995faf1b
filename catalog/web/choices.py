"""Choosing other entries in a form: those chosen, and those found for a few letters, as check boxes, or as radio
buttons where one is all that can be named.

With scripts the found ones follow what is typed; without, «Find» sends the form and it comes back with them.
"""

from dataclasses import dataclass

from django.db.models import Q
from django.forms import BaseForm, BoundField

from accounts.actor import Actor
from catalog.models import API, Service
from catalog.web.fields import SlugField
from common.slugs import is_slug

FOUND_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """An entry that a form can name."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class Choices:
    """One field of related entries with what it shows; ``is_single``: at most one can be named."""

    field: BoundField
    kind: str
    chosen: list[Choice]
    find: str
    found: list[Choice]
    is_single: bool = False


def find_entries(actor: Actor, model: type[API | Service], text: str, without: set[str]) -> list[Choice]:
    """The first visible entries whose title or slug holds the text, by title; one query."""
    text = text.strip()[:100]
    if not text or "\0" in text:
        return []
    condition = Q(title__icontains=text) | Q(slug__icontains=text)
    entries = model.objects.visible_to(actor).filter(condition).exclude(slug__in=without).order_by("title", "pk")
    return [Choice(*row) for row in entries.values_list("slug", "title")[:FOUND_AT_MOST]]


def choices_of(form: BaseForm, actor: Actor) -> list[Choices]:
    """What each field that the form lists as ``related`` shows; one query a field that has something chosen, one that
    finds."""
    shown = []
    for name in form.related:
        bound = form[name]
        is_single = isinstance(bound.field, SlugField)
        given = [bound.value()] if is_single else bound.value() or []
        slugs = [str(slug) for slug in given if slug and is_slug(str(slug))]
        find = form.data.get(f"find_{name}", "") if form.is_bound else ""
        model = bound.field.model
        found = find_entries(actor, model, find, set(slugs))
        shown.append(Choices(bound, model._meta.model_name, named_entries(actor, model, slugs), find, found, is_single))
    return shown


def wants_to_find(form: BaseForm) -> bool:
    """Whether the form was sent to find entries, not to be saved."""
    return form.is_bound and "find" in form.data


def named_entries(actor: Actor, model: type[API | Service], slugs: list[str]) -> list[Choice]:
    """Entries by their slugs, with the titles of those the actor may know of; one query."""
    titles = dict(model.objects.visible_to(actor).filter(slug__in=slugs).values_list("slug", "title")) if slugs else {}
    return [Choice(slug, titles.get(slug, slug)) for slug in sorted(set(slugs))]
