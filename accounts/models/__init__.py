from accounts.models.audit import AuditEvent
from accounts.models.sign_in import SignInAttempt
from accounts.models.team import Contact, Membership, Team, TeamRole
from accounts.models.token import ApiToken, Scope
from accounts.models.user import Role, User

__all__ = [
    "ApiToken",
    "AuditEvent",
    "Contact",
    "Membership",
    "Role",
    "Scope",
    "SignInAttempt",
    "Team",
    "TeamRole",
    "User",
]
