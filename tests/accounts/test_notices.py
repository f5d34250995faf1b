"""Telling people and webhooks that something happened."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Channel, Delivery, Notice
from accounts.notices import News, notify
from accounts.usecases.choose_mail import choose_mail
from tests.factories.accounts import actor_of, make_team, make_user
from tests.factories.notices import make_webhook
from tests.personas import Cast

NOW = timezone.now()


def news(**fields: str) -> News:
    return News(**{"kind": "webhook.disabled", "key": "a", "title": "Something happened", "url": "/teams/", **fields})


def told(kind: str = "notice") -> set[str]:
    if kind == "notice":
        return set(Notice.objects.values_list("user__username", flat=True))
    return set(Delivery.objects.filter(channel=Channel.MAIL).values_list("notice__user__username", flat=True))


def test_it_tells_each_active_person_of_the_teams_once_and_not_who_did_it(cast: Cast):
    gone = make_user("gone", is_active=False)
    both = make_team("both", members=(cast.member, gone, cast.viewer))
    count = notify(news(), users=[cast.viewer.pk], teams=[cast.team.pk, both.pk], but_not=cast.maintainer.pk, now=NOW)
    assert count == 2
    assert told() == {"member", "viewer"}


def test_it_says_the_same_thing_once_however_often_it_is_told(cast: Cast):
    make_webhook(cast.team)
    for _ in range(2):
        notify(news(), teams=[cast.team.pk], now=NOW)
    assert Notice.objects.count() == 2
    assert Delivery.objects.count() == 1
    assert notify(news(key="another"), teams=[cast.team.pk], now=NOW) == 2


@pytest.mark.usefixtures("mail_is_on")
def test_it_mails_those_who_have_an_address_and_did_not_switch_the_kind_off(db: None):
    quiet = make_user("quiet", email="quiet@example.com")
    people = [make_user("reached", email="reached@example.com"), make_user("silent"), quiet]
    choose_mail(actor=actor_of(quiet), user=quiet, kinds=[], now=NOW)
    notify(news(), users=[person.pk for person in people], now=NOW)
    assert told() == {"reached", "silent", "quiet"}
    assert told("mail") == {"reached"}


def test_it_makes_no_mail_where_there_is_no_server(db: None):
    notify(news(), users=[make_user(email="a@example.com").pk], now=NOW)
    assert not Delivery.objects.exists()


def test_it_calls_the_webhooks_of_the_teams_and_of_the_site_that_want_the_kind(cast: Cast):
    wanted = [
        make_webhook(cast.team)[0],
        make_webhook(cast.team, kinds=["access.requested", "webhook.disabled"])[0],
        make_webhook(None)[0],
    ]
    make_webhook(cast.team, kinds=["access.requested"])
    make_webhook(cast.team, is_active=False)
    make_webhook(cast.other_team)
    notify(news(), teams=[cast.team.pk], now=NOW)
    assert set(Delivery.objects.values_list("webhook", flat=True)) == {hook.pk for hook in wanted}


def test_it_keeps_a_title_on_one_line(db: None):
    user = make_user()
    notify(news(title="Access\r\nBcc: all@example.com " + "x" * 400), users=[user.pk], now=NOW)
    title = Notice.objects.get().title
    assert title.startswith("Access Bcc: all@example.com x")
    assert len(title) == 300


def test_it_wakes_a_worker_at_commit_and_not_before(cast: Cast, monkeypatch, django_capture_on_commit_callbacks):
    nudges: list[str] = []
    monkeypatch.setattr("accounts.deliveries.nudges.current_app.send_task", lambda name, **_: nudges.append(name))
    make_webhook(cast.team)
    with django_capture_on_commit_callbacks(execute=True):
        notify(news(), teams=[cast.team.pk], now=NOW)
        assert nudges == []
    assert nudges == ["accounts.tasks.deliver_due"]


def test_it_shows_unread_notices_before_read_ones(db: None):
    user = make_user()
    for place in range(3):
        notify(news(key=str(place), title=str(place)), users=[user.pk], now=NOW + timedelta(seconds=place))
    Notice.objects.filter(title="2").update(read_at=NOW)
    shown = Notice.objects.order_by("is_read", "-created_at", "-id")
    assert [one.title for one in shown] == ["1", "0", "2"]
