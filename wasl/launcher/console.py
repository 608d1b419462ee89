"""What a person sees while Wasl starts: one line per step, with the time it took."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

_WIDTH = 58
_COLOURS = {"web": 36, "worker": 33, "log": 34, "sandbox": 35, "witness": 32}


class UnableToStart(SystemExit):
    """The system cannot start; the text says why and what to do, and is all that a person sees."""

    def __init__(self, message: str) -> None:
        super().__init__(f"\nWasl cannot start. {message}")


class Console:
    """Writes to standard output, or elsewhere. A reader that has gone away stops nothing."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._is_in_line = False
        is_plain = "NO_COLOR" in os.environ or "CI" in os.environ
        self._has_colours = self._stream.isatty() and not is_plain

    def line(self, text: str = "") -> None:
        """One line of its own."""
        self._write(("\n" if self._is_in_line else "") + text + "\n")
        self._is_in_line = False

    def child(self, name: str, text: str) -> None:
        """One line that a child has written, with the child's name before it."""
        prefix = f"{name:>8} |"
        if self._has_colours:
            prefix = f"\x1b[{_COLOURS.get(name, 37)}m{prefix}\x1b[0m"
        self.line(f"{prefix} {text}")

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """A step with its time, on one line unless something is written in between."""
        started = time.monotonic()
        self._write(f"  {text} ")
        self._is_in_line = True
        yield
        seconds = f"{time.monotonic() - started:.1f} s"
        if self._is_in_line:
            self._write("." * max(3, _WIDTH - len(text)) + f" {seconds}\n")
        else:
            self.line(f"  {text} {'.' * max(3, _WIDTH - len(text))} {seconds}")
        self._is_in_line = False

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            # Nobody listens any more (`make run | head`). The system itself goes on.
            self._stream = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
