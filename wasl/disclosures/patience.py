"""
How often one address may try, counted in this process's memory only.

An address is never written, not even hashed: the hash of one can be turned back by trying them all.
Here its name is a keyed hash under a key that lives as long as the process. Each process counts for
itself, so the true limit is a small multiple; Argon2id's single lane bounds guessing in any case.
"""

import hashlib
import hmac
import ipaddress
import secrets
import threading
from datetime import datetime, timedelta

from wasl.core.limits import UnableToTryAgainYet

PERIOD = timedelta(hours=1)
# Behind an onion service or a proxy that tells nothing, everybody has our own machine's address.
SHARED = 40
_OURS = tuple(
    ipaddress.ip_network(each)
    for each in (
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
        "::/64", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip
_MOST_KEPT = 20_000


class Patience:
    """Counters by keyed hash; forgotten after their period, and with the process."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._held: dict[bytes, tuple[datetime, int]] = {}

    def require(self, *, what: str, address: str, limit: int, now: datetime) -> None:
        """
        This function will count one attempt.

        :raises UnableToTryAgainYet: beyond the limit of the hour; it names the minutes that are left.
        """
        name = hmac.digest(self._key, f"{what}:{address}".encode(), hashlib.sha256)
        allowed = limit * SHARED if is_shared(address) else limit
        with self._lock:
            began, hits = self._held.get(name, (now, 0))
            if now - began >= PERIOD:
                began, hits = now, 0
            if len(self._held) >= _MOST_KEPT:
                self._forget(now)
            self._held[name] = (began, hits + 1)
        if hits + 1 > allowed:
            left = began + PERIOD - now
            raise UnableToTryAgainYet(minutes=max(1, -int(-left.total_seconds() // 60)))

    def _forget(self, now: datetime) -> None:
        self._held = {
            name: held for name, held in self._held.items() if now - held[0] < PERIOD
        } or {}
        if len(self._held) >= _MOST_KEPT:
            self._held.clear()


def is_shared(address: str) -> bool:
    """Whether many may stand behind an address: one of our own machines', or none at all."""
    try:
        network = ipaddress.ip_network(address, strict=False)
    except ValueError:
        return True
    return any(
        network.version == each.version and network.subnet_of(each)  # type: ignore[arg-type]
        for each in _OURS
    )


PATIENCE = Patience()
