"""Telling people and webhooks that something happened: one call, in the transaction of what happened.

Rows are the truth. A notice is a row for each person; what has to leave the house is a row for each message, found by
whoever delivers (``accounts.deliveries``). The same ``key`` is told to the same person or webhook once.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.deliveries.nudges import nudge
from accounts.models import Channel, Delivery, Notice, NoticePreference, User, Webhook

_TITLE = Notice._meta.get_field("title").max_length
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class News:
    """What is told. ``url`` is a path of this site; ``data`` goes to webhooks: ids and slugs, no secrets."""

    kind: str
    key: str
    title: str
    text: str = ""
    url: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def notify(
    news: News,
    *,
    users: Collection[int] = (),
    teams: Collection[int] = (),
    but_not: int | None = None,
    webhooks_of: Collection[int] | None = (),
    now: datetime,
) -> int:
    """Tell these people, the active members of these teams, and the webhooks of these teams and of the site; return
    how many notices there are more.

    ``webhooks_of`` are teams whose webhooks alone are told as well; ``None``: no webhook is told. ``but_not`` is who
    did it, and knows. Mail goes to those who have an address and did not switch it off.
    """
    with transaction.atomic():
        people = _people(users, teams, but_not)
        notices = _store(news, people, now)
        messages = _mails(notices, people, news, now) if settings.PORTICO_MAIL_IS_ON else []
        if webhooks_of is not None:
            messages += _calls(news, {*teams, *webhooks_of}, now)
        if messages:
            Delivery.objects.bulk_create(messages, batch_size=_BATCH, ignore_conflicts=True)
            transaction.on_commit(nudge)
    return len(notices)


def _people(users: Collection[int], teams: Collection[int], but_not: int | None) -> dict[int, str]:
    """Person -> mail address, of those who are active."""
    found = User.objects.filter(Q(pk__in=users) | Q(memberships__team__in=teams), is_active=True)
    return dict(found.exclude(pk=but_not).distinct().values_list("pk", "email"))


def _store(news: News, people: Iterable[int], now: datetime) -> list[Notice]:
    """The notices that are new; who was told before is not told again."""
    title = " ".join(news.title.split())[:_TITLE]
    rows = [
        Notice(user_id=person, kind=news.kind, key=news.key, title=title, text=news.text, url=news.url, created_at=now)
        for person in people
    ]
    Notice.objects.bulk_create(rows, batch_size=_BATCH, ignore_conflicts=True)
    made = [row.public_id for row in rows]
    return list(Notice.objects.filter(public_id__in=made)) if made else []


def _mails(notices: list[Notice], people: Mapping[int, str], news: News, now: datetime) -> list[Delivery]:
    addressed = [notice for notice in notices if people[notice.user_id]]
    silent = NoticePreference.objects.filter(
        user__in=[notice.user_id for notice in addressed], kind=news.kind, is_mailed=False
    )
    unwanted = set(silent.values_list("user_id", flat=True)) if addressed else set()
    return [
        Delivery(
            channel=Channel.MAIL, notice=notice, event=news.kind, key=news.key, created_at=now, next_attempt_at=now
        )
        for notice in addressed
        if notice.user_id not in unwanted
    ]


def _calls(news: News, teams: Collection[int], now: datetime) -> list[Delivery]:
    wanted = Q(kinds=[]) | Q(kinds__contains=[news.kind])
    hooks = Webhook.objects.filter(wanted, Q(team__in=teams) | Q(team__isnull=True), is_active=True)
    return [call(hook, news.kind, news.key, news.data, now) for hook in hooks]


def call(hook: Webhook, event: str, key: str, data: Mapping[str, Any], now: datetime) -> Delivery:
    """An event on its way to the webhook, not saved: the body that Standard Webhooks describes."""
    return Delivery(
        channel=Channel.WEBHOOK,
        webhook=hook,
        event=event,
        key=key,
        payload={"type": event, "timestamp": now.isoformat(), "data": dict(data)},
        created_at=now,
        next_attempt_at=now,
    )
