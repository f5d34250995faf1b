from marketplace.models.application import Application
from marketplace.models.credential import FOREVER, NEVER, Credential, CredentialKind, CredentialPurpose
from marketplace.models.generation import EnforcedAPI, Generation
from marketplace.models.plan import Approval, Authentication, Plan
from marketplace.models.subscription import (
    LIVE,
    AccessMessage,
    AccessRequest,
    RequestKind,
    RequestState,
    Subscription,
    SubscriptionState,
)

__all__ = [
    "FOREVER",
    "LIVE",
    "NEVER",
    "AccessMessage",
    "AccessRequest",
    "Application",
    "Approval",
    "Authentication",
    "Credential",
    "CredentialKind",
    "CredentialPurpose",
    "EnforcedAPI",
    "Generation",
    "Plan",
    "RequestKind",
    "RequestState",
    "Subscription",
    "SubscriptionState",
]
