"""Faults that a stand-in shows on demand. Tests and the operator's page set them."""

import threading
from dataclasses import dataclass, field
from typing import Any

# How the callback of the next change goes its way.
CALLBACKS = ("once", "twice", "late", "muddled", "lost", "forged", "changed")
STATUSES = (401, 429, 500, 503)


@dataclass(frozen=True, kw_only=True)
class Trap:
    """What waits for one call: used up by it."""

    status: int = 0
    delay: float = 0.0
    is_lost: bool = False
    is_malformed: bool = False


@dataclass
class Traps:
    """
    The table of faults. Each entry of the first four serves one call and is gone.

    `options` are the company's own switches, which stay: see each company's README or class.
    """

    # The next calls of that name answer with these statuses, and have no effect.
    fail: dict[str, list[int]] = field(default_factory=dict)
    # So many calls take effect, and their answer is lost on the way.
    lose: dict[str, int] = field(default_factory=dict)
    # So many calls take effect, and are answered with a page instead of JSON.
    malform: dict[str, int] = field(default_factory=dict)
    # The next call takes so many seconds longer.
    delay: dict[str, float] = field(default_factory=dict)
    # How the next callback goes: one of CALLBACKS.
    callback: str = "once"
    options: dict[str, Any] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def take(self, call: str) -> Trap:
        """What waits for this call."""
        with self._lock:
            waiting = self.fail.get(call, [])
            status = waiting.pop(0) if waiting else 0
            delay = self.delay.pop(call, 0.0)
            if status:
                return Trap(status=status, delay=delay)
            return Trap(
                delay=delay,
                is_lost=self._count_down(self.lose, call),
                is_malformed=self._count_down(self.malform, call),
            )

    def take_callback(self) -> str:
        """How the callback that is just due goes; the one after it goes once again."""
        with self._lock:
            way, self.callback = self.callback, "once"
            return way

    def option(self, name: str, default: Any = None) -> Any:
        """One of the company's own switches."""
        return self.options.get(name, default)

    @staticmethod
    def _count_down(table: dict[str, int], call: str) -> bool:
        left = table.get(call, 0)
        if left > 0:
            table[call] = left - 1
        return left > 0
