"""Telling people: writing a notice out, sending it over every channel, marking it read."""

import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.accounts.services.people import phone_index
from wasl.core import identifiers, jobs, scope
from wasl.core.errors import Unable
from wasl.events import services as events
from wasl.notifications import channels, notices, pushing
from wasl.notifications.models import DemoText, MailAddress, Message

log = logging.getLogger(__name__)
ATTEMPTS = 8  # the last one about an hour after the first
CODE_MINUTES = 10
_MAIL_SALT = "wasl.notifications.mail"
_MAIL_LASTS = timedelta(days=2)


class UnableToConfirmMailAddress(Unable):
    """The link is damaged, older than two days, or a newer address was given since."""

    code = "WRONG_MAIL_LINK"
    message = _("This link no longer works. Enter your e-mail address again to get a new one.")


def notify(
    *,
    recipient: User,
    template: str,
    values: Mapping[str, notices.Value],
    directorate_id: int,
    now: datetime,
    subject: tuple[str, UUID] | None = None,
    over: Collection[str] | None = None,
) -> list[Message]:
    """
    This function will send a notice to a person, in their language, over every channel that fits.

    `over` names what it may go over besides the person's own list and letters: SMS, PUSH, both or
    neither, as the person chose; None leaves it to what they have. The rows and the jobs that
    deliver them are written in the caller's transaction. `subject` is what the notice is about, for
    example ("case", uuid).
    :raises notices.UnableToReadNotice: when no such notice exists.
    :raises notices.UnableToWriteNotice: when the values are not those it declares.
    """
    notice = notices.get(template)
    text = notice.write(values, recipient.language)
    notice_id = identifiers.new_id(now)
    with scope.within_system():
        return [
            _queue(channel, outgoing, recipient, notice_id, template, directorate_id, subject, now)
            for channel, outgoing in _deliveries(notice, text, recipient)
            if over is None or channel.carries in {channels.IN_APP, channels.LETTER, *over}
        ]


def _deliveries(
    notice: notices.Notice, text: notices.Text, recipient: User
) -> Iterator[tuple[channels.Channel, channels.Outgoing]]:
    """The channels that carry this notice to this person, each with what it is to carry."""
    whole = channels.Outgoing(
        id="",
        language=recipient.language,
        phone=recipient.phone or "",
        mail_address=_mail_address(recipient),
        push_addresses=pushing.addresses_of(recipient),
        text=text.sms,
        subject=text.subject,
        body=text.body,
    )
    for channel in channels.all_installed():
        is_sms = channel.carries == channels.SMS
        if (is_sms and not notice.has_sms) or not channel.reaches(whole):
            continue
        if is_sms:
            yield channel, replace(whole, subject="", body="")
        elif channel.carries == channels.PUSH:
            # Nothing of the notice goes there: what is sent is written when it is.
            yield channel, replace(whole, text="", subject="", body="")
        else:
            yield channel, replace(whole, text="")


def _mail_address(user: User) -> str:
    found = MailAddress.objects.filter(user=user, confirmed_at__isnull=False).first()
    return found.address if found else ""


def _queue(
    channel: channels.Channel,
    outgoing: channels.Outgoing,
    recipient: User,
    notice_id: UUID,
    template: str,
    directorate_id: int,
    subject: tuple[str, UUID] | None,
    now: datetime,
) -> Message:
    stays = channel.carries == channels.IN_APP
    message = Message.objects.create(
        id=identifiers.new_id(now),
        notice_id=notice_id,
        recipient=recipient,
        directorate_id=directorate_id,
        template=template,
        language=recipient.language,
        channel=channel.name,
        subject=outgoing.subject or None,
        body=outgoing.body or None,
        text=outgoing.text or None,
        subject_type=subject[0] if subject else "",
        subject_id=subject[1] if subject else None,
        created_at=now,
        # What stays in the house has arrived when the transaction has.
        status=Message.Status.SENT if stays else Message.Status.QUEUED,
        sent_at=now if stays else None,
    )
    if not stays:
        jobs.enqueue("notifications.deliver", message_id=str(message.id))
    return message


def deliver(*, message_id: UUID, now: datetime) -> None:
    """
    This function will hand one queued message to its channel, and write down what became of it.

    The channel is asked before the row is locked. A passing failure is tried again after 30 s, 1,
    2, 4 … minutes; the eighth, or a permanent one, is final. A message that was sent is left alone.
    """
    message = Message.objects.select_related("recipient").get(id=message_id)
    if message.status != Message.Status.QUEUED:
        return
    receipt, error = _hand_over(message)
    locked = Message.objects.select_for_update(of=("self",)).get(id=message_id)
    if locked.status != Message.Status.QUEUED:
        return
    locked.attempts += 1
    gone = receipt.gone if receipt else error.gone if error else ()
    if gone:
        pushing.forget_gone(gone)
    if receipt is not None:
        locked.status, locked.sent_at = Message.Status.SENT, now
        locked.failure, locked.receipt = "", receipt.reference[:200]
        if receipt.is_for_demo_phone:
            _keep_for_demo(message.recipient.phone or "", message.text or "", message.language, now)
    elif error is not None:
        locked.failure = error.code[:60]
        if error.is_permanent or locked.attempts >= ATTEMPTS:
            locked.status = Message.Status.FAILED
        else:
            wait = timedelta(seconds=30 * 2 ** (locked.attempts - 1))
            jobs.enqueue("notifications.deliver", run_at=now + wait, message_id=str(message_id))
    locked.save(update_fields=["attempts", "status", "sent_at", "failure", "receipt"])
    if locked.status != Message.Status.QUEUED:
        _record(locked, now)


def _hand_over(
    message: Message,
) -> tuple[channels.Receipt | None, channels.ChannelError | None]:
    outgoing = channels.Outgoing(
        id=str(message.id),
        language=message.language,
        phone=message.recipient.phone or "",
        mail_address=_mail_address(message.recipient),
        text=message.text or "",
        subject=message.subject or "",
        body=message.body or "",
    )
    channel = channels.get(message.channel)
    if channel.carries == channels.PUSH:
        outgoing = _sign(message, outgoing)
    try:
        return channel.send(outgoing), None
    except channels.ChannelError as error:
        log.warning("message %s by %s: %s", message.id, message.channel, error.code)
        return None, error


def _sign(message: Message, outgoing: channels.Outgoing) -> channels.Outgoing:
    """That there is something to read, in the person's language, and where."""
    text = notices.get("notifications.something-changed").write({}, message.language)
    letter = Message.objects.filter(notice_id=message.notice_id, channel="in_app").first()
    path = reverse("notifications:message", args=[letter.id]) if letter else "/"
    return replace(
        outgoing,
        subject=text.subject,
        body=text.body,
        link=path,
        push_addresses=pushing.addresses_of(message.recipient),
    )


def _record(message: Message, now: datetime) -> None:
    subject_id = message.subject_id
    events.record(
        kind="notifications.message.sent",
        subject=(message.subject_type, subject_id) if subject_id else ("message", message.id),
        actor=Actor.system(),
        directorate_id=message.directorate_id,
        data={
            "template": message.template,
            "channel": message.channel,
            "status": message.status,
            "language": message.language,
        },
        now=now,
    )


def send_code(*, phone: str, code: str, language: str, now: datetime) -> None:
    """
    This function will send a sign-in code to a phone that may belong to nobody we know.

    Nothing of it is kept, as the code is a key; only the demo phone shows it.
    :raises channels.ChannelError: for a passing failure, so that the job runs again soon.
    """
    values = {"code": code, "minutes": str(CODE_MINUTES)}
    text = notices.get("notifications.sign-in-code").write(values, language).sms
    outgoing = channels.Outgoing(
        id=str(identifiers.new_id(now)), language=language, phone=phone, text=text
    )
    for channel in channels.all_installed():
        if channel.carries != channels.SMS or not channel.reaches(outgoing):
            continue
        try:
            receipt = channel.send(outgoing)
        except channels.ChannelError as error:
            if not error.is_permanent:
                raise
            log.warning("a sign-in code by %s: %s", channel.name, error.code)
            continue
        if receipt.is_for_demo_phone:
            _keep_for_demo(phone, text, language, now)


def _keep_for_demo(phone: str, text: str, language: str, now: datetime) -> None:
    DemoText.objects.create(
        id=identifiers.new_id(now),
        phone=phone,
        phone_index=phone_index(phone),
        text=text,
        language=language,
        sent_at=now,
    )


@transaction.atomic
def mark_read(*, message: Message, now: datetime) -> Message:
    """This function will note that the person opened the message; a second time changes nothing."""
    locked = Message.objects.select_for_update(of=("self",)).get(id=message.id)
    if locked.status == Message.Status.SENT:
        locked.status, locked.read_at = Message.Status.READ, now
        locked.save(update_fields=["status", "read_at"])
    return locked


@transaction.atomic
def give_mail_address(*, user: User, address: str, now: datetime) -> None:
    """
    This function will send a link to an address; from its use on, notices go there too.

    An earlier address is forgotten.
    """
    with scope.within_system():
        found = MailAddress.objects.select_for_update().filter(user=user).first()
        kept = found or MailAddress(user=user)
        kept.address, kept.created_at, kept.confirmed_at = address, now, None
        kept.save()
        jobs.enqueue("notifications.send_mail_link", mail_address_id=str(kept.id))


def send_mail_link(*, mail_address_id: UUID, site: str, now: datetime) -> None:
    """
    This function will send the letter with the link that confirms a mail address.

    :raises channels.ChannelError: when the mail server does not take it now.
    """
    kept = MailAddress.objects.select_related("user").get(id=mail_address_id)
    token = signing.dumps([str(kept.id), kept.created_at.timestamp()], salt=_MAIL_SALT)
    values = {"link": site.rstrip("/") + reverse("notifications:mail_confirm", args=[token])}
    text = notices.get("notifications.mail-address").write(values, kept.user.language)
    outgoing = channels.Outgoing(
        id=str(identifiers.new_id(now)),
        language=kept.user.language,
        mail_address=kept.address,
        subject=text.subject,
        body=text.body,
    )
    for channel in channels.all_installed():
        if channel.carries == channels.LETTER:
            channel.send(outgoing)


@transaction.atomic
def confirm_mail_address(*, token: str, now: datetime) -> None:
    """
    This function will confirm the address that a link was sent to.

    :raises UnableToConfirmMailAddress: when the link is damaged, too old or of an older address.
    """
    try:
        key, made_at = signing.loads(token, salt=_MAIL_SALT, max_age=_MAIL_LASTS)
    except signing.BadSignature:
        raise UnableToConfirmMailAddress from None
    with scope.within_system():
        kept = MailAddress.objects.select_for_update().filter(id=UUID(key)).first()
        if kept is None or kept.created_at.timestamp() != made_at:
            raise UnableToConfirmMailAddress
        if kept.confirmed_at is None:
            kept.confirmed_at = now
            kept.save(update_fields=["confirmed_at"])


@transaction.atomic
def forget_mail_address(*, user: User) -> None:
    """This function will stop the e-mails to a person."""
    with scope.within_system():
        MailAddress.objects.filter(user=user).delete()
