"""`wasl run` for real: first page, Ctrl-C, kill -9, a second start, another copy."""

import http.client
import os
import queue
import random
import signal
import socket
import subprocess
import sys
import threading
import time

import psutil
import pytest

from wasl.launcher import processes

pytestmark = pytest.mark.slow


def _free_port():
    """A number that is free, as is the next one; below those the kernel gives to clients."""
    while True:
        port = random.randrange(10_000, 30_000)
        with socket.socket() as first, socket.socket() as second:
            try:
                first.bind(("127.0.0.1", port))
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


class System:
    """One `wasl run`, watched."""

    def __init__(self, data, port):
        self.port = port
        env = {k: v for k, v in os.environ.items() if not k.startswith(("WASL_", "DATABASE_URL"))}
        env |= {
            "WASL_DATA_DIR": str(data),
            "PORT": str(port),
            "WASL_DEMO": "0",
            "WASL_WEB_WORKERS": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "wasl", "run"],
            env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.lines, self.said = queue.Queue(), ""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        with self.process.stdout as stream:
            for line in stream:
                self.lines.put(line)
        self.lines.put(None)

    def wait_for(self, text):
        while text not in self.said:
            line = self.lines.get(timeout=120)
            assert line is not None, f"ended before it said {text!r}:\n{self.said}"
            self.said += line
        return self

    def end(self):
        """All that it has said, once it has ended."""
        status = self.process.wait(60)
        while (line := self.lines.get(timeout=20)) is not None:
            self.said += line
        return status

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status

    def family(self):
        found = psutil.Process(self.process.pid).children(recursive=True)
        assert len(found) >= 4  # PostgreSQL with its children, web with its worker, the job worker
        return found


@pytest.fixture
def system(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "مجلد مع فراغات"
    port, started = _free_port(), []

    def start(data=folder / "var", port=port):
        started.append(System(data, port))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.send_signal(signal.SIGINT)
            each.end()


def _left_of(family, seconds):
    """Who still runs after that time."""
    until = time.monotonic() + seconds
    while any(processes.is_alive(each) for each in family) and time.monotonic() < until:
        time.sleep(0.1)
    return [(each.status(), each.cmdline()) for each in family if processes.is_alive(each)]


def test_run_serves_stops_and_recovers(system):
    first = system().wait_for("Ctrl-C stops everything")
    assert first.get("/") == 200
    family = first.family()

    # A second start in the same folder says what is the matter, and disturbs nothing.
    second = system(port=_free_port())
    assert second.end() == 1
    assert "It runs already in" in second.said
    assert f"http://127.0.0.1:{first.port}" in second.said
    assert first.get("/") == 200

    # Killed: nothing goes on serving, and the next start works.
    first.process.kill()
    assert _left_of(family, 30) == []
    third = system().wait_for("Ctrl-C stops everything")
    assert third.get("/") == 200

    # The worker falls: that is said, and it comes back.
    worker = next(p for p in third.family() if "worker" in p.cmdline() and "wasl" in p.cmdline())
    worker.kill()
    third.wait_for("Starting worker again.")

    # Ctrl-C: everything ends, in order, with status 0.
    family = third.family()
    third.process.send_signal(signal.SIGINT)
    assert third.end() == 0
    assert _left_of(family, 1) == []
    order = [third.said.index(f"Stopping {name}") for name in ("web", "worker", "log", "database")]
    assert order == sorted(order)
    assert "did not end within" not in third.said


def test_run_says_that_the_port_is_taken(system, tmp_path):
    port = _free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        began = time.monotonic()

        refused = system(data=tmp_path / "var", port=port)

        assert refused.end() == 1
        assert f"Port {port} is in use" in refused.said
        assert f"PORT={port + 10} make run" in refused.said
        assert time.monotonic() - began < 60
