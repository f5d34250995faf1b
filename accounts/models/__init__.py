from accounts.models.audit import AuditEvent
from accounts.models.notice import Notice, NoticePreference
from accounts.models.sign_in import SignInAttempt
from accounts.models.team import Contact, Membership, Team, TeamRole
from accounts.models.token import ApiToken, Scope
from accounts.models.user import Role, User
from accounts.models.webhook import DUE, Channel, Delivery, DeliveryState, Webhook

__all__ = [
    "DUE",
    "ApiToken",
    "AuditEvent",
    "Channel",
    "Contact",
    "Delivery",
    "DeliveryState",
    "Membership",
    "Notice",
    "NoticePreference",
    "Role",
    "Scope",
    "SignInAttempt",
    "Team",
    "TeamRole",
    "User",
    "Webhook",
]
