"""Qi (QiCard): cards, on the company's own 3-D Secure page."""

from wasl.payments.providers.qi.provider import QiProvider

__all__ = ["QiProvider"]
