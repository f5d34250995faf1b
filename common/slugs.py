"""The names that entries, teams and groups have in URLs, in CI and in tokens."""

import re
from typing import Any

from django.core.validators import RegexValidator
from django.db import models

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?")
SLUG_RULE = "Use lower-case letters, digits, dots, hyphens and underscores; begin and end with a letter or digit."


def is_slug(value: str) -> bool:
    return SLUG.fullmatch(value) is not None


def slug_of(title: str, default: str = "entry") -> str:
    """A slug made from a title, for proposing one; not unique by itself."""
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return words[:100].strip("-") or default


class SlugField(models.CharField):
    """At most 100 characters of ``[a-z0-9._-]``."""

    default_validators = [RegexValidator(rf"\A{SLUG.pattern}\Z", SLUG_RULE)]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 100)
        super().__init__(*args, **kwargs)
