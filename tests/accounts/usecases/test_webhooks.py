"""Who changes webhooks, to what, and what is left behind."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.deliveries.retention import purge_old_notices
from accounts.models import AuditEvent, Delivery, DeliveryState, Notice, Webhook
from accounts.usecases.add_webhook import add_webhook
from accounts.usecases.choose_mail import choose_mail, mailed_kinds
from accounts.usecases.edit_webhook import edit_webhook
from accounts.usecases.read_notices import read_all_notices, read_notice
from accounts.usecases.remove_webhook import remove_webhook
from accounts.usecases.send_again import send_again
from accounts.usecases.try_webhook import try_webhook
from accounts.webhook_secrets import signing_secrets
from accounts.webhook_values import MAX_WEBHOOKS
from common.access import Denied
from common.errors import Conflict, Invalid
from common.secrets import CannotOpen
from tests.factories.accounts import actor_of, make_user
from tests.factories.notices import make_delivery, make_notice, make_webhook
from tests.personas import Cast

NOW = timezone.now()
URL = "https://hooks.example.com/secret-path?token=secret-token"


def test_it_keeps_the_secret_sealed_for_its_row_alone(cast: Cast):
    webhook, secret = add_webhook(actor=actor_of(cast.maintainer), team=cast.team, url=URL, now=NOW)
    webhook.refresh_from_db()
    assert secret not in webhook.secret
    assert signing_secrets(webhook, NOW) == [secret]
    other, _ = make_webhook(cast.team)
    other.secret = webhook.secret
    with pytest.raises(CannotOpen):
        signing_secrets(other, NOW)


def test_it_writes_down_who_did_what_without_what_may_be_secret(cast: Cast):
    actor = actor_of(cast.maintainer)
    webhook, secret = add_webhook(actor=actor, team=cast.team, url=URL, kinds=["key.issued"], now=NOW)
    edit_webhook(actor=actor, webhook=webhook, url="http://other.example.com:8080/x?y", is_active=False, now=NOW)
    remove_webhook(actor=actor, webhook=webhook, now=NOW)
    events = AuditEvent.objects.filter(object_type="webhook").order_by("pk")
    assert [one.action.rpartition(".")[2] for one in events] == ["added", "edited", "removed"]
    assert events[1].difference == {
        "url": ["https://hooks.example.com", "http://other.example.com:8080"],
        "is_active": [True, False],
    }
    trail = str(list(events.values()))
    assert "secret-path" not in trail and "secret-token" not in trail and secret not in trail
    assert not Webhook.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.com",
        "ftp://hooks.example.com/",
        "https://a:b@example.com/",
        "https://example.com/\n",
        "http://169.254.169.254/latest",
        "http://[fe80::1]/",
    ],
)
def test_it_refuses_what_is_no_address_that_is_called(cast: Cast, url: str):
    if url.endswith("\n"):
        url = "https://exa\nmple.com/"
    with pytest.raises(Invalid) as refused:
        add_webhook(actor=actor_of(cast.maintainer), team=cast.team, url=url, now=NOW)
    assert "url" in refused.value.fields


def test_it_refuses_kinds_that_do_not_exist_and_more_webhooks_than_there_may_be(cast: Cast):
    actor = actor_of(cast.maintainer)
    with pytest.raises(Invalid):
        add_webhook(actor=actor, team=cast.team, url=URL, kinds=["key.issued", "webhook.disabled"], now=NOW)
    for _ in range(MAX_WEBHOOKS):
        make_webhook(cast.team)
    with pytest.raises(Conflict):
        add_webhook(actor=actor, team=cast.team, url=URL, now=NOW)


def test_it_says_so_where_no_secret_can_be_stored(cast: Cast, settings):
    settings.PORTICO_SECRETS_KEYS = []
    with pytest.raises(Conflict, match="PORTICO_SECRETS_KEY"):
        add_webhook(actor=actor_of(cast.maintainer), team=cast.team, url=URL, now=NOW)


def test_it_lets_only_administrators_manage_those_of_the_site(cast: Cast):
    with pytest.raises(Denied):
        add_webhook(actor=actor_of(cast.maintainer), team=None, url=URL, now=NOW)
    with pytest.raises(Denied):
        add_webhook(actor=actor_of(cast.secrets["token_publish"]), team=cast.team, url=URL, now=NOW)
    assert add_webhook(actor=actor_of(cast.administrator), team=None, url=URL, now=NOW)


def test_it_begins_anew_when_it_is_switched_on_again(cast: Cast):
    webhook, _ = make_webhook(cast.team, is_active=False, disabled_reason="Gone.", failing_since=NOW)
    edit_webhook(actor=actor_of(cast.maintainer), webhook=webhook, is_active=True, now=NOW)
    webhook.refresh_from_db()
    assert (webhook.is_active, webhook.disabled_reason, webhook.failing_since) == (True, "", None)


def test_it_tries_and_sends_again_only_where_it_is_on(cast: Cast):
    actor = actor_of(cast.maintainer)
    webhook, _ = make_webhook(cast.team)
    tries = [try_webhook(actor=actor, webhook=webhook, now=NOW) for _ in range(2)]
    assert {one.event for one in tries} == {"webhook.test"}
    done = make_delivery(webhook, NOW + timedelta(days=1), state=DeliveryState.SENT, attempts=1)
    send_again(actor=actor, delivery=done, now=NOW)
    done.refresh_from_db()
    assert (done.state, done.next_attempt_at) == (DeliveryState.WAITING, NOW)
    webhook.is_active = False
    webhook.save()
    for again in (
        lambda: try_webhook(actor=actor, webhook=webhook, now=NOW),
        lambda: send_again(actor=actor, delivery=done, now=NOW),
    ):
        with pytest.raises(Conflict):
            again()


def test_it_marks_ones_own_notices_as_read_and_keeps_when(cast: Cast):
    own, other, foreign = make_notice(cast.member), make_notice(cast.member), make_notice(cast.viewer)
    actor = actor_of(cast.member)
    read_notice(actor=actor, notice=own, now=NOW)
    read_notice(actor=actor, notice=own, now=NOW + timedelta(hours=1))
    read_notice(actor=actor, notice=foreign, now=NOW)
    own.refresh_from_db()
    assert own.read_at == NOW
    assert read_all_notices(actor=actor, now=NOW) == 1
    assert set(Notice.objects.filter(is_read=True)) == {own, other}


def test_it_mails_every_kind_until_somebody_switches_it_off(db: None):
    user = make_user()
    everything = mailed_kinds(user)
    assert {"webhook.disabled", "access.requested"} <= set(everything)
    changed = choose_mail(actor=actor_of(user), user=user, kinds=["access.requested"], now=NOW)
    assert set(changed) == set(everything) - {"access.requested"}
    assert mailed_kinds(user) == ["access.requested"]
    choose_mail(actor=actor_of(user), user=user, kinds=everything, now=NOW)
    assert mailed_kinds(user) == everything
    assert choose_mail(actor=actor_of(user), user=user, kinds=everything, now=NOW) == []


def test_it_keeps_notices_and_deliveries_for_as_long_as_the_setting_says(cast: Cast, settings):
    settings.PORTICO_NOTICE_DAYS = 30
    webhook, _ = make_webhook(cast.team)
    for days in (31, 29):
        make_notice(cast.member, created_at=NOW - timedelta(days=days))
        make_delivery(webhook, NOW - timedelta(days=days))
    assert purge_old_notices(NOW) == 2
    assert Notice.objects.get().created_at == NOW - timedelta(days=29)
    assert Delivery.objects.get().created_at == NOW - timedelta(days=29)
