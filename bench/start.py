"""`make run`: from a fresh clone to the first page, and the second time."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

Row = dict[str, Any]
ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 600
_GIT, _MAKE = shutil.which("git") or "git", shutil.which("make") or "make"


def run() -> list[Row]:
    """Measure; rows for the table of `make bench`. Packages come from wherever pip finds them."""
    folder = Path(tempfile.mkdtemp(prefix="wasl-start-"))
    clone = folder / "wasl"
    try:
        subprocess.run([_GIT, "clone", "-q", str(ROOT), str(clone)], check=True)  # noqa: S603
        first, loaded = _start(clone)
        second, _loaded = _start(clone)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return [
        _row("make run: fresh clone to first page", first),
        _row("make run: second start to first page", second),
        _row("make run: until the demonstration is complete", loaded),
    ]


def _row(name: str, value: float) -> Row:
    return {"name": name, "value": round(value, 1), "unit": "s", "limit": ""}


def _start(clone: Path) -> tuple[float, float]:
    """Seconds to the first page, and to the end of loading the demonstration."""
    port = _free_port()
    kept = ("PATH", "HOME", "LANG", "PIP_CACHE_DIR", "PIP_INDEX_URL", "UV_CACHE_DIR")
    env = {name: os.environ[name] for name in kept if name in os.environ} | {"PORT": str(port)}
    began = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603
        [_MAKE, "run"], cwd=clone, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        _wait(process, lambda: _answers(port))
        first = time.perf_counter() - began
        _wait(process, lambda: not (clone / "var" / "demo.loading").exists())
        return first, time.perf_counter() - began
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=60)


def _wait(process: subprocess.Popen[bytes], is_there: Any) -> None:
    until = time.monotonic() + PATIENCE
    while not is_there():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError("make run did not come up; run it by hand to see why")
        time.sleep(0.1)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _free_port() -> int:
    """With nine free ones behind it, for the companies of the payment sandbox."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1]) // 10 * 10
