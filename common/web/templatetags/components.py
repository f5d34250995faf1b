"""Template tags and filters every page may use without loading them."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, tzinfo
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BoundField
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from common import markdown as text_markdown
from common.web import words
from common.web.toasts import parts_of
from common.web.vocabulary import BADGES, SAFE_METHODS, Badge

register = template.Library()

_THEMES = frozenset({"light", "dark"})
_PARAMETER = re.compile(r"(\{[^{}/]*\})")
_BREAKING_SLASH = re.compile(r"(?<=.)/(?=.)")

register.filter("number", words.grouped)
register.filter("plural", words.counted)
register.filter("compact", words.compact)
register.filter("filesize", words.bytes_size)
register.filter("initials", words.initials)


# A page has hundreds of icons and badges, and few that differ. ``typed`` keeps a safe text apart from the same text
# that still needs escaping.
@register.simple_tag
@lru_cache(maxsize=1024, typed=True)
def icon(name: str, size: int = 16, label: str = "") -> SafeString:
    """An icon of the sprite; hidden from assistive technology unless it has a label."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="glyph" width="{}" height="{}" {} focusable="false"><use href="{}#{}"></use></svg>',
        size,
        size,
        spoken,
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def badge(family: str, value: str, **details: Any) -> SafeString:
    """The badge of a state, as the vocabulary words it; an unknown value is shown as it is, dashed.

    ``details`` fill the word's names (``sunset=version.sunset_on``); ``alone=True`` shows the icon only, with
    the word as its accessible name.
    """
    found = BADGES.get(family, {}).get(str(value).lower()) or Badge(str(value).capitalize(), "help-circle", "dashed")
    alone = details.pop("alone", False)
    word = _worded(found, details)
    return _badge(found.grade, found.icon, word, bool(alone))


@lru_cache(maxsize=1024, typed=True)
def _badge(grade: str, icon_name: str, word: str, alone: bool) -> SafeString:
    if alone:
        return format_html('<span class="state state-{}">{}</span>', grade, icon(icon_name, 14, word))
    return format_html('<span class="state state-{}">{}{}</span>', grade, icon(icon_name, 14), word)


@register.simple_tag
def kind_icon(kind: str, size: int = 16) -> SafeString:
    """The icon of a kind of entry, for its tile."""
    return icon(_kind(kind).icon, size)


@register.simple_tag
@lru_cache(maxsize=64, typed=True)
def method(name: str) -> SafeString:
    """The method as a mono word: grey reads, accent changes, red takes away."""
    upper = str(name).upper()
    role = "safe" if upper in SAFE_METHODS else "delete" if upper == "DELETE" else "change"
    return format_html('<span class="method method-{}">{}</span>', role, upper)


@register.simple_tag
def facet_values(name: str, values: Iterable[Mapping[str, Any]]) -> SafeString:
    """The lines of a facet: a box, a label and a count each. In Python, since a page has some two hundred of them.

    A value is {value, label, count, chosen, typed}; ``typed``: chosen by words in the search field and undone there.
    """
    field = escape(name)
    lines = []
    for one in values:
        value = escape(one["value"])
        line = "<li>" if one["count"] or one["chosen"] else '<li class="is-zero">'
        state = (" checked" if one["chosen"] else "") + (" disabled" if one["typed"] else "")
        lines.append(
            f'{line}<label><input class="choice-box" type="checkbox" id="{field}-{value}"'
            f' name="{field}" value="{value}"{state}>'
            f'<span class="facet-name">{escape(one["label"])}</span>'
            f'<span class="facet-count">{words.grouped(one["count"])}</span></label></li>'
        )
    return mark_safe("".join(lines))  # noqa: S308


@register.filter
def path(value: str) -> SafeString:
    """A URL path in mono with its ``{parameters}`` grey; it may break after a slash."""
    pieces = []
    for piece in _PARAMETER.split(str(value)):
        if _PARAMETER.fullmatch(piece):
            pieces.append(format_html('<span class="path-parameter">{}</span>', piece))
        else:
            pieces.append(_BREAKING_SLASH.sub("/<wbr>", conditional_escape(piece)))
    return format_html('<span class="path">{}</span>', mark_safe("".join(pieces)))  # noqa: S308


@register.filter
def when(value: date | datetime | None) -> SafeString | str:
    """A time as people say it, the full time with its zone in the title; «–» for none."""
    if value is None or value == "":
        return words.NONE
    beginning = _time(value, timezone.get_current_timezone())
    return mark_safe(f"{beginning}{escape(words.short_time(value, timezone.now()))}</time>")  # noqa: S308


# Rows of a list often share a moment: what a run found, it found at once.
@lru_cache(maxsize=1024, typed=True)
def _time(value: date | datetime, _zone: tzinfo) -> str:
    return f'<time datetime="{words.machine_time(value)}" title="{escape(words.full_time(value))}">'


@register.filter
def markdown(value: str | None, heading_shift: int = 1) -> SafeString:
    """Markdown as safe HTML; headings start ``heading_shift`` levels lower than written."""
    return mark_safe(text_markdown.render(value or "", heading_shift=heading_shift))  # noqa: S308


@register.filter
def highlighted(code: str, language: str | None = "") -> SafeString:
    """Code as coloured HTML for the inside of ``<pre class="code">``."""
    return mark_safe(text_markdown.highlighted(code, language or ""))  # noqa: S308


@register.filter
def styled(field: BoundField, classes: str) -> SafeString:
    """The form field's widget with our classes, told to assistive technology with its help and error."""
    attributes = {"class": classes} if classes else {}
    described = [f"{field.id_for_label}-error"] if field.errors else []
    if field.help_text:
        described.append(f"{field.id_for_label}-help")
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if field.errors:
        attributes["aria-invalid"] = "true"
    return field.as_widget(attrs=attributes)


@register.simple_tag(takes_context=True)
def theme_attribute(context: Context) -> SafeString:
    """`` data-bs-theme="dark"`` when the reader chose a theme; nothing follows the system."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme") if request is not None else None
    return format_html(' data-bs-theme="{}"', chosen) if chosen in _THEMES else SafeString("")


@register.simple_block_tag(takes_context=True)
def component(context: Context, content: SafeString, name: str, **inputs: Any) -> SafeString:
    """``templates/components/<name>.html`` with the inputs and the block between the tags as ``content``."""
    request = context.get("request")
    return render_to_string(f"components/{name}.html", {**inputs, "content": content}, request=request)


@register.inclusion_tag("components/toast.html")
def toast(message: Message) -> dict[str, Any]:
    """A message as a toast, with its consequence and the way back (``common.web.toasts``)."""
    title, text = parts_of(str(message.message))
    return {"title": title, "text": text, "grade": message.level_tag, "undo_url": message.extra_tags}


def _worded(found: Badge, details: Mapping[str, Any]) -> str:
    if "{" not in found.word:
        return found.word
    shown = {
        name: words.long_day(value) if isinstance(value, date) else value
        for name, value in details.items()
        if value not in (None, "")
    }
    try:
        return found.word.format_map(shown)
    except KeyError:
        return found.bare


def _kind(kind: str) -> Badge:
    return BADGES["kind"].get(str(kind).lower()) or Badge(str(kind).capitalize(), "help-circle")
