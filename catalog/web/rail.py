"""The rail of an API's page: facts with where they come from."""

from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.actor import Actor
from catalog.models import API, Service
from catalog.web.api_page import APIPage
from catalog.web.words import document_words, schemes_words
from common.web.templatetags.components import when
from common.web.words import bytes_size

_LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel"})


def safe_url(url: str) -> str:
    """The address if a page may link to it, else nothing: others write these."""
    try:
        return url if urlsplit(url.strip()).scheme.lower() in _LINK_SCHEMES else ""
    except ValueError:
        return ""


def api_facts(page: APIPage) -> list[dict[str, Any]]:
    """Contact, base URL, sign-in, published, provided by and specification; one query for the contacts."""
    version = page.version
    base_url = base_url_of(page)
    facts = [
        {"label": "Contact", "value": _contact(page)},
        {"label": "Base URL", "value": base_url, "mono": bool(base_url), "copied": base_url},
        {"label": "Sign-in", "value": schemes_words(version.security_schemes.values())},
        {"label": "Published", "value": _published(page)},
        {"label": "Provided by", "value": _providers(page)},
        {"label": "Specification", "value": _specification(page)},
    ]
    licence = version.about.get("license") or {}
    if licence.get("name"):
        facts.append({"label": "Licence", "value": licence["name"], "url": safe_url(str(licence.get("url", "")))})
    return facts


def base_url_of(page: APIPage) -> str:
    """The first instance's URL, production first; without instances the first server the document names."""
    if page.instances:
        return page.instances[0].url
    return next((server["url"] for server in page.version.servers if server.get("url")), "")


def contacts_of(entry: API | Service, actor: Actor) -> SafeString:
    """The owning team's contacts, for those who may know of teams; one query."""
    if not actor.is_authenticated or entry.owner is None:
        return SafeString("")
    return _joined(_linked(safe_url(row.url), row.title) for row in entry.owner.contacts.order_by("position"))


def _contact(page: APIPage) -> SafeString | str:
    """The owning team's contacts, else who the document says to ask."""
    contacts = contacts_of(page.api, page.actor)
    if contacts:
        return contacts
    stated = page.version.about.get("contact") or {}
    email = str(stated.get("email", ""))
    url = safe_url(str(stated.get("url", ""))) or (f"mailto:{email}" if "@" in email else "")
    return _linked(url, str(stated.get("name") or email or stated.get("url") or ""))


def _published(page: APIPage) -> SafeString | str:
    version = page.version
    if version.published_at is None:
        return "Not yet"
    if not page.actor.is_authenticated:
        return when(version.published_at)
    return format_html("{}, by {}", when(version.published_at), version.created_by)


def _providers(page: APIPage) -> SafeString | str:
    return _joined(
        format_html('<a href="{}">{}</a>', reverse("catalog:service-detail", args=[one["slug"]]), one["title"])
        for one in page.api.provider_values
    )


def _specification(page: APIPage) -> SafeString:
    specification = page.version.specification
    return format_html(
        '<a href="{}">{}</a> <span class="meta">{}</span>',
        reverse("catalog:specification", args=[page.api.slug, page.version.name]),
        document_words(specification.media_type),
        bytes_size(specification.size),
    )


def _linked(url: str, words: str) -> SafeString | str:
    return format_html('<a href="{}" rel="noopener noreferrer nofollow">{}</a>', url, words) if url else words


def _joined(parts: Any) -> SafeString:
    return format_html_join(", ", "{}", ((part,) for part in parts))
