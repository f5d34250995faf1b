"""What the marketplace tells after the change is committed. Ids only: who listens reads the rows of that moment."""

from functools import partial

from django.db import transaction
from django.dispatch import Signal

#: Somebody asked for access or for another plan. With ``request_id``; a plan that approves by itself decides at once,
#: and ``request_decided`` follows.
access_requested = Signal()

#: The owner wants to know more about a request. With ``request_id``.
request_asked = Signal()

#: Who asked for access answered the owner's question. With ``request_id``.
request_answered = Signal()

#: A request was approved or rejected, by its owner or by its plan. With ``request_id``.
request_decided = Signal()

#: Who asked for access does not want it any more. With ``request_id``.
request_withdrawn = Signal()

#: A subscription came into a state other than by an answer to its request: it was suspended, resumed (approved again)
#: or revoked, or has expired. With ``subscription_id`` and ``state``.
subscription_changed = Signal()

#: Somebody set or changed when a subscription ends. With ``subscription_id``.
subscription_expiry_set = Signal()

#: A key was made. With ``credential_id``.
key_issued = Signal()

#: A key was revoked. With ``credential_id``.
key_revoked = Signal()

#: A plan takes no new subscribers any more. With ``plan_id``.
plan_deprecated = Signal()


def tell(signal: Signal, **ids: object) -> None:
    """Send the signal when the running transaction commits; a receiver that fails is logged and stops nobody."""
    transaction.on_commit(partial(signal.send_robust, None, **ids))
