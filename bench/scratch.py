"""A database of its own for a measurement, made and dropped here."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


@contextmanager
def directorate(name: str, *, meters: int) -> Iterator[Path]:
    """A seeded, staffed directorate in a database called `name`."""
    test = settings.DATABASES["default"].setdefault("TEST", {})
    name_before, test["NAME"] = test.get("NAME"), name
    old_name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            storages = {
                **settings.STORAGES,
                "default": {
                    "BACKEND": "django.core.files.storage.FileSystemStorage",
                    "OPTIONS": {"location": folder},
                },
            }
            with override_settings(WASL_DEMO=True, STORAGES=storages):
                _prepare(meters)
                yield Path(folder)
    finally:
        connection.creation.destroy_test_db(old_name, verbosity=0)
        test["NAME"] = name_before


def _prepare(meters: int) -> None:
    from wasl.core import jobs, scope
    from wasl.directorates import seeding
    from wasl.web.demonstration import setting

    with scope.within_system():
        seeding.run(now=NOW)
        setting.prepare(directorate_id=1, meters=meters, now=NOW, chance=Random(1))
    jobs.drain(NOW)
