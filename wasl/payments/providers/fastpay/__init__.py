"""FastPay: a wallet, paid on the company's own page."""

from wasl.payments.providers.fastpay.provider import FastPayProvider

__all__ = ["FastPayProvider"]
