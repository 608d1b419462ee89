"""
A database for the tests: without DATABASE_URL, an embedded PostgreSQL that lives as long as pytest.

Named in pyproject.toml with `-p`, so that the environment stands before pytest-django reads the
settings. Workers of pytest-xdist inherit it from their parent, and share its server.
"""

import os
import shutil
import tempfile
from pathlib import Path

import psutil
import pytest

from wasl.launcher import sample_environment, surroundings
from wasl.launcher.postgres import Cluster

_PREFIX = "wasl-test-"
_PASSWORDS = {"WASL_DATABASE_PASSWORD": "test", "WASL_DATABASE_ADMIN_PASSWORD": "test-admin"}


def set_up_environment() -> Path | None:
    """
    This function will complete the environment, and return the folder for a server of our own.

    None where a database is named already: by the caller, or by the pytest whose worker this is.
    """
    sample_environment.complete()
    if not surroundings.is_embedded():
        if not os.environ.get("WASL_DATA_DIR"):
            os.environ["WASL_DATA_DIR"] = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")
        return None
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    folder.chmod(0o755)  # Its server may run as another user.
    os.environ.setdefault("WASL_DATA_DIR", str(folder))
    os.environ["DATABASE_URL"] = _cluster(folder).url
    return folder


def _cluster(folder: Path) -> Cluster:
    return Cluster.at(folder, log=folder / "postgres.log", secrets=_PASSWORDS, is_hasty=True)


def _remove_stale() -> None:
    """A pytest that was killed has left its folder; its server has ended with it."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


_folder = set_up_environment()
_running: Cluster | None = None


def pytest_sessionstart(session: pytest.Session) -> None:
    global _running
    if _folder is None or session.config.option.collectonly:
        return
    _remove_stale()
    _running = _cluster(_folder)
    _running.create()
    _running.start()
    _running.provide()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    if _running is not None:
        _running.stop()
        shutil.rmtree(_running.place.sockets, ignore_errors=True)
        if not _running.place.cluster.is_relative_to(_folder or ""):
            shutil.rmtree(_running.place.cluster.parent, ignore_errors=True)
    if _folder is not None:
        shutil.rmtree(_folder, ignore_errors=True)
