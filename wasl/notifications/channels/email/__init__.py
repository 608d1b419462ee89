"""E-mail through the SMTP server of the settings: to people who gave and confirmed an address."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage

from wasl.notifications import channels


class Channel:
    """A plain text letter, in the person's language."""

    name = "email"
    carries = channels.LETTER

    def reaches(self, message: channels.Outgoing) -> bool:
        """Whoever has a confirmed address."""
        return bool(message.mail_address)

    def send(self, message: channels.Outgoing) -> channels.Receipt:
        """This method will hand the letter to the SMTP server. Its Message-ID stays the same."""
        identity = f"<{message.id}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>"
        letter = EmailMessage(
            subject=" ".join(message.subject.split()),  # a line break would begin a header
            body=message.body,
            to=[message.mail_address],
            headers={"Message-ID": identity, "Content-Language": message.language},
        )
        try:
            letter.send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as error:
            raise channels.ChannelError("ADDRESS_REFUSED", permanent=True) from error
        except (smtplib.SMTPException, OSError) as error:
            raise channels.ChannelError("MAIL_SERVER_UNREACHABLE", permanent=False) from error
        return channels.Receipt(reference=identity)

    def check_config(self) -> list[str]:
        """A server to hand the letters to."""
        if settings.EMAIL_HOST:
            return []
        return ["Set WASL_SMTP_HOST to the mail server, or take email out of WASL_CHANNELS."]
