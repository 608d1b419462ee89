"""Runs processes in the foreground: shows their lines, restarts the fallen, stops in order."""

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from wasl.launcher import processes
from wasl.launcher.console import Console

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LONGEST_PAUSE_SECONDS = 30.0
# A child that has run this long is forgiven its earlier falls.
_STEADY_SECONDS = 60.0


@dataclass
class Service:
    """A process that is to run as long as the system does."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    patience: float = 15.0  # seconds it may take to end what it is doing
    when_parent_dies: signal.Signals = signal.SIGTERM
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    started: float = field(default=0.0, init=False)
    falls: int = field(default=0, init=False)
    restart_at: float | None = field(default=None, init=False)


class Supervisor:
    """
    One thread: children's output, signals and restarts arrive in `turn`.

    Children are started from this thread, since the kernel ties them to it.
    """

    def __init__(self, console: Console, *, cwd: Path, noted_in: Path) -> None:
        self.is_stopping = False
        self.is_hurried = False
        self._console = console
        self._cwd = cwd
        self._noted_in = noted_in
        self._services: list[Service] = []
        self._others: list[subprocess.Popen[bytes]] = []
        self._selector = selectors.DefaultSelector()
        self._partial: dict[int, bytes] = {}
        self._waker, self._wakened = socket.socketpair()

    def listen_to_signals(self) -> None:
        """This function will let SIGINT, SIGTERM and SIGHUP ask for an end; twice, in haste."""
        for end in (self._waker, self._wakened):
            end.setblocking(False)
        self._selector.register(self._wakened, selectors.EVENT_READ)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        for number in _STOPPING:
            signal.signal(number, self._ask_to_stop)
        # Nothing to do but to wake up: `turn` looks after the children each time.
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)

    def start(self, service: Service, *, before: str = "") -> None:
        """
        This function will start the service, and from then on keep it running.

        With `before`, it is stopped before the service of that name, though started after it.
        """
        names = [each.name for each in self._services]
        place = names.index(before) if before in names else len(names)
        self._services.insert(place, service)
        self._spawn(service)

    def stop(self, service: Service) -> None:
        """This function will end one service, which is not started again."""
        self._services.remove(service)
        if service.process is not None:
            processes.stop(service.process, signal.SIGTERM, patience=service.patience)
            self._drain()
        service.process = service.restart_at = None
        self._remember()

    def note(self, process: "subprocess.Popen[bytes]") -> None:
        """This function will write down a child that somebody else looks after."""
        self._others.append(process)
        self._remember()

    def run_to_end(self, service: Service) -> int:
        """This function will run a service once, its lines unchanged; its exit status."""
        process = processes.spawn(
            service.command,
            env=service.env,
            cwd=self._cwd,
            output=1,
            when_parent_dies=signal.SIGTERM,
        )
        self._others.append(process)
        self._remember()
        while process.poll() is None and not self.is_stopping:
            self.turn(0.5)
        if process.poll() is None:
            processes.stop(process, signal.SIGTERM, patience=service.patience)
        self._others.remove(process)
        return process.returncode

    def turn(self, seconds: float) -> None:
        """This function will wait at most so long for something to happen, and act on it."""
        for key, _ in self._selector.select(timeout=seconds):
            if key.fileobj is self._wakened:
                with contextlib.suppress(BlockingIOError):
                    self._wakened.recv(4096)
            else:
                self._read(key.fd, key.data)
        if not self.is_stopping:
            self._look_after()

    def run(self, *, each_turn: Callable[[], None]) -> None:
        """This function will keep everything running until somebody asks for the end."""
        while not self.is_stopping:
            self.turn(0.5)
            if not self.is_stopping:
                each_turn()

    def stop_all(self) -> None:
        """This function will stop the services in the order in which they were started."""
        for service in self._services:
            if service.process is None:
                continue
            patience = 0.5 if self.is_hurried else service.patience
            with self._console.step(f"Stopping {service.name}"):
                is_clean = processes.stop(service.process, signal.SIGTERM, patience=patience)
            self._drain()
            if not is_clean:
                self._console.line(f"  {service.name} did not end within {patience:.0f} s: killed.")
            service.process = None
        self._noted_in.unlink(missing_ok=True)

    def close(self) -> None:
        """This function will give back what listening has taken."""
        for key in list(self._selector.get_map().values()):
            if key.fileobj is not self._wakened:
                os.close(key.fd)
        self._selector.close()
        for end in (self._waker, self._wakened):
            end.close()

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.is_hurried = self.is_stopping
        self.is_stopping = True

    def _spawn(self, service: Service) -> None:
        reading, writing = os.pipe()
        try:
            service.process = processes.spawn(
                service.command,
                env=service.env,
                cwd=self._cwd,
                output=writing,
                when_parent_dies=service.when_parent_dies,
            )
        finally:
            os.close(writing)
        os.set_blocking(reading, False)
        self._selector.register(reading, selectors.EVENT_READ, service.name)
        service.started, service.restart_at = time.monotonic(), None
        self._remember()

    def _remember(self) -> None:
        found = [service.process for service in self._services if service.process is not None]
        processes.remember(self._noted_in, [*found, *self._others])

    def _look_after(self) -> None:
        for service in self._services:
            if service.process is not None and service.process.poll() is not None:
                self._plan_restart(service, service.process)
            elif service.restart_at is not None and time.monotonic() >= service.restart_at:
                self._console.line(f"  Starting {service.name} again.")
                self._spawn(service)

    def _plan_restart(self, service: Service, process: "subprocess.Popen[bytes]") -> None:
        processes.stop(process, signal.SIGTERM, patience=0)  # what is left of its group
        self._drain()
        now = time.monotonic()
        service.falls = 1 if now - service.started > _STEADY_SECONDS else service.falls + 1
        pause = min(_LONGEST_PAUSE_SECONDS, 2.0 ** (service.falls - 1))
        service.restart_at, service.process = now + pause, None
        self._console.line(
            f"  {service.name} has ended by itself ({_how(process.returncode)}). "
            f"Starting it again in {pause:.0f} s."
        )

    def _read(self, reading: int, name: str) -> None:
        try:
            found = os.read(reading, 65536)
        except BlockingIOError:
            return
        *lines, rest = (self._partial.pop(reading, b"") + found).split(b"\n")
        if found:
            self._partial[reading] = rest
        elif rest:
            lines.append(rest)
        for line in lines:
            self._console.child(name, line.decode("utf-8", "replace").rstrip())
        if not found:
            self._selector.unregister(reading)
            os.close(reading)

    def _drain(self) -> None:
        """Show what ended children have written last."""
        for key, _ in self._selector.select(timeout=0):
            if key.fileobj is not self._wakened:
                self._read(key.fd, key.data)


def _how(status: int) -> str:
    if status >= 0:
        return f"status {status}"
    return signal.Signals(-status).name
