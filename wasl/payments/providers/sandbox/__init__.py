"""A payment company that exists on this machine only: `wasl sandbox`. It takes no real money."""

from wasl.payments.providers.sandbox.provider import SandboxProvider

__all__ = ["SandboxProvider"]
