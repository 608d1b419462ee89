"""Sending, in the background."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from wasl.core import crypto, jobs
from wasl.notifications import services


@jobs.job("notifications.deliver")
def deliver(*, message_id: str, now: datetime) -> None:
    """Hand one queued message to its channel."""
    services.deliver(message_id=UUID(message_id), now=now)


@jobs.job("notifications.send_code")
def send_code(*, phone: str, code: str, language: str, now: datetime) -> None:
    """Send a sign-in code; both arrive encrypted, as the queue is a table like any other."""
    services.send_code(
        phone=crypto.decrypt_text(phone, "notifications.send_code:phone"),
        code=crypto.decrypt_text(code, "notifications.send_code:code"),
        language=language,
        now=now,
    )


@jobs.job("notifications.send_mail_link")
def send_mail_link(*, mail_address_id: str, now: datetime) -> None:
    """Send the link that confirms a mail address."""
    services.send_mail_link(
        mail_address_id=UUID(mail_address_id), site=settings.WASL_PUBLIC_URL, now=now
    )
