"""ZainCash Payment Gateway v2: a wallet, paid on the company's own page."""

from wasl.payments.providers.zaincash.provider import ZainCashProvider

__all__ = ["ZainCashProvider"]
