"""Access tokens of companies that speak OAuth 2: kept until shortly before they end."""

import threading
import time
from collections.abc import Callable

RENEW_BEFORE_SECONDS = 300
Key = tuple[str, ...]
# The token, and for how many seconds it holds.
Granted = tuple[str, int]


class AccessTokens:
    """
    The tokens of one company, by address and client.

    Safe among threads: while one asks for a token the others wait for the same. A token is renewed
    five minutes before its end, or after three quarters of its life when that is short.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[Key, tuple[str, float]] = {}
        self._asking: dict[Key, threading.Lock] = {}

    def get(self, key: Key, ask: Callable[[], Granted]) -> str:
        """A token that still holds; `ask` brings a new one where there is none."""
        with self._lock:
            asking = self._asking.setdefault(key, threading.Lock())
        with asking:
            token, renew_at = self._held.get(key, ("", 0.0))
            if token and time.monotonic() < renew_at:
                return token
            token, lasts = ask()
            spare = min(RENEW_BEFORE_SECONDS, lasts / 4)
            self._held[key] = (token, time.monotonic() + max(0.0, lasts - spare))
            return token

    def refuse(self, key: Key, token: str) -> None:
        """Forget a token that the company no longer takes, unless another has come meanwhile."""
        with self._lock:
            if self._held.get(key, ("", 0.0))[0] == token:
                del self._held[key]

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._held.clear()
