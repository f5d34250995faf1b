"""How a key stands: what it says itself, and what becomes of it with its subscription."""

from datetime import datetime

from django.db.models import Q, TextChoices

from marketplace.models import Credential, Subscription, SubscriptionState


class KeyState(TextChoices):
    """A key whose subscription is suspended lives on: it opens doors again when the access is resumed."""

    LIVE = "live", "Live"
    EXPIRED = "expired", "Expired"
    REVOKED = "revoked", "Revoked"


_REVOKED = Q(revoked_at__isnull=False) | Q(
    subscription__state__in=[SubscriptionState.REVOKED, SubscriptionState.REJECTED]
)


def in_state(state: str, now: datetime) -> Q:
    """The condition on credentials to be in that state, as ``state_of`` says of one."""
    ended = Q(expires_at__lte=now) | Q(subscription__expires_at__lte=now)
    ended |= Q(subscription__state=SubscriptionState.EXPIRED)
    if state == KeyState.REVOKED:
        return _REVOKED
    return ~_REVOKED & (ended if state == KeyState.EXPIRED else ~ended)


def ends_at(credential: Credential) -> datetime | None:
    """When the key ends by itself: at its own time, or with the access if that is sooner."""
    times = [time for time in (credential.expires_at, credential.subscription.expires_at) if time is not None]
    return min(times, default=None)


def state_of(credential: Credential, now: datetime) -> KeyState:
    """No query where the credential comes with its subscription."""
    access = credential.subscription.state
    if credential.revoked_at is not None or access in (SubscriptionState.REVOKED, SubscriptionState.REJECTED):
        return KeyState.REVOKED
    end = ends_at(credential)
    if access == SubscriptionState.EXPIRED or (end is not None and end <= now):
        return KeyState.EXPIRED
    return KeyState.LIVE


def ends_between(start: datetime, end: datetime) -> Q:
    """The condition on credentials that end by themselves after ``start`` and up to ``end``."""
    # Not by a join: the few that end are found first, each by its own index.
    with_access = Subscription.objects.filter(expires_at__gt=start, expires_at__lte=end).values("pk")
    return Q(expires_at__gt=start, expires_at__lte=end) | Q(subscription_id__in=with_access)


def unused_since(moment: datetime) -> Q:
    """The condition on credentials that were made before ``moment`` and not used since."""
    return Q(created_at__lt=moment) & (Q(last_used_at=None) | Q(last_used_at__lt=moment))
