"""Child processes that end with their parent, whatever ends it."""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

_PR_SET_PDEATHSIG = 1
# Loaded before any fork: the child must not load libraries between fork and exec.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class SystemUser:
    """A user of the operating system."""

    name: str
    uid: int
    gid: int


def spawn(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    output: int | IO[bytes],
    user: SystemUser | None = None,
    when_parent_dies: signal.Signals = signal.SIGTERM,
) -> "subprocess.Popen[bytes]":
    """
    This function will start a child, in a process group of its own, so that Ctrl-C reaches it only
    through its parent. Where the kernel can (Linux), the child gets a signal when its parent dies.

    Call it from the main thread: the kernel takes that thread's death for the parent's.
    """
    return subprocess.Popen(
        list(command),
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        process_group=0,
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=[] if user else None,
        preexec_fn=_tie(when_parent_dies),
    )


def tie_to_parent(number: signal.Signals) -> None:
    """This function will let the kernel send this process the signal when its parent dies."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def _tie(number: signal.Signals) -> Callable[[], None] | None:
    if _LIBC is None:
        return None
    parent = os.getpid()

    def tie() -> None:
        tie_to_parent(number)
        if os.getppid() != parent:  # It died before the kernel was told.
            os._exit(1)

    return tie


def stop(process: "subprocess.Popen[bytes]", number: signal.Signals, *, patience: float) -> bool:
    """This function will end the child and all of its group; false when it had to be killed."""
    is_clean = True
    if process.poll() is None:
        process.send_signal(number)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            is_clean = False
    # A child of the child that has outlived it ends here.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return is_clean


def remember(path: Path, children: Iterable["subprocess.Popen[bytes]"]) -> None:
    """This function will write down who runs, for the start that follows a kill."""
    found = []
    for child in children:
        with contextlib.suppress(psutil.Error):
            found.append([child.pid, psutil.Process(child.pid).create_time()])
    new = path.with_name(path.name + ".new")
    new.write_text(json.dumps(found), encoding="utf-8")
    new.replace(path)


def end_leftovers(path: Path, *, patience: float) -> int:
    """
    This function will end what a killed start has left running; the number of processes ended.

    A process counts only with the very time of its start: the number may be another's by now.
    """
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        noted = []
    left: list[psutil.Process] = []
    for pid, created in noted:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            if abs(process.create_time() - created) < 0.01:
                left += [process, *process.children(recursive=True)]
    left = [process for process in left if is_alive(process)]
    end(left, signal.SIGTERM, patience=patience)
    path.unlink(missing_ok=True)
    return len(left)


def end(processes: Sequence[psutil.Process], number: signal.Signals, *, patience: float) -> None:
    """This function will end processes that are not our children: asked first, killed after."""
    for asked in (number, signal.SIGKILL):
        for process in processes:
            with contextlib.suppress(psutil.Error):
                process.send_signal(asked)
        until = time.monotonic() + patience
        while any(is_alive(process) for process in processes) and time.monotonic() < until:
            time.sleep(0.05)


def is_alive(process: psutil.Process) -> bool:
    """Whether it still does something. A zombie that its parent is slow to bury does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
