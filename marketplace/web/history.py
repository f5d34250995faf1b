"""The history of an application in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import AuditEvent

_VERBS = {
    "marketplace.application.created": "Created the application",
    "marketplace.application.edited": "Edited the application",
    "marketplace.application.transferred": "Gave the application to another team",
    "marketplace.application.retired": "Retired the application",
    "marketplace.access.requested": "Requested access",
    "marketplace.access.asked": "Asked a question about a request",
    "marketplace.access.answered": "Answered a question about a request",
    "marketplace.access.rejected": "Rejected a request",
    "marketplace.access.withdrawn": "Withdrew a request",
    "marketplace.subscription.approved": "Approved access",
    "marketplace.subscription.plan_changed": "Changed the plan",
    "marketplace.subscription.rejected": "Rejected access",
    "marketplace.subscription.suspended": "Suspended access",
    "marketplace.subscription.resumed": "Resumed access",
    "marketplace.subscription.revoked": "Revoked access",
    "marketplace.subscription.expired": "Access expired",
    "marketplace.subscription.expiry_set": "Set when access ends",
    "marketplace.credential.issued": "Issued a key",
    "marketplace.credential.rotated": "Rotated a key",
    "marketplace.credential.overlap_changed": "Changed how long two keys overlap",
    "marketplace.credential.revoked": "Revoked a key",
}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """``words`` say what was done, ``about`` to which subscription or key."""

    at: datetime
    who: str
    is_person: bool
    words: str
    about: str


def history_lines(events: Iterable[AuditEvent]) -> list[HistoryLine]:
    """What has no words of its own is told by its name in the audit trail."""
    return [
        HistoryLine(
            at=event.at,
            who=event.actor_name,
            is_person=event.actor_kind == "user",
            words=_VERBS.get(event.action, event.action),
            about=event.object_name if event.object_type != "application" else "",
        )
        for event in events
    ]
