"""What a stand-in sends to the shop: real POSTs, in threads of their own."""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import requests

log = logging.getLogger(__name__)
LATE_SECONDS = 20.0


@dataclass(frozen=True, kw_only=True)
class Message:
    """One callback, ready to be sent."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


class Callbacks:
    """Sends messages and, if wanted, tries again with back-off until the answer is 200."""

    attempts, between_seconds = 5, 1.0

    def __init__(self) -> None:
        # Everything that was to be sent, for tests and the operator's page. `is_sending` off: only
        # noted, so that a test hands the message over by itself.
        self.noted: list[Message] = []
        self.is_sending = True
        self.late_seconds = LATE_SECONDS
        self._threads: list[threading.Thread] = []

    def send(self, *messages: Message, after: float = 0.0) -> None:
        """Send messages in this order, after a while."""
        self.noted.extend(messages)
        del self.noted[:-500]
        reachable = [each for each in messages if each.url]
        if not self.is_sending or not reachable:
            return
        thread = threading.Thread(target=self._send, args=(reachable, after), daemon=True)
        self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        thread.start()

    def go(self, way: str, message: Message, *, older: Message, forged: Message, changed: Message
    ) -> None:  # fmt: skip
        """Send a message the way that a trap wants it; see `traps.CALLBACKS`."""
        after = self.late_seconds if way == "late" else 0.0
        messages = {
            "lost": (),
            "twice": (message, message),
            "muddled": (message, older),
            "forged": (forged,),
            "changed": (changed,),
        }
        self.send(*messages.get(way, (message,)), after=after)

    def wait(self) -> None:
        """Until everything was sent; for tests."""
        for thread in self._threads:
            thread.join(timeout=20)

    def _send(self, messages: list[Message], after: float) -> None:
        time.sleep(after)
        for message in messages:
            for attempt in range(self.attempts):
                if self._post(message):
                    break
                time.sleep(self.between_seconds * 2**attempt)

    @staticmethod
    def _post(message: Message) -> bool:
        try:
            answer = requests.post(
                message.url, data=message.body, headers=dict(message.headers), timeout=10
            )
            return answer.status_code == 200
        except requests.RequestException as error:
            log.warning("the shop's address for callbacks: %s", type(error).__name__)
            return False
