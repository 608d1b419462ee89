"""
The companies that `wasl sandbox` runs: a line for each.

Plain data and plain functions, which the settings read as well: where a company listens, and the
secrets that it and Wasl derive from one setting in a demonstration.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from wasl.payments.sandbox.web import Company


@dataclass(frozen=True)
class Entry:
    """Where the class is, and how far its port lies from the base port."""

    path: str
    offset: int


# Offset 1 is taken: there the demonstration's witness of the public log listens.
COMPANIES: Mapping[str, Entry] = {
    "sandbox": Entry("wasl.payments.sandbox.trial_wallet.company:Sandbox", 0),
    "zaincash": Entry("wasl.payments.sandbox.zaincash.company:ZainCash", 2),
    "fib": Entry("wasl.payments.sandbox.fib.company:Fib", 3),
    "qi": Entry("wasl.payments.sandbox.qi.company:Qi", 4),
    "fastpay": Entry("wasl.payments.sandbox.fastpay.company:FastPay", 5),
}


def load(name: str) -> "type[Company]":
    """The class of a company. :raises KeyError: when there is no such company."""
    module, _colon, attribute = COMPANIES[name].path.partition(":")
    found: type[Company] = getattr(import_module(module), attribute)
    return found


def address(base_url: str, name: str) -> str:
    """Where a company is reached, when the first one is reached at `base_url`."""
    parts = urlsplit(base_url)
    port = (parts.port or 8001) + COMPANIES[name].offset
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}:{port}"


def ports(base: int) -> list[int]:
    """The ports that all companies together take."""
    return [base + entry.offset for entry in COMPANIES.values()]


def secret(seed: str, company: str, purpose: str) -> str:
    """A secret of a company's, drawn from the one setting of the demonstration."""
    text = f"wasl stand-in {company} {purpose}"
    return hmac.new(seed.encode(), text.encode(), hashlib.sha256).hexdigest()
