"""What people and pipelines say about an entry beside its specification.

A key that is absent leaves the field as it is; an empty value clears it. Other rows are named by slug.
"""

from datetime import date
from typing import TypedDict


class LinkValue(TypedDict):
    title: str
    url: str


class PageValue(TypedDict):
    slug: str
    title: str
    body: str


class InstanceValue(TypedDict):
    environment: str
    url: str


class EntryMetadata(TypedDict, total=False):
    """What APIs and services share.

    ``tags`` and ``links``, when given, are the whole list. ``docs`` is the body of the page «Documentation» or a list
    of pages; pages are added and rewritten by slug, and the others stay, because people may have written them.
    """

    title: str
    description: str
    owner: str
    domain: str | None
    system: str | None
    tags: list[str]
    visibility: str
    links: list[LinkValue]
    docs: str | list[PageValue]


class APIMetadata(EntryMetadata, total=False):
    """``provided_by``, when given, names every service that provides the API.

    It is a statement of the API's owner about the API: each service must be one the actor may see, not one it may edit.
    """

    provided_by: list[str]


class ServiceMetadata(EntryMetadata, total=False):
    """The three lists, when given, are whole lists of slugs."""

    kind: str
    lifecycle: str
    provides: list[str]
    consumes: list[str]
    depends_on: list[str]


class VersionMetadata(TypedDict, total=False):
    """``instances``, when given, is the whole list of this version, but for those that a gateway carries, which stay.
    ``successor`` names a version of the same API or is ``api/version``."""

    lifecycle: str
    changelog: str
    instances: list[InstanceValue]
    sunset: date | None
    successor: str | None


class PublishMetadata(APIMetadata, VersionMetadata, total=False):
    """Everything that may come with a specification."""
