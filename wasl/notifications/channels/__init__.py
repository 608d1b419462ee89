"""
Ways to reach a person, as plug-ins: a folder here, and its name in WASL_CHANNELS.

A channel sends one message and returns a receipt; it writes nothing and knows no model.
docs/how-to/add-a-channel.md is the recipe; every channel is held to one contract test.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings

# What a channel carries: the short text, the letter (subject and body), nothing that leaves, or a
# sign that there is something to read, which says nothing of it.
SMS = "SMS"
LETTER = "LETTER"
IN_APP = "IN_APP"
PUSH = "PUSH"


@dataclass(frozen=True, kw_only=True)
class PushAddress:
    """A browser that takes signs: where its push service is, and the keys to encrypt for it."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """
    What a channel is given. `id` is the same at every attempt: the key against sending twice.

    `text` is for SMS, `subject` and `body` for letters. Addresses that the person lacks are empty.
    """

    id: str
    language: str
    text: str = ""
    subject: str = ""
    body: str = ""
    phone: str = ""
    mail_address: str = ""
    push_addresses: tuple[PushAddress, ...] = ()
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What the channel's own system called the message. `is_for_demo_phone`: show it there."""

    reference: str = ""
    is_for_demo_phone: bool = False
    # Browsers whose push service knows them no more: they are to be forgotten.
    gone: tuple[str, ...] = ()


class ChannelError(Exception):
    """The message was not taken. `is_permanent`: another attempt would end the same."""

    def __init__(self, code: str, *, permanent: bool, gone: tuple[str, ...] = ()) -> None:
        self.code = code
        self.is_permanent = permanent
        self.gone = gone
        super().__init__(code)


class Channel(Protocol):
    """What a channel is: in its own folder the class is called `Channel` too, made of nothing."""

    name: str
    carries: str

    def reaches(self, message: Outgoing) -> bool:
        """Whether the person has what this channel needs, for example a phone."""
        ...

    def send(self, message: Outgoing) -> Receipt:
        """This method will hand the message over. :raises ChannelError: when it was not taken."""
        ...

    def check_config(self) -> list[str]:
        """What is missing in the settings, in sentences that say how to mend it."""
        ...


def installed() -> tuple[str, ...]:
    """The names of the channels that are switched on, in their order."""
    return tuple(settings.WASL_CHANNELS)


def get(name: str) -> Channel:
    """The channel of that name: a folder here, or elsewhere by its dotted path."""
    module = import_module(name if "." in name else f"{__name__}.{name}")
    return cast(Channel, module.Channel())


def all_installed() -> list[Channel]:
    """The channels that are switched on."""
    return [get(name) for name in installed()]
