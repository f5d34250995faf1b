"""Events on their way to webhooks, to a real server."""

import time
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.deliveries.claim import PER_WEBHOOK, claim
from accounts.deliveries.engine import deliver
from accounts.deliveries.schedule import JITTER, STEPS, next_attempt
from accounts.deliveries.signing import headers_for
from accounts.models import AuditEvent, Channel, Delivery, DeliveryState, Notice, Webhook
from accounts.tasks import deliver_due
from accounts.usecases.rotate_webhook_secret import rotate_webhook_secret
from accounts.usecases.send_again import send_again
from tests.accounts.deliveries.receiver import Receiver, receiving
from tests.factories.accounts import actor_of
from tests.factories.notices import make_delivery, make_webhook
from tests.personas import Cast

NOW = timezone.now().replace(microsecond=0)


def run(receiver: Receiver, now: datetime = NOW) -> int:
    return deliver(lambda: now, time.monotonic() + 30, receiver.send)


def test_it_signs_like_the_example_of_the_specification():
    # https://github.com/standard-webhooks/standard-webhooks, the test vector of its libraries.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = headers_for("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', [secret])
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_it_sends_the_event_signed_and_says_so(cast: Cast):
    with receiving() as receiver:
        webhook, secret = make_webhook(cast.team, receiver.url)
        delivery = make_delivery(webhook, NOW)
        assert run(receiver) == 1
        assert run(receiver) == 0
    [received] = receiver.received
    assert received.event == {
        "type": "access.requested",
        "timestamp": NOW.isoformat(),
        "data": {"api": "payments"},
    }
    assert received.headers["webhook-id"] == delivery.public_id
    assert received.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert received.headers["content-type"] == "application/json"
    assert received.is_signed_with(secret)
    assert not received.is_signed_with("whsec_AAAA")
    delivery.refresh_from_db()
    webhook.refresh_from_db()
    assert (delivery.state, delivery.last_status, delivery.sent_at, delivery.attempts) == ("sent", 204, NOW, 1)
    assert webhook.last_success_at == NOW


def test_it_tries_again_on_schedule_with_the_same_id_and_gives_up_in_the_end(cast: Cast):
    with receiving("503 Service Unavailable") as receiver:
        webhook, _ = make_webhook(cast.team, receiver.url)
        delivery = make_delivery(webhook, NOW)
        now = NOW
        for step in STEPS:
            assert run(receiver, now) == 1
            delivery.refresh_from_db()
            assert delivery.state == DeliveryState.FAILED
            assert step <= delivery.next_attempt_at - now <= step * (1 + JITTER)
            assert run(receiver, delivery.next_attempt_at - timedelta(seconds=1)) == 0
            now = delivery.next_attempt_at
        assert run(receiver, now) == 1
        delivery.refresh_from_db()
        assert (delivery.state, delivery.last_status) == (DeliveryState.GIVEN_UP, 503)
        assert delivery.last_error == "It answered 503."
        assert run(receiver, now + timedelta(days=3)) == 0
    assert len(receiver.received) == len(STEPS) + 1
    assert {one.headers["webhook-id"] for one in receiver.received} == {delivery.public_id}


def test_it_waits_longer_each_time_and_never_exactly_as_long():
    waits = [next_attempt(attempts, NOW) for attempts in range(1, len(STEPS) + 1)]
    assert waits == sorted(waits)
    assert len({next_attempt(7, NOW) for _ in range(20)}) > 1
    assert next_attempt(len(STEPS) + 1, NOW) is None


def test_it_sends_again_what_was_given_up_and_after_that_no_more_by_itself(cast: Cast):
    with receiving("500 Internal Server Error") as receiver:
        webhook, _ = make_webhook(cast.team, receiver.url)
        delivery = make_delivery(webhook, NOW, state=DeliveryState.GIVEN_UP, attempts=8)
        send_again(actor=actor_of(cast.maintainer), delivery=delivery, now=NOW)
        assert run(receiver) == 1
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == (DeliveryState.GIVEN_UP, 9)


def test_it_switches_off_a_webhook_that_is_gone_and_tells_its_maintainers(cast: Cast):
    with receiving("410 Gone") as receiver:
        webhook, _ = make_webhook(cast.team, receiver.url)
        make_delivery(webhook, NOW)
        run(receiver)
        make_delivery(webhook, NOW)
        assert run(receiver) == 0
    webhook.refresh_from_db()
    assert not webhook.is_active
    assert "410" in webhook.disabled_reason
    notice = Notice.objects.get()
    assert (notice.user, notice.url) == (cast.maintainer, f"/webhooks/{webhook.public_id}/")
    event = AuditEvent.objects.get(action="accounts.webhook.switched_off")
    assert event.actor_kind == "system"


def test_it_switches_off_a_webhook_that_failed_for_five_days_and_not_sooner(cast: Cast):
    with receiving("500 Internal Server Error") as receiver:
        webhook, _ = make_webhook(None, receiver.url)
        for days in (0, 4.9, 5.1):
            assert Webhook.objects.filter(is_active=True).exists()
            make_delivery(webhook, NOW + timedelta(days=days))
            run(receiver, NOW + timedelta(days=days))
    webhook.refresh_from_db()
    assert not webhook.is_active
    assert set(Notice.objects.values_list("user", flat=True)) == {cast.administrator.pk}


def test_it_forgets_failures_after_a_success(cast: Cast):
    with receiving("500 Internal Server Error") as receiver:
        webhook, _ = make_webhook(cast.team, receiver.url)
        make_delivery(webhook, NOW)
        run(receiver)
        receiver.status = "200 OK"
        make_delivery(webhook, NOW + timedelta(days=3))
        run(receiver, NOW + timedelta(days=3))
        receiver.status = "500 Internal Server Error"
        make_delivery(webhook, NOW + timedelta(days=6))
        run(receiver, NOW + timedelta(days=6))
    webhook.refresh_from_db()
    assert webhook.is_active


def test_it_signs_with_both_secrets_for_a_day_after_a_change(cast: Cast):
    with receiving() as receiver:
        webhook, old = make_webhook(cast.team, receiver.url)
        new = rotate_webhook_secret(actor=actor_of(cast.maintainer), webhook=webhook, now=NOW)
        for later in (timedelta(hours=23), timedelta(hours=25)):
            make_delivery(webhook, NOW + later)
            run(receiver, NOW + later)
    first, second = receiver.received
    assert first.is_signed_with(new) and first.is_signed_with(old)
    assert second.is_signed_with(new) and not second.is_signed_with(old)


def test_it_does_not_follow_redirects(cast: Cast):
    with receiving("307 Temporary Redirect") as receiver:
        make_delivery(make_webhook(cast.team, receiver.url)[0], NOW)
        run(receiver)
    assert len(receiver.received) == 1
    assert Delivery.objects.get().last_error == "It answered 307: redirects are not followed."


def test_it_calls_no_address_of_this_machine(cast: Cast, settings):
    settings.PORTICO_PRIVATE_NETWORKS = ()
    make_delivery(make_webhook(cast.team, "http://127.0.0.1:1/")[0])
    deliver_due()
    delivery = Delivery.objects.get()
    assert delivery.state == DeliveryState.FAILED
    assert "private ones only where an administrator lists" in delivery.last_error


def test_it_finds_again_what_a_killed_worker_had_begun(cast: Cast):
    with receiving() as receiver:
        delivery = make_delivery(make_webhook(cast.team, receiver.url)[0], NOW)
        assert [one.pk for one in claim(Channel.WEBHOOK, NOW)] == [delivery.pk]
        assert run(receiver, NOW + timedelta(minutes=4)) == 0
        assert run(receiver, NOW + timedelta(minutes=5)) == 1


def test_it_lets_no_webhook_keep_others_waiting(cast: Cast):
    slow, quick = make_webhook(cast.team)[0], make_webhook(cast.team)[0]
    for _ in range(30):
        make_delivery(slow, NOW)
    last = make_delivery(quick, NOW)
    claimed = claim(Channel.WEBHOOK, NOW)
    assert last.pk in {one.pk for one in claimed}
    assert len(claimed) == PER_WEBHOOK + 1


@pytest.mark.parametrize("keys", [["another-key"], []])
def test_it_says_when_a_secret_cannot_be_opened(cast: Cast, settings, keys: list[str]):
    with receiving() as receiver:
        make_delivery(make_webhook(cast.team, receiver.url)[0], NOW)
        settings.PORTICO_SECRETS_KEYS = keys
        run(receiver)
    assert receiver.received == []
    assert Delivery.objects.get().last_error.startswith("Its secret cannot be opened")
