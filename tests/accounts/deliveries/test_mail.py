"""Notices by mail, to a real mail server."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Delivery, DeliveryState, User
from accounts.notices import News, notify
from accounts.tasks import deliver_due
from tests.accounts.deliveries.smtp import mail_server
from tests.factories.accounts import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_is_on")]

NEWS = News("access.requested", "a", "Till asks for Payments", "For the new till.", "/access/approvals/")


@pytest.fixture
def reader() -> User:
    return make_user("reader", email="reader@example.com")


def use(settings, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
    settings.DEFAULT_FROM_EMAIL = "Portico <portico@example.com>"
    settings.PORTICO_URL = "https://portico.example.com"


def test_it_mails_the_notice_with_its_link(settings, reader: User):
    with mail_server() as server:
        use(settings, server.port)
        notify(NEWS, users=[reader.pk], now=timezone.now())
        deliver_due()
        deliver_due()
    [mail] = server.mails
    assert (mail["To"], mail["From"]) == ("reader@example.com", "Portico <portico@example.com>")
    assert mail["Subject"] == "Till asks for Payments"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    text = mail.get_content()
    assert "For the new till." in text
    assert "https://portico.example.com/access/approvals/" in text
    assert Delivery.objects.get().state == DeliveryState.SENT


def test_it_lets_nobody_write_headers_or_further_recipients(settings, reader: User):
    with mail_server() as server:
        use(settings, server.port)
        evil = News("access.requested", "a", "Hello\r\nBcc: all@example.com", "\r\n.\r\nMAIL FROM:<a@b>", "/")
        notify(evil, users=[reader.pk], now=timezone.now())
        deliver_due()
    [mail] = server.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hello Bcc: all@example.com"
    assert server.recipients == ["reader@example.com"]


def test_it_gives_up_an_address_that_does_not_exist_and_mails_the_others(settings, reader: User):
    with mail_server("550 No such user") as server:
        use(settings, server.port)
        notify(NEWS, users=[reader.pk, make_user(email="other@example.com").pk], now=timezone.now())
        deliver_due()
    assert len(server.recipients) == 2
    states = set(Delivery.objects.values_list("state", "last_status", "last_error"))
    assert states == {(DeliveryState.GIVEN_UP, 550, "The mail server refused the mail (550).")}


def test_it_tries_again_when_the_server_asks_to_or_is_away(settings, reader: User):
    with mail_server("450 Later") as server:
        use(settings, server.port)
        notify(NEWS, users=[reader.pk], now=timezone.now())
        deliver_due()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.last_status) == (DeliveryState.FAILED, 450)
    Delivery.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    deliver_due()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (DeliveryState.FAILED, 2)
    assert delivery.last_error == "The mail server was not reached, or did not let Portico in."


def test_it_mails_nobody_who_was_deactivated_since(settings, reader: User):
    with mail_server() as server:
        use(settings, server.port)
        notify(NEWS, users=[reader.pk], now=timezone.now())
        User.objects.update(is_active=False)
        deliver_due()
    assert server.mails == []
    assert Delivery.objects.get().state == DeliveryState.GIVEN_UP
