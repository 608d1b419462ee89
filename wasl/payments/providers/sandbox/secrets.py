"""The sandbox's three secrets, drawn from one setting. As with ZainCash, each has its own use."""

import hashlib
import hmac

CLIENT_ID = "wasl"


def client_secret(seed: str) -> str:
    """With this, Wasl asks for an access token."""
    return _derive(seed, "client")


def api_key(seed: str) -> str:
    """With this, the company signs callbacks and returns."""
    return _derive(seed, "api key")


def token_key(seed: str) -> str:
    """With this, the company signs its own access tokens. Wasl does not look inside."""
    return _derive(seed, "token")


def _derive(seed: str, purpose: str) -> str:
    return hmac.new(seed.encode(), f"wasl sandbox {purpose}".encode(), hashlib.sha256).hexdigest()
