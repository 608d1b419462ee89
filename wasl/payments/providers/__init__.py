"""
Payment companies, as plug-ins: a folder here, and a line in WASL_PAYMENT_PROVIDERS.

A provider asks its company and returns a frozen answer. It writes nothing, decides nothing and
knows no model: the services compare, settle and put on record.
docs/how-to/add-a-payment-provider.md is the recipe; every provider is held to one contract test.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, cast, runtime_checkable

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

CURRENCY = "IQD"


class ProviderError(Exception):
    """
    The company did not do it. `is_permanent`: another attempt with the same values ends the same.

    `may_have_happened`: the question went out and the answer was lost, so that nobody here knows.
    """

    def __init__(self, code: str, *, permanent: bool, may_have_happened: bool = False) -> None:
        self.code = code
        self.is_permanent = permanent
        self.may_have_happened = may_have_happened
        super().__init__(code)


class CallbackRefusedError(Exception):
    """The message is not from the company: signature, algorithm, shape or age is wrong."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, kw_only=True)
class Order:
    """
    What is to be paid. `key` is ours and unique per attempt; amounts are whole dinars.

    `callback_url` is for companies that are told with each order where to send their messages. It
    ends in our key, which nobody else can guess.
    """

    key: str
    reference: str
    amount: int
    language: str
    description: str
    return_url: str
    currency: str = CURRENCY
    callback_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """
    What the payer needs where the company has no page: Wasl shows it, exactly as received.

    `qr_image` is a PNG as a data URI. `links` open the company's app, by names that the provider
    has words for (`link_titles`).
    """

    qr_image: str = ""
    code: str = ""
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Redirect:
    """
    Where to send the payer, exactly as received. Being accepted is not being paid.

    Either `url` names the company's page, or `shown` holds what Wasl shows instead of one.
    """

    provider_payment_id: str
    url: str = ""
    expires_at: datetime | None = None
    shown: Shown | None = None


@dataclass(frozen=True, kw_only=True)
class CallbackRequest:
    """
    A message at our door, or the query the payer came back with: raw, not believed.

    `key` is ours, from the address that this order alone was given; empty at the common address.
    """

    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class CallbackResult:
    """
    A message whose signature is right. It is still only a hint to ask.

    `is_signed` is False for companies that do not sign. `content` is for the record, with secrets
    and personal details removed.
    """

    event_id: str
    provider_payment_id: str
    key: str
    claimed_status: str
    is_signed: bool
    content: Mapping[str, Any]


class Status(StrEnum):
    """What the company says of a payment, in our words."""

    PENDING = "PENDING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"
    REFUNDED = "REFUNDED"


@dataclass(frozen=True, kw_only=True)
class ProviderStatus:
    """
    The company's own truth about a payment, asked by us.

    `amount` is None where it was no whole number of dinars: that goes to a person.
    `key` is None where the company repeats none of ours: then its own id alone names the payment.
    `is_known` is False where the company has nothing under our key: not paid, and perhaps never.
    """

    status: Status
    raw_status: str
    provider_payment_id: str
    key: str | None
    amount: int | None
    currency: str
    fee_amount: int = 0
    failure: str = ""
    is_known: bool = True
    content: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Refunded:
    """A refund that the company carried out, or took on and is still at (`is_complete` False)."""

    reference: str
    amount: int
    is_complete: bool = True
    content: Mapping[str, Any] = field(default_factory=dict)


class Provider(Protocol):
    """
    What a provider is: four questions, and what the payer is told of it.

    `hint` says what one needs to pay that way, `fee_note` what it costs the payer.
    """

    name: str
    title: str | Promise
    hint: str | Promise
    fee_note: str | Promise

    def start(self, order: Order) -> Redirect:
        """This method will ask for a payment page. :raises ProviderError: when there is none."""
        ...

    def read_callback(self, request: CallbackRequest) -> CallbackResult:
        """This method will read a message. :raises CallbackRefusedError: when it is forged."""
        ...

    def confirm(self, provider_payment_id: str) -> ProviderStatus:
        """This method will ask for the truth. :raises ProviderError: when there is no answer."""
        ...

    def refund(
        self, provider_payment_id: str, *, reason: str, amount: int | None = None, key: str = ""
    ) -> Refunded:
        """
        This method will give the whole amount back, or a part: once, and never tried again.

        `key` is ours and unique per refund, for companies that refuse the second of the same.
        :raises ProviderError: with `may_have_happened` when only a person can tell.
        """
        ...

    def check_config(self) -> list[str]:
        """What is missing in the settings, in sentences that say how to mend it."""
        ...


@runtime_checkable
class ShowsPayer(Protocol):
    """A company without a payment page: the payer's own app reads a QR, a code or a link."""

    link_titles: Mapping[str, str | Promise]


@runtime_checkable
class RecoversStart(Protocol):
    """A company that can be asked by our key, when its answer to the start was lost."""

    def recover(self, order: Order) -> ProviderStatus | None:
        """This method will ask by our key. None: the company has no such payment."""
        ...


@runtime_checkable
class CancelsPayment(Protocol):
    """A company that takes an unpaid payment back, so that nobody can pay it any more."""

    def cancel(self, provider_payment_id: str) -> ProviderStatus:
        """This method will close an unpaid payment. :raises ProviderError: when it is too late."""
        ...


@runtime_checkable
class TellsOfRefund(Protocol):
    """A company that can be asked whether a refund took place, when its answer was lost."""

    def is_refunded(self, provider_payment_id: str) -> bool:
        """Whether money went back. :raises ProviderError: when there is no answer."""
        ...


def get(name: str) -> Provider:
    """The provider of that name. :raises KeyError: when no line of the settings has it."""
    return cast(Provider, import_string(settings.WASL_PAYMENT_PROVIDERS[name])())


def offered() -> list[Provider]:
    """The providers that are ready to take payments, in the order of the settings."""
    known = [get(name) for name in settings.WASL_PAYMENT_PROVIDERS]
    return [provider for provider in known if not provider.check_config()]
