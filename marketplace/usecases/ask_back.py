"""The owner of an API wants to know more before the answer."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from common.access import require
from common.errors import Invalid
from marketplace.deciding import locked_request, record_request, require_open, say
from marketplace.models import AccessRequest
from marketplace.permissions import Action
from marketplace.signals import request_asked, tell


def ask_back(*, actor: Actor, request: AccessRequest, text: str, now: datetime) -> AccessRequest:
    """The question stands beside the request, which waits for who asked for access. Raises ``Invalid`` without a text
    and ``Conflict`` when the request has its answer."""
    with transaction.atomic():
        held = locked_request(request)
        require(actor, Action.ACCESS_DECIDE, held)
        if not text.strip():
            raise Invalid({"text": "Write the question."})
        require_open(held)
        say(held, text.strip(), actor=actor, is_question=True, now=now)
        record_request("asked", held, actor=actor, now=now)
        tell(request_asked, request_id=held.pk)
    return held
