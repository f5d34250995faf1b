"""Notices by mail: plain text with a link, over one connection for a batch."""

import smtplib
from collections.abc import Iterator
from contextlib import suppress

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from accounts.deliveries.outcome import Outcome
from accounts.models import Delivery, Notice

#: Permanent refusals of SMTP (RFC 5321, 4.2.1).
_PERMANENT = 500
_AWAY = "The mail server was not reached, or did not let Portico in."


def mail_all(deliveries: list[Delivery]) -> Iterator[tuple[Delivery, Outcome]]:
    """Each delivery with what came of it; a server that is away is asked once."""
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException):
        # The server's own words may repeat what was shown to it.
        yield from ((delivery, Outcome(False, error=_AWAY)) for delivery in deliveries)
        return
    try:
        for delivery in deliveries:
            yield delivery, _mailed(delivery, connection)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            connection.close()


def message_of(notice: Notice, connection: BaseEmailBackend | None = None) -> EmailMessage:
    """The notice as a mail; a title that people wrote stays one line, and so one header."""
    lines = [notice.text] if notice.text else []
    if notice.url:
        lines.append(f"{settings.PORTICO_URL}{notice.url}")
    lines.append(f"You choose which notices are mailed to you: {settings.PORTICO_URL}/profile/notices/")
    return EmailMessage(
        subject=" ".join(notice.title.split()),
        body="\n\n".join(lines) + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[notice.user.email],
        headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
        connection=connection,
    )


def _mailed(delivery: Delivery, connection: BaseEmailBackend) -> Outcome:
    user = delivery.notice.user
    if not user.is_active or not user.email:
        return Outcome(False, error="There is no address any more.", is_final=True)
    try:
        message_of(delivery.notice, connection).send()
    except smtplib.SMTPRecipientsRefused as refused:
        code = max((code for code, _ in refused.recipients.values()), default=None)
        return _refused(code)
    except smtplib.SMTPResponseException as refused:
        return _refused(refused.smtp_code)
    except (OSError, smtplib.SMTPException, ValueError):
        return Outcome(False, error="The mail server did not take the mail.")
    return Outcome(True, 250)


def _refused(code: int | None) -> Outcome:
    is_final = code is not None and code >= _PERMANENT
    return Outcome(False, code, f"The mail server refused the mail ({code}).", is_final=is_final)
