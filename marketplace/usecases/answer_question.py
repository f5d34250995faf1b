"""Who asked for access answers the owner's question."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from common.access import require
from common.errors import Conflict, Invalid
from marketplace.deciding import locked_request, record_request, require_open, say
from marketplace.models import AccessRequest, RequestState
from marketplace.permissions import Action
from marketplace.signals import request_answered, tell


def answer_question(*, actor: Actor, request: AccessRequest, text: str, now: datetime) -> AccessRequest:
    """The answer stands below the question, and the request waits for the owner again. Raises ``Invalid`` without a
    text and ``Conflict`` when nothing was asked."""
    with transaction.atomic():
        held = locked_request(request)
        require(actor, Action.ACCESS_ANSWER, held)
        if not text.strip():
            raise Invalid({"text": "Write the answer."})
        require_open(held)
        if held.state != RequestState.ASKED:
            raise Conflict("Nothing was asked about this request that has no answer yet.")
        say(held, text.strip(), actor=actor, is_question=False, now=now)
        record_request("answered", held, actor=actor, now=now)
        tell(request_answered, request_id=held.pk)
    return held
