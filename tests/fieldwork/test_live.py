"""News in whatever order transactions end: cut and resumed, each change once, nothing missed."""

import json
import threading
import time
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from tests import people
from wasl.accounts.roles import Role
from wasl.core import scope
from wasl.fieldwork import live, watching
from wasl.fieldwork.models import Change

ROW = {"kind": "fieldwork.order.moved", "subject_type": "work_order"}


def change(office: int = 1, subject: UUID | None = None) -> str:
    """Something happens."""
    made = Change.objects.create(
        directorate_id=office, subject_id=subject or uuid4(), at=timezone.now(), **ROW
    )
    return str(made.subject_id)


def seen(place: str) -> tuple[list[str], str]:
    news = watching.since(place)
    return [each.subject_id for each in news.changes], news.place


@pytest.mark.django_db(transaction=True)
def test_a_change_that_ends_later_but_began_earlier_is_not_missed() -> None:
    begin = watching.here()
    entered, leave = threading.Event(), threading.Event()
    told: list[str] = []

    def slow() -> None:
        with transaction.atomic(), scope.within_system():
            told.append(change())
            entered.set()
            leave.wait(20)
        connections.close_all()

    other = threading.Thread(target=slow)
    other.start()
    assert entered.wait(20)
    quick = change()  # a higher number, and visible first
    assert told[0] != quick
    first, place = seen(begin)
    assert first == [quick]
    assert seen(place)[0] == []
    leave.set()
    other.join()
    late, place = seen(place)
    assert late == told  # once, and not the quick one again
    assert seen(place)[0] == []


@pytest.mark.django_db(transaction=True)
def test_places_from_outside_and_from_too_long_ago() -> None:
    for wrong in (
        "",
        "1",
        "a:b:c",
        "5:1:",
        "1:9:0",
        "1:9:3,3",
        "1:9:10",
        "1" * 30 + ":2:",
        "1:2:'",
    ):
        assert not watching.is_place(wrong)
    for place in ("1:1:", "3:9:3,5", watching.here()):
        assert watching.is_place(place)
    assert watching.since("4000000000:4000000000:").is_lost  # of another database
    begin = watching.here()
    change()
    assert not watching.since(begin).is_lost
    with scope.within_system():
        assert watching.forget(before=timezone.now()) == 1
    assert watching.since(begin).is_lost
    # While somebody's transaction is older than what was forgotten, everybody looks anew: to be safe.
    until = time.monotonic() + 60
    while watching.since(watching.here()).is_lost and time.monotonic() < until:
        time.sleep(0.2)
    assert not watching.since(watching.here()).is_lost


@pytest.mark.django_db(transaction=True)
def test_one_directorate_does_not_hear_of_another() -> None:
    place = watching.here()
    mine = live.Seat(person=uuid4(), offices=frozenset({1}), place=place)
    all_of_it = live.Seat(person=uuid4(), offices=None, place=place)
    ours, theirs = change(1), change(2)
    live.Hub.look([mine, all_of_it])
    assert [c.subject_id for n in mine.take(0)[0] for c in n.changes] == [ours]
    assert [c.subject_id for n in all_of_it.take(0)[0] for c in n.changes] == [ours, theirs]
    assert mine.place == all_of_it.place != place


@pytest.mark.django_db
def test_the_scope_hides_changes_and_whoever_makes_one_may_tell_of_it() -> None:
    with scope.within_person(uuid4()):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO fieldwork_change (directorate_id, kind, subject_type, subject_id, at)"
                " VALUES (1, 'x', 'y', gen_random_uuid(), now())"
            )
            cursor.execute("SELECT count(*) FROM fieldwork_change")
            assert cursor.fetchone()[0] == 0
    with scope.within_staff([2]):
        assert Change.objects.count() == 0
    with scope.within_staff([1]):
        assert Change.objects.count() == 1


class Listener:
    """A browser's event source, cut whenever the test wants it."""

    def __init__(self, url: str, cookie: str) -> None:
        self.url, self.cookie, self.last = url, cookie, ""
        self.subjects: list[str] = []

    def listen(self, *, until: int, query: str = "") -> None:
        """Take in events until so many changes were told, then cut in the middle of the stream."""
        import urllib.request

        headers = {"Cookie": f"sessionid={self.cookie}"}
        if self.last:
            headers["Last-Event-ID"] = self.last
        request = urllib.request.Request(self.url + query, headers=headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            assert answer.headers["Content-Type"] == "text/event-stream"
            event: dict[str, str] = {}
            while len(self.subjects) < until:
                line = answer.readline().decode().rstrip("\n")
                if line:
                    name, _colon, value = line.partition(": ")
                    event[name] = value
                    continue
                self.last = event.get("id", self.last)
                if event.get("event") == "changed":
                    self.subjects += [
                        each["subject"].partition(":")[2] for each in json.loads(event["data"])
                    ]
                event = {}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_cut_and_resumed_every_change_is_told_once(live_server) -> None:
    from django.test import Client

    client = people.sign_in(Client(), people.staff(Role.ENGINEER))
    listener = Listener(f"{live_server.url}/field/stream/", client.cookies["sessionid"].value)
    begin = watching.here()
    told = [change() for _each in range(3)]
    listener.listen(until=3, query=f"?from={begin}")
    told += [change() for _each in range(5)]  # while it is cut
    change(office=2)
    writer = threading.Thread(target=_write, args=(told, 6))
    writer.start()
    listener.listen(until=10)
    writer.join()
    listener.listen(until=14)
    assert listener.subjects == told
    until = time.monotonic() + 30
    while live.HUB.count and time.monotonic() < until:
        change()  # who is gone is found out when something is told
        time.sleep(0.5)
    live.HUB._seats.clear()


def _write(told: list[str], count: int) -> None:
    with scope.within_system():
        pass
    for _each in range(count):
        with scope.within_system():
            told.append(change())
        time.sleep(0.4)
    connections.close_all()


def test_a_stream_of_which_nobody_reads_a_word_gives_its_seat_back(monkeypatch) -> None:
    monkeypatch.setattr(live.Hub, "_read", lambda _hub: None)
    seat = live.Seat(person=uuid4(), offices=None, place="")
    assert live.HUB.join(seat)
    monkeypatch.setattr(live.HUB, "_reader", None)
    unread = live.Stream(seat)

    unread.close()

    assert live.HUB.count == 0
