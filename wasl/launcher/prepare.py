"""
Makes the database and the files ready for the present version of Wasl; with `demo`, loads the demo.

A process of its own, started by the supervisor with the rights of the tables' owner. The demo is
loaded while the web server answers already: who comes early looks around in what is there so far.
"""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, SystemCheckError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from wasl import environment
from wasl.launcher.console import Console
from wasl.launcher.places import ROOT, Places

_STAMP = ".made-for"


def main() -> None:
    """Run all steps; each does nothing where nothing is to be done."""
    console = Console()
    with console.step("Application"):
        django.setup()
        try:
            call_command("check", fail_level="ERROR", databases=["default"], stdout=_Nothing())
        except SystemCheckError as error:
            raise SystemExit(str(error)) from None
    _migrate(console)
    with console.step("Directorates, settings, processes"):
        call_command("seed", verbosity=0, stdout=_Nothing())
    _ask_for_demo(console, Places(Path(settings.DATA_DIR)))
    _collect_static(console)


def _migrate(console: Console) -> None:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    connection.close()
    if not plan:
        with console.step("Tables are up to date"):
            return
    with console.step(f"Tables: {len(plan)} migrations"):
        call_command("migrate", interactive=False, verbosity=0)


def _ask_for_demo(console: Console, places: Places) -> None:
    if not settings.WASL_DEMO:
        return
    if _has_cases():
        with console.step("Demo data are there"):
            return
    places.demo_is_loading.write_text("0", encoding="ascii")


def load_demo() -> None:
    """Tell the demo's story into the empty database, and note how far it is."""
    console = Console()
    django.setup()
    places = Places(Path(settings.DATA_DIR))
    with console.step("Demo data, made by running the real thing"):
        call_command(
            "load_demo",
            cases=environment.integer("WASL_DEMO_CASES", 200),
            homes=environment.integer("WASL_DEMO_HOMES", 60),
            progress=places.demo_is_loading,
            stdout=_Indented(console),
        )
    places.demo_is_loading.unlink()


def _has_cases() -> bool:
    from wasl.core import scope

    with scope.within_system():
        return bool(apps.get_model("casework", "Case")._default_manager.exists())


def _collect_static(console: Console) -> None:
    """Compressed and named by content, unless that was done for the same files."""
    if environment.flag("WASL_DEBUG"):
        return
    stamp = Path(settings.STATIC_ROOT) / _STAMP
    fingerprint = _fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint:
        with console.step("Static files are up to date"):
            return
    with console.step("Static files"):
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(fingerprint, encoding="ascii")


def _fingerprint() -> str:
    """Of the files' names, sizes and times: reading all of them would take as long as the work."""
    digest = hashlib.sha256(sys.version.encode() + django.__version__.encode())
    for folder in sorted(ROOT.glob("wasl/*/static")):
        for path in sorted(folder.rglob("*")):
            found = path.stat()
            digest.update(f"{os.fspath(path)} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


class _Nothing:
    """Where a command writes what nobody needs at each start."""

    def write(self, _text: str) -> int:
        return 0

    def flush(self) -> None:
        return


class _Indented:
    """Shows what a long command says, below its step."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def write(self, text: str) -> int:
        for line in text.splitlines():
            if line.strip():
                self._console.line(f"    {line}")
        return len(text)

    def flush(self) -> None:
        return


if __name__ == "__main__":
    try:
        load_demo() if sys.argv[1:] == ["demo"] else main()
    except CommandError as error:
        raise SystemExit(f"\n{error}") from None
