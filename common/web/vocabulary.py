"""The badge vocabulary: each state's word, icon and grade. A room adds its states as lines here.

Grades: *quiet* needs nobody; *good* is quiet with a green icon; *dashed* is unknown or unset; *warn* (look at
it), *bad* (act) and *accent* (waiting for someone, or running) are filled.
"""

from dataclasses import dataclass
from typing import Literal

Grade = Literal["quiet", "good", "dashed", "warn", "bad", "accent"]


@dataclass(frozen=True, slots=True)
class Badge:
    """``word`` may hold ``{names}`` that the caller of the badge tag gives; without them ``bare`` is shown."""

    word: str
    icon: str
    grade: Grade = "quiet"
    bare: str = ""


BADGES: dict[str, dict[str, Badge]] = {
    "kind": {
        "api": Badge("API", "braces"),
        "operation": Badge("Operation", "arrow-right"),
        "service": Badge("Service", "box"),
        "microservice": Badge("Microservice", "box"),
        "monolith": Badge("Monolith", "stack-2"),
        "saas": Badge("SaaS", "cloud"),
        "legacy": Badge("Legacy", "server-2"),
        "application": Badge("Application", "app-window"),
        "team": Badge("Team", "users"),
        "domain": Badge("Domain", "category"),
        "system": Badge("System", "sitemap"),
        "page": Badge("Documentation", "file-text"),
    },
    "lifecycle": {
        "draft": Badge("Draft", "circle-dashed"),
        "published": Badge("Published", "circle-check", "good"),
        "deprecated": Badge("Deprecated, sunset {sunset}", "hourglass", "warn", bare="Deprecated"),
        "retired": Badge("Retired", "archive"),
    },
    "visibility": {
        "public": Badge("Public", "world"),
        "internal": Badge("Internal", "building"),
        "private": Badge("Private", "lock"),
    },
    "subscription": {
        "pending": Badge("Pending approval", "clock-hour-4", "accent"),
        "approved": Badge("Approved", "circle-check", "good"),
        "suspended": Badge("Suspended", "player-pause", "warn"),
        "rejected": Badge("Rejected", "circle-x"),
        "revoked": Badge("Revoked", "ban"),
        "expired": Badge("Expired", "calendar-off"),
    },
    "request": {
        "pending": Badge("Pending approval", "clock-hour-4", "accent"),
        "asked": Badge("Question asked", "message-question", "accent"),
        "approved": Badge("Approved", "circle-check", "good"),
        "rejected": Badge("Rejected", "circle-x"),
        "withdrawn": Badge("Withdrawn", "arrow-back-up"),
    },
    "approval": {
        "automatic": Badge("Automatic", "bolt", "good"),
        "owner": Badge("Owner approves", "user-check"),
    },
    "plan": {
        "deprecated": Badge("Deprecated", "hourglass", "warn"),
    },
    "credential": {
        "live": Badge("Live", "circle-check", "good"),
        "expired": Badge("Expired", "calendar-off"),
        "revoked": Badge("Revoked", "ban"),
    },
    "key": {
        "live": Badge("Live", "circle-check", "good"),
        "expired": Badge("Expired", "calendar-off"),
        "revoked": Badge("Revoked", "ban"),
    },
    "application": {
        "retired": Badge("Retired", "archive"),
    },
    "enforcement": {
        "everywhere": Badge("In force on {done} of {all} gateways", "shield-check", "good"),
        "partly": Badge("In force on {done} of {all} gateways", "shield-half", "warn"),
        "waiting": Badge("In force on {done} of {all} gateways", "loader-2", "accent"),
        "nowhere": Badge("Not enforced on {all}", "shield-off", "bad", bare="Not enforced"),
        "unserved": Badge("No gateway", "shield-question", "dashed"),
        "refused": Badge("Refused everywhere", "shield-x", "good"),
        "refusing": Badge("Refused on {done} of {all} gateways", "loader-2", "accent"),
        "refused_partly": Badge("Refused on {done} of {all} gateways", "shield-half", "warn"),
        "": Badge("Not known", "shield-question", "dashed"),
    },
    "finding": {
        "error": Badge("Error", "circle-x", "bad"),
        "warning": Badge("Warning", "alert-triangle", "warn"),
        "info": Badge("Info", "info-circle"),
    },
    "owner": {
        "none": Badge("No owner", "user-question", "warn"),
    },
    "discovered": {
        "new": Badge("New", "point", "accent"),
        "matched": Badge("Matched", "link"),
        "published": Badge("Published", "circle-check", "good"),
        "ignored": Badge("Ignored", "eye-off"),
        "missing": Badge("Missing", "help-circle", "warn"),
        "retired": Badge("Retired", "archive"),
    },
    "run": {
        "queued": Badge("Queued", "clock-hour-4", "accent"),
        "running": Badge("Running", "loader-2", "accent"),
        "complete": Badge("Complete", "circle-check", "good"),
        "partial": Badge("Partial", "alert-triangle", "warn"),
        "failed": Badge("Failed", "circle-x", "bad"),
        "held": Badge("Held, {count} would go", "hand-stop", "warn", bare="Held"),
        "confirmed": Badge("Loss confirmed", "circle-check"),
        "rejected": Badge("Loss rejected", "ban"),
        "paused": Badge("Paused", "player-pause"),
        "never": Badge("Never run", "circle-dashed", "dashed"),
    },
    "watch": {
        "live": Badge("Live", "broadcast", "good"),
        "starting": Badge("Starting", "loader-2", "accent"),
        "waiting": Badge("Not live", "clock-hour-4", "warn"),
        "refused": Badge("Not live", "circle-x", "bad"),
        "unattended": Badge("Not live", "circle-dashed", "warn"),
        "unread": Badge("Not live yet", "clock-hour-4"),
        "off": Badge("Not watched", "eye-off"),
    },
    "rule": {
        "publish": Badge("Publishes", "upload"),
        "ignore": Badge("Ignores", "eye-off"),
        "propose": Badge("Proposes values", "pencil"),
        "paused": Badge("Not in use", "player-pause", "dashed"),
    },
    "outcome": {
        "publish": Badge("Published", "upload", "good"),
        "ignore": Badge("Ignored", "eye-off"),
        "propose": Badge("Values proposed", "pencil"),
        "unowned": Badge("No owner", "user-question", "warn"),
        "already": Badge("Stays as it is", "equal"),
        "taken": Badge("Earlier rule", "arrow-up"),
        "waiting": Badge("Waits for a person", "user-check"),
    },
    "beside": {
        "found": Badge("Waits", "clock"),
        "published": Badge("As published", "equal", "good"),
        "refused": Badge("Refused", "circle-x", "bad"),
        "differs": Badge("Drift", "git-compare", "warn"),
        "not_found": Badge("Not found", "help-circle"),
        "not_allowed": Badge("Not allowed", "ban", "warn"),
        "unreachable": Badge("Not reachable", "plug-connected-x", "warn"),
    },
    "address": {
        "new": Badge("Proposed", "plus"),
        "there": Badge("Named", "circle-check", "good"),
        "gone": Badge("Not seen any more", "help-circle", "warn"),
    },
    "exposure": {
        "inside": Badge("Cluster only", "home"),
        "mesh": Badge("Mesh", "circles"),
        "internet": Badge("Exposed", "world"),
        "authenticated": Badge("Authenticated", "user-check", "good"),
        "unclear": Badge("Authentication not known", "help-circle", "dashed"),
        "open": Badge("Exposed, no authentication", "world-exclamation", "bad"),
    },
    "mesh": {
        "sidecar": Badge("Sidecar", "layout-sidebar-right"),
        "ambient": Badge("Ambient", "circles"),
        "outside": Badge("Outside mesh", "plug-off", "dashed"),
        "": Badge("Not known", "help-circle", "dashed"),
    },
    "mtls": {
        "strict": Badge("mTLS strict", "lock", "good"),
        "permissive": Badge("mTLS permissive", "lock-open", "warn"),
        "disabled": Badge("mTLS off", "lock-off", "bad"),
        "mixed": Badge("mTLS mixed", "lock-open", "warn"),
        "": Badge("Not known", "lock-question", "dashed"),
    },
    "callers": {
        "anyone": Badge("Anyone in the mesh", "shield-off", "warn"),
        "limited": Badge("Some callers", "shield-check", "good"),
        "nobody": Badge("Nobody", "shield-x"),
        "": Badge("Not known", "shield-question", "dashed"),
    },
    "posture": {
        "unset": Badge("Not set", "minus", "dashed"),
        "unread": Badge("Not read", "help-circle", "dashed"),
        "unevaluated": Badge("Not evaluated", "circle-dashed", "dashed"),
    },
    "delivery": {
        "waiting": Badge("Waiting", "clock-hour-4", "accent"),
        "sent": Badge("Sent", "circle-check", "good"),
        "failed": Badge("Failed", "alert-triangle", "warn"),
        "given_up": Badge("Given up", "circle-x", "bad"),
    },
    "gateway": {
        "serving": Badge("Serving", "circle-check", "good"),
        "waiting": Badge("Envoy is away", "alert-triangle", "warn"),
        "out_of_contact": Badge("Out of contact", "plug-connected-x", "bad"),
        "new": Badge("Not connected yet", "plug", "dashed"),
    },
    "webhook": {
        "on": Badge("On", "circle-check", "good"),
        "off": Badge("Off", "player-pause", "dashed"),
    },
    "token": {
        "active": Badge("Active", "circle-check", "good"),
        "expired": Badge("Expired", "calendar-off"),
        "revoked": Badge("Revoked", "ban"),
    },
    "person": {
        "active": Badge("Active", "circle-check", "good"),
        "deactivated": Badge("Deactivated", "ban"),
    },
}

# GET and HEAD only read; DELETE takes away; every other method changes something.
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "QUERY"})
