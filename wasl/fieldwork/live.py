"""
Server-sent events for desks, by threads: one thread of each process reads, every desk's thread waits.

A stream holds a thread of the web server, so there are few (WASL_LIVE_STREAMS of each process, two for
a person), each for some minutes only; whoever finds no seat asks again now and then. A desk that was
cut off comes back with the id of the last event, which is its place (watching.py), and is told exactly
what it has not seen.
"""

import json
import logging
import threading
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from wasl.core import scope
from wasl.fieldwork import watching
from wasl.fieldwork.watching import News

log = logging.getLogger(__name__)
LASTS_SECONDS = 240.0
HEARTBEAT_SECONDS = 15.0
LOOK_EVERY_SECONDS = 1.0
RETRY_MS = 3_000
FOR_A_PERSON = 2
# A desk that takes nothing for so long is gone.
MOST_WAITING = 200


@dataclass
class Seat:
    """One desk that looks on: whose, of which directorates (None: of all), and what waits for it."""

    person: UUID
    offices: frozenset[int] | None
    place: str
    changed: threading.Condition = field(default_factory=threading.Condition)
    waiting: list[News] = field(default_factory=list)
    is_over: bool = False

    def give(self, news: News) -> None:
        """Move on to the place of the news, and keep what is this desk's."""
        mine = [each for each in news.changes if self._sees(each.directorate_id)]
        with self.changed:
            self.place = news.place
            if mine or news.is_lost:
                self.waiting.append(
                    News(place=news.place, changes=tuple(mine), is_lost=news.is_lost)
                )
                self.is_over = self.is_over or len(self.waiting) > MOST_WAITING
                self.changed.notify()

    def take(self, timeout: float) -> tuple[list[News], str]:
        """What has come within so many seconds, and the place up to which nothing else is to be told."""
        with self.changed:
            if not self.waiting:
                self.changed.wait(timeout)
            taken, self.waiting = self.waiting, []
            return taken, self.place

    def _sees(self, directorate_id: int) -> bool:
        return self.offices is None or directorate_id in self.offices


class Hub:
    """The desks of this process, and the thread that reads for them while there are any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seats: list[Seat] = []
        self._reader: threading.Thread | None = None

    def join(self, seat: Seat) -> bool:
        """Take a place among the desks; False where there is none."""
        with self._lock:
            mine = sum(1 for each in self._seats if each.person == seat.person)
            if len(self._seats) >= settings.WASL_LIVE_STREAMS or mine >= FOR_A_PERSON:
                return False
            self._seats.append(seat)
            if self._reader is None:
                self._reader = threading.Thread(target=self._read, name="live", daemon=True)
                self._reader.start()
            return True

    def leave(self, seat: Seat) -> None:
        """The desk looks on no longer."""
        with self._lock:
            if seat in self._seats:
                self._seats.remove(seat)

    @property
    def count(self) -> int:
        """How many desks look on."""
        return len(self._seats)

    def _read(self) -> None:
        while True:
            with self._lock:
                seats = list(self._seats)
                if not seats:
                    self._reader = None
                    break
            try:
                self.look(seats)
            except Exception:  # the database may be gone for a moment; the desks wait for it
                log.exception("the desks could not be told what has changed")
                connection.close()
            time.sleep(LOOK_EVERY_SECONDS)
        connection.close()

    @staticmethod
    def look(seats: Collection[Seat]) -> None:
        """Tell each desk what is new to it. All in one snapshot: afterwards all are at one place."""
        is_own = not connection.in_atomic_block
        with transaction.atomic():
            if is_own:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            with scope.within_system():
                for place in {each.place for each in seats}:
                    news = watching.since(place)
                    for seat in seats:
                        if seat.place == place:
                            seat.give(news)


HUB = Hub()


class Stream:
    """
    The text of a stream, until its time is over; the desk has joined already.

    The web server closes it, also where nobody has read a word: then a generator would never begin,
    and never come to its end.
    """

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._words = _words(seat)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            return next(self._words)
        except StopIteration:
            self.close()
            raise

    def close(self) -> None:
        """The desk leaves."""
        HUB.leave(self._seat)


def _words(seat: Seat) -> Iterator[str]:
    until = time.monotonic() + LASTS_SECONDS
    yield f"retry: {RETRY_MS}\n\n"
    while (left := until - time.monotonic()) > 0 and not seat.is_over:
        taken, place = seat.take(min(HEARTBEAT_SECONDS, left))
        if taken:
            yield "".join(_message(each) for each in taken)
        else:
            # No event, but the place moves on; and a line that is dead is found out.
            yield f": still here\nid: {place}\n\n"


def release_connection() -> None:
    """A thread that only waits needs no connection to the database."""
    if not connection.in_atomic_block:
        connection.close()


def _message(news: News) -> str:
    kind = "lost" if news.is_lost else "changed"
    told = [
        {"id": each.id, "kind": each.kind, "subject": f"{each.subject_type}:{each.subject_id}"}
        for each in news.changes
    ]
    return f"event: {kind}\nid: {news.place}\ndata: {json.dumps(told, separators=(',', ':'))}\n\n"
