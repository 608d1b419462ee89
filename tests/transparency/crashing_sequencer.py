"""
Runs rounds of the sequencer, each in a process of its own, which dies at the point it is told.

Started once, it forks for each line "<point> <before|after>" of its input, and prints the status.
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path


def main(database: str, folder: str) -> None:
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    settings.WASL_DEMO = True
    settings.WASL_LOG_DIR = Path(folder) / "log"
    settings.WASL_LOG_KEY_FILE = Path(folder) / "keys" / "log.pem"
    settings.WASL_LOG_ORIGIN = "wasl.example/log"
    django.setup()
    for line in sys.stdin:
        point, moment = line.split()
        child = os.fork()
        if child == 0:
            _run(point, moment)
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(point: str, moment: str) -> None:
    from wasl.transparency import growth, services, storage
    from wasl.transparency.services import integration, sealing

    places = {
        "save_leaves": (integration, "_save_leaves"),
        "save_chains": (integration, "_save_chains"),
        "integrate": (sealing, "integrate"),
        "write_tiles": (sealing, "_write_tiles"),
        "flush_tiles": (growth, "write_durably"),
        "rename": (storage, "_flush_folder"),
        "consistent": (sealing, "_require_consistent"),
        "sign": (sealing, "_sign"),
        "publish": (sealing, "publish"),
        "write_checkpoint": (storage.LogFiles, "write_checkpoint"),
    }
    owner, name = places[point]
    real = getattr(owner, name)

    def dying(*arguments: object, **named: object) -> object:
        if moment == "before":
            os._exit(42)
        real(*arguments, **named)
        os._exit(42)

    setattr(owner, name, dying)
    services.advance(now=datetime(2026, 11, 23, 12, tzinfo=UTC), batch=300)


if __name__ == "__main__":
    main(*sys.argv[1:])
