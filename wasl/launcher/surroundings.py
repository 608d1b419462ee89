"""
The environment that the application reads: given by the caller, or found in the data folder.

What the caller has set always wins. Unless WASL_DEMO says otherwise, demo mode is on with the
embedded database, and off with one that DATABASE_URL names.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NoReturn

from wasl.launcher import secret_file
from wasl.launcher.console import UnableToStart
from wasl.launcher.places import Lock, Places
from wasl.launcher.postgres import APP_ROLE, Cluster


def is_embedded() -> bool:
    """Whether the database is the embedded one: nobody has named another."""
    return not (os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"))


def is_complete() -> bool:
    """Whether the caller has given every secret, so that the data folder need not be asked."""
    return not is_embedded() and all(
        os.environ.get(name) or os.environ.get(f"{name}_FILE")
        for name in ("WASL_SECRET_KEY", "WASL_FIELD_KEYS", "WASL_INDEX_KEY")
    )


def of_application(places: Places, secrets: Mapping[str, str], url: str | None) -> dict[str, str]:
    """
    This function will give the application's environment, with the rights of the tables' owner.

    `url` is that of the embedded database, None where the caller has named another.
    """
    env = dict(os.environ)
    for name in secret_file.FOR_APPLICATION:
        if not env.get(name) and not env.get(f"{name}_FILE"):
            env[name] = secrets[name]
    env["WASL_DATA_DIR"] = str(places.data)
    env["DJANGO_SETTINGS_MODULE"] = "wasl.settings"
    env.setdefault("WASL_LOG_KEY_FILE", str(places.data / "keys" / "log.pem"))
    if url is not None:
        env["DATABASE_URL"] = url
        env["WASL_EMBEDDED_DATABASE"] = "1"
        env.setdefault("WASL_DEMO", "1")
        if env["WASL_DEMO"].lower() in {"0", "false", "no", "off", ""}:
            # At home there is neither SMS gateway nor mail server.
            env.setdefault("WASL_CHANNELS", "in_app")
    return env


def with_application_rights(env: Mapping[str, str]) -> dict[str, str]:
    """The same, for web and worker: what is append-only stays so, rows are seen in scope only."""
    return {"WASL_DB_ROLE": APP_ROLE, **env}


class Surroundings:
    """
    What one command finds around itself. Made before Django reads its settings.

    Where the data folder is still empty, the keys are passing ones: a command that reads and writes
    nothing leaves no trace, and one that does starts again with lasting ones (`is_passing`).
    """

    def __init__(self) -> None:
        self.is_passing = False
        self._cluster: Cluster | None = None
        self._places = Places.of_environment()
        if is_complete():
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wasl.settings")
            return
        if self._places.secrets.exists():
            self._use(secret_file.load(self._places.secrets))
        else:
            self.is_passing = True
            self._given = dict(os.environ)
            passing = {name: make() for name, make in secret_file.MAKERS.items()}
            url = "postgresql:///" if is_embedded() else None
            os.environ.update(of_application(self._places, passing, url))

    def _use(self, secrets: Mapping[str, str]) -> None:
        if not is_embedded():
            os.environ.update(of_application(self._places, secrets, None))
            return
        self._places.make()
        log = self._places.database_log
        self._cluster = Cluster.at(self._places.data, log=log, secrets=secrets)
        os.environ.update(of_application(self._places, secrets, self._cluster.url))

    def begin_again(self, words: Sequence[str]) -> NoReturn:
        """This function will make lasting keys, and run the command anew with them."""
        self._places.make()
        secret_file.load(self._places.secrets)
        command = [sys.executable, "-m", "wasl", *words]
        os.execve(sys.executable, command, self._given)  # noqa: S606 (ourselves)

    @contextmanager
    def database(self) -> Iterator[None]:
        """
        This function will lend the embedded database, where it is the one to use.

        A server that runs is used; else one is started, and ends when no other command uses it.
        """
        if self._cluster is None:
            yield
            return
        with _lent(self._places, self._cluster):
            yield


@contextmanager
def _lent(places: Places, cluster: Cluster) -> Iterator[None]:
    owner, users = Lock(places.database_lock), Lock(places.database_users)
    users.take(is_shared=True, is_patient=True)
    if not owner.take():
        if not cluster.exists or not cluster.answers():
            raise UnableToStart(
                "Another command is just starting the database. Try again in a moment."
            )
        try:
            yield
        finally:
            users.release()
        return
    cluster.create()
    cluster.start()
    try:
        cluster.provide()
        yield
    finally:
        # Not under the feet of a command that has begun to use it meanwhile.
        users.release()
        users.take(is_patient=True)
        cluster.stop()
        users.release()
        owner.release()
