"""Telling holders in time that a key or a subscription ends: once 14 days before, once 3 days before.

Looked for every hour; the key of the notice says which end and which warning it is, so that nobody is told twice. What
was made for less time than the warning comes before its end is not warned of: who made it knows.
"""

from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from accounts.notices import News, notify
from marketplace.holders import holders_of
from marketplace.models import Credential, CredentialPurpose, Subscription, SubscriptionState
from marketplace.notices import key_expires, subscription_expires

#: The later warning alone is given where both are due.
DAYS = (3, 14)
_BATCH = 500
_OPEN = (SubscriptionState.APPROVED, SubscriptionState.SUSPENDED)
_WITH = ("application__team", "application__environment", "api", "version", "plan")


def tell_of_what_expires(now: datetime) -> None:
    """Whoever holds something that ends soon has been told."""
    begin = timedelta()
    for days in DAYS:
        end = timedelta(days=days)
        for credential in _keys(now + begin, now + end, end).iterator(_BATCH):
            _tell_holders(credential.subscription, key_expires(credential, days, now), now)
        for subscription in _subscriptions(now + begin, now + end, end).iterator(_BATCH):
            _tell_holders(subscription, subscription_expires(subscription, days, now), now)
        begin = end


def _tell_holders(subscription: Subscription, news: News, now: datetime) -> None:
    holders = holders_of(subscription.application)
    notify(news, users=holders.users, teams=holders.teams, now=now)


def _keys(after: datetime, until: datetime, warned: timedelta) -> QuerySet[Credential]:
    return Credential.objects.filter(
        purpose=CredentialPurpose.APPLICATION,
        revoked_at__isnull=True,
        expires_at__gt=after,
        expires_at__lte=until,
        created_at__lt=F("expires_at") - warned,
        subscription__state__in=_OPEN,
    ).select_related(*(f"subscription__{name}" for name in _WITH))


def _subscriptions(after: datetime, until: datetime, warned: timedelta) -> QuerySet[Subscription]:
    return Subscription.objects.filter(
        state__in=_OPEN, expires_at__gt=after, expires_at__lte=until, approved_at__lt=F("expires_at") - warned
    ).select_related(*_WITH)
