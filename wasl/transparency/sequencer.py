"""The loop of the sequencer process: batches in the foreground, witnesses in a thread."""

import logging
import signal
import threading
import time
from datetime import datetime

from django.conf import settings
from django.db import OperationalError, close_old_connections
from django.db.utils import InterfaceError
from django.utils import timezone

from wasl.transparency import installed_policy, services, witnessing
from wasl.transparency.encoding import NotAccepted
from wasl.transparency.models import Checkpoint

log = logging.getLogger("wasl.transparency")
_PAUSE_AFTER_TROUBLE = 5.0


class Sequencer:
    """
    Takes a batch every second, so that an event is in the log within two.

    A fixed pace, not a signal for each event, on purpose: the time of a checkpoint then tells less
    about who was at the counter, and committing an event never waits for a notification queue.
    """

    def __init__(self, *, every: float = 1.0) -> None:
        self.every = every
        self.stopping = threading.Event()

    def run(self) -> None:
        """
        Work until SIGTERM or Ctrl-C.

        :raises UnableToContinueLog: at once: only a person can mend that.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        self.require_unforked()
        thread = threading.Thread(target=self._ask_witnesses, name="witnesses", daemon=True)
        thread.start()
        log.info("The sequencer of %s is at work.", settings.WASL_LOG_ORIGIN)
        while not self.stopping.is_set():
            began = time.monotonic()
            is_well = self._round(_now())
            pause = self.every - (time.monotonic() - began) if is_well else _PAUSE_AFTER_TROUBLE
            self.stopping.wait(max(0.0, pause))
        thread.join(timeout=10)

    def require_unforked(self) -> None:
        """
        Compare with what the witnesses have seen: they may know of more than a restored backup.

        :raises UnableToContinueLog: when one has seen a larger tree, or another of the same size.
        """
        last = Checkpoint.objects.order_by("-size").first()
        size = last.size if last else 0
        policy = installed_policy.load()
        for name, seen in witnessing.largest_seen(policy, settings.WASL_LOG_ORIGIN).items():
            if seen.size > size:
                reason = f"witness {name} has seen {seen.size} entries, the database holds {size}"
                raise services.UnableToContinueLog(reason=reason)
            if last and seen.size == size and size and seen.root != bytes(last.root):
                raise services.UnableToContinueLog(reason=f"witness {name} has seen another root")

    def _round(self, now: datetime) -> bool:
        """One batch; whether all went well. What can pass by itself is logged and tried again."""
        close_old_connections()
        try:
            services.advance(now=now)
        except (services.UnableToWriteLog, OperationalError, InterfaceError) as error:
            log.error("%s", error)
            return False
        return True

    def _ask_witnesses(self) -> None:
        memory = witnessing.Memory()
        while not self.stopping.is_set():
            close_old_connections()
            try:
                services.cosign(now=_now(), memory=memory)
            except (OperationalError, InterfaceError, OSError, NotAccepted) as error:
                log.error("The witnesses could not be asked: %s", error)
            self.stopping.wait(self.every)


def _now() -> datetime:
    # The sequencer is an edge of the system, like a task: here the clock is read.
    return timezone.now()  # noqa: TID251
