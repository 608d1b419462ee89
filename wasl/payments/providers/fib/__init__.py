"""First Iraqi Bank: paid in the payer's own app, from a QR, a code or a link."""

from wasl.payments.providers.fib.provider import FibProvider

__all__ = ["FibProvider"]
