"""
Makes `.venv` with what a requirements file pins, and the command `.venv/bin/wasl`.

Runs with the system's Python, before anything is installed: the standard library only, and words
that an older Python reads far enough to say that it is too old. What is there is not made again.
"""

import sys

# An older Python runs these lines.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("Wasl needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".")

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

# What each kind holds beside its own.
HOLDS = {"core": (), "demo": ("core",), "dev": ("core", "demo")}

# Scripts that pip makes name their interpreter on the first line, which may neither be long nor
# hold a space. This one finds it beside itself, wherever the folder is moved.
SCRIPT = """#!/bin/sh
# The console command `wasl`, made by wasl/launcher/bootstrap.py.
here=$0
[ -L "$here" ] && here=$(readlink -f -- "$here")
exec "$(dirname -- "$here")/python" -P -m wasl "$@"
"""


def main(kind: str) -> None:
    """Make the environment of a kind: `core` to run, `demo` with its extras, `dev` to develop."""
    os.chdir(ROOT)
    folder = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)  # two starts at once in the same folder
    requirements = ROOT / "requirements" / f"{kind}.txt"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    stamp = VENV / f"wasl-{kind}.sha256"
    if not _works():
        _make_venv()
    if not stamp.exists() or stamp.read_text() != wanted:
        _install(requirements)
        stamp.write_text(wanted)
        for lesser in HOLDS[kind]:
            text = (ROOT / "requirements" / f"{lesser}.txt").read_bytes()
            (VENV / f"wasl-{lesser}.sha256").write_text(hashlib.sha256(text).hexdigest())
    _make_command()
    os.close(folder)


def _works() -> bool:
    if not PYTHON.exists():
        return False
    check = "import sys, encodings, ssl; sys.exit(sys.version_info < (3, 11))"
    return (
        subprocess.run([str(PYTHON), "-c", check], capture_output=True, check=False).returncode == 0
    )


def _make_venv() -> None:
    began = time.monotonic()
    shutil.rmtree(VENV, ignore_errors=True)
    # Where the system has taken ensurepip apart, its own pip can fill the environment as well.
    without_pip = importlib.util.find_spec("ensurepip") is None
    if without_pip and importlib.util.find_spec("pip") is None:
        sys.exit(
            "This Python comes without ensurepip and pip: its system has them in another package. "
            "Install it (on Debian and Ubuntu: apt-get install python3-venv), and try again."
        )
    options = ["--without-pip"] if without_pip else []
    done = subprocess.run(
        [sys.executable, "-m", "venv", *options, str(VENV)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(
            f"{done.stdout}\nThe virtual environment cannot be made. On Debian and Ubuntu this may "
            "help: apt-get install python3-venv"
        )
    _say("Virtual environment .venv", began)


def _install(requirements: Path) -> None:
    began = time.monotonic()
    count = sum(1 for line in requirements.read_text().splitlines() if "==" in line.split("#")[0])
    print(
        f"  Installing {count} packages, pinned by hash; the first time takes a minute …",
        flush=True,
    )
    has_pip = (
        subprocess.run([str(PYTHON), "-m", "pip", "--version"], capture_output=True, check=False)
    ).returncode == 0
    pip = (
        [str(PYTHON), "-m", "pip"]
        if has_pip
        else [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    )
    done = subprocess.run(
        [*pip, "install", "-qq", "--no-input", "--disable-pip-version-check",
         "--progress-bar", "off", "--no-compile", "--require-hashes", "--no-deps",
         "-r", str(requirements.relative_to(ROOT))],
        check=False,
    )  # fmt: skip
    if done.returncode != 0:
        sys.exit("The packages cannot be installed; pip says why above. Then try again.")
    _say("Packages", began)


def _make_command() -> None:
    """A script, and a line that lets this Python find the project, as far up as it lies."""
    for packages in VENV.glob("lib/python3*/site-packages"):
        _write(packages / "wasl.pth", "../../../..\n")
    _write(VENV / "bin" / "wasl", SCRIPT)
    (VENV / "bin" / "wasl").chmod(0o755)


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def _say(what: str, began: float) -> None:
    print(f"  {what} {'.' * max(3, 58 - len(what))} {time.monotonic() - began:.1f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
