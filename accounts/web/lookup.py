"""Finding the one object a page is about."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from accounts.actor import Actor
from common.access import SignInRequired


def visible_or_404(queryset: QuerySet, actor: Actor, **lookup: Any) -> Any:
    """The object if the actor may know of it, else 404; who is not signed in is asked to do so first."""
    if not actor.is_authenticated:
        raise SignInRequired
    found = queryset.visible_to(actor).filter(**lookup).first()
    if found is None:
        raise Http404
    return found
