"""Reading messages: a person's own list, what was sent about a case, the demo phone."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from wasl.accounts import phones
from wasl.accounts.models import User
from wasl.accounts.services.people import phone_index
from wasl.core import scope
from wasl.notifications.models import DemoText, MailAddress, Message, MessageQuerySet

SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class DemoPhone:
    """The phone of a demo person: its number as people write it, and its texts, newest first."""

    phone: str
    texts: list[DemoText]


def messages_of(user: User) -> MessageQuerySet:
    """The newest messages in the person's own list."""
    return Message.objects.shown_to(user).order_by("-created_at", "-id")[:SHOWN]


def message_for(user: User, message_id: UUID) -> Message:
    """One message of the person's own list. :raises Message.DoesNotExist: when it is not theirs."""
    return Message.objects.shown_to(user).get(id=message_id)


def unread_count(user: User) -> int:
    """How many messages the person has not opened."""
    return Message.objects.shown_to(user).unread().count()


def sent_with(message: Message) -> MessageQuerySet:
    """The same notice over the other channels."""
    same = Message.objects.filter(notice_id=message.notice_id).exclude(id=message.id)
    return same.order_by("channel")


def about(subject_type: str, subject_id: UUID) -> MessageQuerySet:
    """Everything that was sent about a subject, over every channel, oldest first."""
    found = Message.objects.filter(subject_type=subject_type, subject_id=subject_id)
    return found.order_by("created_at", "channel", "id")


def mail_address_of(user: User) -> MailAddress | None:
    """The mail address that the person gave, confirmed or not."""
    return MailAddress.objects.filter(user=user).first()


def texts_for(whose: User | str, *, limit: int = 50) -> list[DemoText]:
    """
    The texts on the demo phone of a person or of a number, newest first. Empty outside demo mode.

    :raises phones.UnableToReadPhone: when the text is no Iraqi mobile number.
    """
    phone = (whose.phone or "") if isinstance(whose, User) else phones.parse(whose)
    if not settings.WASL_DEMO or not phone:
        return []
    with scope.within_system():
        found = DemoText.objects.filter(phone_index=phone_index(phone))
        return list(found.order_by("-sent_at", "-id")[:limit])


def latest_texts(*, limit: int = 20) -> list[DemoText]:
    """The newest texts on any demo phone, also of numbers that nobody has used yet."""
    if not settings.WASL_DEMO:
        return []
    with scope.within_system():
        return list(DemoText.objects.order_by("-sent_at", "-id")[:limit])


def demo_phone(user: User) -> DemoPhone:
    """The demo phone of a person."""
    return DemoPhone(phone=phones.shown(user.phone) if user.phone else "", texts=texts_for(user))
