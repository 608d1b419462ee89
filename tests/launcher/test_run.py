"""`wasl run` for real: first page, Ctrl-C, kill -9, a second start, another copy."""

import contextlib
import http.client
import http.cookiejar
import os
import queue
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

import psutil
import pytest

from wasl.launcher import processes

pytestmark = pytest.mark.slow


def _free_port():
    """A number that is free, as are the next ones; below those the kernel gives to clients."""
    while True:
        port = random.randrange(10_000, 30_000)
        with contextlib.ExitStack() as held:
            try:
                for offset in range(10):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port + offset))
            except OSError:
                continue
            return port


class System:
    """One `wasl run`, watched."""

    def __init__(self, data, port, given):
        self.port, self.data, self.cookies = port, data, ""
        env = {k: v for k, v in os.environ.items() if not k.startswith(("WASL_", "DATABASE_URL"))}
        env |= {
            "WASL_DATA_DIR": str(data),
            "PORT": str(port),
            "WASL_DEMO": "0",
            "WASL_WEB_WORKERS": "1",
            **given,
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
        return self.page(path)[0]

    def page(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers={"Cookie": f"wasl_lang=en; {self.cookies}"})
        answer = connection.getresponse()
        status, text = answer.status, answer.read().decode()
        connection.close()
        return status, text

    def ask_for_code(self, phone):
        """As a browser does that wants to sign in; the answer leads to where the code is entered."""
        place, jar = f"http://127.0.0.1:{self.port}/account/sign-in/", http.cookiejar.CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        with browser.open(place) as page:
            token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page.read().decode())[1]
        fields = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "phone": phone})
        with browser.open(place, fields.encode()) as answer:
            assert answer.url.endswith("/code/")
        self.cookies = "; ".join(f"{each.name}={each.value}" for each in jar)

    def wait_until_loading(self, percent):
        """Until so much of the demonstration is there, and not all of it."""
        file = self.data / "demo.loading"
        until = time.monotonic() + 120
        while int(file.read_text() or 0) < percent:
            assert time.monotonic() < until, self.said
            time.sleep(0.02)
        return self

    def family(self):
        found = psutil.Process(self.process.pid).children(recursive=True)
        assert len(found) >= 4  # PostgreSQL with its children, web with its worker, the job worker
        return found


@pytest.fixture
def system(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "مجلد مع فراغات"
    port, started = _free_port(), []

    def start(data=folder / "var", port=port, **given):
        started.append(System(data, port, given))
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


def test_everything_works_while_the_demonstration_is_made_and_cut_off_it_begins_anew(system):
    wanted = {"WASL_DEMO": "1", "WASL_DEMO_CASES": "6", "WASL_DEMO_HOMES": "0"}
    notice = "The sample data are being made"

    # What a visitor sends is worked on at once, by the real clock, beside the simulated one.
    first = system(**wanted).wait_for("Ctrl-C stops everything").wait_until_loading(20)
    assert notice in first.page("/demo/")[1]
    first.ask_for_code("07701234567")
    while not re.search(r"\b\d{6}\b", re.sub("<[^>]*>", "", first.page("/demo/phone/")[1])):
        assert (first.data / "demo.loading").exists(), "it came only when all was loaded"
        time.sleep(0.05)

    # Killed in the middle of it: the loading ends too, and the next start begins anew.
    family = first.family()
    first.process.kill()
    assert _left_of(family, 30) == []
    second = system(**wanted).wait_for("Ctrl-C stops everything").wait_until_loading(20)
    assert "did not finish loading the demo: beginning anew" in second.said

    # Ended in the middle of it with Ctrl-C: the same.
    second.process.send_signal(signal.SIGINT)
    assert second.end() == 0
    assert (second.data / "demo.loading").exists()
    third = system(**wanted).wait_for("The demo is complete.")
    assert "did not finish loading the demo: beginning anew" in third.said
    assert "The demonstration is loaded: " in third.said
    assert notice not in third.page("/demo/")[1]


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
