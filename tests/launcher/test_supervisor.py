"""Children are shown, restarted, stopped in order, and do not outlive their parent."""

import io
import json
import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from wasl.launcher import processes, supervisor
from wasl.launcher.console import Console
from wasl.launcher.places import Lock
from wasl.launcher.supervisor import Service, Supervisor

HEED = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(print("bye")))
print("up", flush=True)
time.sleep(60)
"""


@pytest.fixture
def screen():
    return io.StringIO()


@pytest.fixture
def boss(tmp_path, screen):
    made = Supervisor(Console(screen), cwd=Path("/"), noted_in=tmp_path / "children.json")
    yield made
    made.is_hurried = True
    made.stop_all()
    made.close()


def _service(name, code):
    return Service(name, [sys.executable, "-c", code], dict(os.environ), patience=10)


def _turn_until(boss, condition):
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until
        boss.turn(0.1)


def test_lines_are_shown_with_the_name_of_the_child(boss, screen):
    boss.start(_service("web", "print('خدمة'); print('no newline', end='', flush=True)"))

    _turn_until(boss, lambda: "no newline" in screen.getvalue())

    assert "     web | خدمة\n" in screen.getvalue()


def test_child_that_falls_is_started_again_and_that_is_said(boss, screen, tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "_LONGEST_PAUSE_SECONDS", 0.1)
    marks = tmp_path / "marks"
    boss.start(_service("worker", f"open({str(marks)!r}, 'a').write('x'); raise SystemExit(3)"))

    _turn_until(boss, lambda: marks.exists() and len(marks.read_text()) >= 3)

    assert "worker has ended by itself (status 3)" in screen.getvalue()
    assert "Starting worker again." in screen.getvalue()


def test_pauses_grow(boss, monkeypatch):
    service = _service("worker", "raise SystemExit(3)")
    boss.start(service)

    pauses = []
    for _ in range(6):
        service.process.wait()
        boss._look_after()
        pauses.append(round(service.restart_at - time.monotonic()))
        boss._spawn(service)

    assert pauses == [1, 2, 4, 8, 16, 30]


def test_stop_all_ends_services_in_their_order(boss, screen):
    for name in ("web", "worker", "sandbox"):
        boss.start(_service(name, HEED))
    _turn_until(boss, lambda: screen.getvalue().count("| up") == 3)

    boss.stop_all()

    lines = screen.getvalue().splitlines()
    stops = [line.split()[1] for line in lines if line.strip().startswith("Stopping")]
    assert sorted(set(stops), key=stops.index) == ["web", "worker", "sandbox"]
    assert screen.getvalue().count("| bye") == 3
    assert not (boss._noted_in).exists()


def test_run_to_end_returns_the_status(boss):
    assert boss.run_to_end(_service("prepare", "raise SystemExit(4)")) == 4


def _hold_a_child(noted, pipe):
    child = processes.spawn(
        [sys.executable, "-c", "import time; time.sleep(600)"],
        env=dict(os.environ), cwd=Path("/"), output=subprocess.DEVNULL,
    )  # fmt: skip
    processes.remember(noted, [child])
    pipe.send(child.pid)
    time.sleep(600)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties children to their parent")
def test_child_ends_when_its_parent_is_killed(tmp_path):
    receiving, sending = multiprocessing.Pipe()
    parent = multiprocessing.get_context("fork").Process(
        target=_hold_a_child, args=(tmp_path / "noted", sending)
    )
    parent.start()
    child = psutil.Process(receiving.recv())

    parent.kill()

    child.wait(10)
    parent.join()


def test_leftovers_are_ended_by_number_and_time_of_start(tmp_path):
    left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    innocent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    processes.remember(tmp_path / "noted", [left, innocent])
    noted = json.loads((tmp_path / "noted").read_text())
    noted[1][1] -= 1000  # the number belonged to another process when it was noted
    (tmp_path / "noted").write_text(json.dumps(noted))

    ended = processes.end_leftovers(tmp_path / "noted", patience=10)

    assert ended == 1
    left.wait(10)
    assert innocent.poll() is None
    innocent.kill()
    innocent.wait()


def test_lock_is_taken_once_and_tells_by_whom(tmp_path):
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")

    assert first.take(pid=1, port=8000)
    assert not second.take(pid=2)
    assert second.told() == {"pid": 1, "port": 8000}
    first.release()
    assert second.take(pid=2)
    second.release()
