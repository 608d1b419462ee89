"""`wasl run`: the whole system in the foreground, from an empty folder to the first page."""

import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from wasl import environment
from wasl.launcher import named_database, processes, secret_file, surroundings
from wasl.launcher.console import Console, UnableToStart
from wasl.launcher.named_database import Content
from wasl.launcher.places import ROOT, Lock, Places
from wasl.launcher.postgres import Cluster
from wasl.launcher.supervisor import Service, Supervisor
from wasl.payments.sandbox import companies

_HELP = """usage: wasl run

Starts the embedded PostgreSQL (unless DATABASE_URL names another), makes it ready, and runs
web server, worker, log and payment sandbox together until Ctrl-C. From the environment:

  PORT=8000            where the web server listens; the payment sandbox's companies and the demo
                       witness take the next numbers
  WASL_HOST=127.0.0.1  on which address
  WASL_DATA_DIR=var    where everything is kept
  DATABASE_URL         postgresql://user:password@host:port/name, a PostgreSQL 15 or newer
  WASL_DEMO            1: the demo directorate and its people; 0: none
  WASL_DEMO_CASES=200  how many cases the demo tells; fewer are ready sooner
  WASL_DEMO_HOMES=60   how many homes have a year of bills
"""
# A port may still be in use by what a killed start has left, which ends by itself.
_PORT_PATIENCE_SECONDS = 5.0


def main(arguments: list[str]) -> int:
    """Run the system; the exit status is 0 when somebody has asked for the end."""
    if arguments:
        print(_HELP, end="")
        return 0 if arguments[0] in {"-h", "--help"} else 2
    if environment.flag("WASL_STOP_WITH_PARENT"):
        processes.tie_to_parent(signal.SIGTERM)
    return _System(Console(), Places.of_environment()).run()


class _System:
    def __init__(self, console: Console, places: Places) -> None:
        self._console = console
        self._places = places
        self._host = os.environ.get("WASL_HOST") or "127.0.0.1"
        self._port = environment.integer("PORT", 8000)
        self._cluster: Cluster | None = None
        self._is_demo = False
        self._env: Mapping[str, str] = {}
        self._restart_database_at = 0.0
        self._database_falls = 0

    def run(self) -> int:
        began = time.monotonic()
        self._places.make()
        lock = self._take_run_lock()
        self._say_what_this_is()
        left = processes.end_leftovers(self._places.children, patience=10)
        if left:
            self._console.line(f"  The last start was killed; ended {left} processes that it left.")
        self._refuse_taken_port(self._port)
        if environment.flag("WASL_DEMO", default=True):
            for port in companies.ports(self._port + 1):
                self._refuse_taken_port(port)  # the payment sandbox's
            self._refuse_taken_port(self._port + 2)  # the demo witness's
        supervisor = Supervisor(self._console, cwd=ROOT, noted_in=self._places.children)
        supervisor.listen_to_signals()
        database = Lock(self._places.database_lock)
        try:
            is_up = self._start(supervisor, database)
            if is_up:
                self._say_where(time.monotonic() - began)
                self._load_demo(supervisor)
                supervisor.run(each_turn=lambda: self._look_after_database(supervisor))
        finally:
            self._stop(supervisor)
            supervisor.close()
            database.release()
            lock.release()
        return 0

    def _start(self, supervisor: Supervisor, database: Lock) -> bool:
        """False when somebody has asked for the end meanwhile."""
        secrets = secret_file.load(self._places.secrets)
        if surroundings.is_embedded():
            self._cluster = self._start_database(supervisor, secrets, database)
        else:
            self._look_into_named_database()
        if supervisor.is_stopping:
            return False
        url = self._cluster.url if self._cluster else None
        env = surroundings.of_application(self._places, secrets, url)
        env |= {"PORT": str(self._port), "PYTHONUNBUFFERED": "1"}
        self._is_demo = env.get("WASL_DEMO", "").lower() in {"1", "true", "yes", "on"}
        prepare = Service("prepare", [sys.executable, "-m", "wasl.launcher.prepare"], env)
        status = supervisor.run_to_end(prepare)
        if supervisor.is_stopping:
            return False
        if status != 0:
            raise UnableToStart("What went wrong stands above.")
        self._env = env
        with self._console.step("Web server, log" + (", payment sandbox" if self._is_demo else "")):
            for service in self._services(env):
                supervisor.start(service)
            while not supervisor.is_stopping and not self._web_answers():
                supervisor.turn(0.05)
        return not supervisor.is_stopping

    def _load_demo(self, supervisor: Supervisor) -> None:
        """
        While everything works already: the demo's jobs have a queue of their own, and its own clock.

        What is due at fixed times waits for its end, as it would find months of it overdue.
        """
        worker = self._worker(self._env)
        if self._places.demo_is_loading.exists():
            beside = self._worker(self._env, "--beside-demo")
            supervisor.start(beside, before="log")
            load = [sys.executable, "-m", "wasl.launcher.prepare", "demo"]
            # Some hundred thousand statements, of a few hundred kinds.
            env = {"WASL_PREPARED_STATEMENTS": "1", **self._env}
            status = supervisor.run_to_end(Service("demo", load, env))
            if supervisor.is_stopping:
                return
            if status != 0:
                raise UnableToStart("What went wrong stands above.")
            supervisor.stop(beside)
            self._console.line("The demo is complete.\n")
        # What it did last still reaches the log.
        supervisor.start(worker, before="log")

    def _look_into_named_database(self) -> None:
        with self._console.step("Looking into the database that DATABASE_URL names"):
            content = named_database.look()
        if self._places.demo_is_loading.exists() and content is not Content.NOTHING:
            raise UnableToStart(
                "The last start was killed while it loaded the demo. Empty the database, and start "
                f"again; or, if that was another one, remove {self._places.demo_is_loading}."
            )
        if "WASL_DEMO" in os.environ or content is Content.DATA:
            return
        if content is Content.NOTHING:
            self._console.line("  It is empty: the demo goes into it, and it is marked as a demo.")
            named_database.mark_as_demo()
        # Demo mode asks for debugging, or for the embedded database: that is on purpose.
        os.environ["WASL_DEMO"] = os.environ["WASL_DEBUG"] = "1"

    def _start_database(
        self, supervisor: Supervisor, secrets: Mapping[str, str], lock: Lock
    ) -> Cluster:
        if not lock.take():
            with self._console.step("Waiting for another wasl command to end"):
                lock.take(is_patient=True)
        cluster = Cluster.at(self._places.data, log=self._places.database_log, secrets=secrets)
        self._cluster = cluster
        if not cluster.exists:
            with self._console.step(f"Making a database, PostgreSQL {cluster.version}, embedded"):
                cluster.create()
        else:
            cluster.create()
        with self._console.step(f"Starting the database, {_as(cluster)}"):
            cluster.start(is_wanted=lambda: not supervisor.is_stopping)
            if cluster.process:
                supervisor.note(cluster.process)
        if not supervisor.is_stopping:
            self._forget_half_a_demo(cluster)
            cluster.provide()
        return cluster

    def _forget_half_a_demo(self, cluster: Cluster) -> None:
        """Of a load that was killed nothing stays: the pages said so as long as it went on."""
        if not self._places.demo_is_loading.exists():
            return
        self._console.line("  The last start did not finish loading the demo: beginning anew.")
        cluster.empty()
        for folder in ("log", "files"):
            _remove_content(self._places.data / folder)
        self._places.demo_is_loading.unlink()

    def _services(self, env: Mapping[str, str]) -> list[Service]:
        python = sys.executable
        web = [
            python, "-m", "granian", "--interface", "wsgi", "--no-ws",
            "--host", self._host, "--port", str(self._port),
            "--workers", str(environment.integer("WASL_WEB_WORKERS", 2)),
            # Live desks hold a thread each (WASL_LIVE_STREAMS): there must be more threads than those.
            "--blocking-threads", str(environment.integer("WASL_WEB_THREADS", _threads())),
            "--log-level", "warning",
            "--workers-kill-timeout", "5", "--respawn-failed-workers", "wasl.wsgi:application",
        ]  # fmt: skip
        app = surroundings.with_application_rights(env)
        services = [
            Service("web", web, app),
            # It empties the log's outbox, which is the right of the tables' owner.
            Service("log", [python, "-m", "wasl", "log_sequencer"], env),
        ]
        if self._is_demo:
            sandbox = [python, "-m", "wasl", "sandbox", "--port", str(self._port + 1)]
            witness = [python, "-m", "wasl", "witness", "--demo", "--port", str(self._port + 2)]
            services += [Service("sandbox", sandbox, app), Service("witness", witness, app)]
        return [services[0], *_hardy(services[1:])]

    def _worker(self, env: Mapping[str, str], *words: str) -> Service:
        command = [sys.executable, "-m", "wasl", "worker", *words]
        app = surroundings.with_application_rights(env)
        return _hardy([Service("worker", command, app, patience=30)])[0]

    def _web_answers(self) -> bool:
        host = "127.0.0.1" if self._host in {"0.0.0.0", "::"} else self._host  # noqa: S104
        try:
            with closing(http.client.HTTPConnection(host, self._port, timeout=5)) as connection:
                connection.request("GET", "/", headers={"Host": f"127.0.0.1:{self._port}"})
                return connection.getresponse().status > 0
        except OSError:
            return False

    def _look_after_database(self, supervisor: Supervisor) -> None:
        cluster = self._cluster
        if cluster is None or cluster.process is None or cluster.process.poll() is None:
            return
        if not self._restart_database_at:
            pause = min(30.0, 2.0**self._database_falls)
            self._restart_database_at = time.monotonic() + pause
            self._database_falls += 1
            self._console.line(
                f"  The database has ended by itself. Starting it again in {pause:.0f} s."
            )
        elif time.monotonic() >= self._restart_database_at:
            self._restart_database_at = 0.0
            with self._console.step("Starting the database again"):
                try:
                    cluster.start(is_wanted=lambda: not supervisor.is_stopping)
                except UnableToStart as error:
                    self._console.line(str(error))
                    return
            supervisor.note(cluster.process)

    def _stop(self, supervisor: Supervisor) -> None:
        self._console.line("\nStopping." if supervisor.is_stopping else "")
        supervisor.stop_all()
        if self._cluster is not None and self._cluster.process is not None:
            with self._console.step("Stopping database"):
                self._cluster.stop()
        self._console.line("Everything has stopped.")

    def _take_run_lock(self) -> Lock:
        lock = Lock(self._places.run_lock)
        if lock.take(pid=os.getpid(), port=self._port):
            return lock
        told = lock.told()
        raise UnableToStart(
            f"It runs already in {self._places.data}: http://127.0.0.1:{told.get('port')} (process "
            f"{told.get('pid')}). Stop that one with Ctrl-C, or give this one its own place: "
            f"WASL_DATA_DIR=var2 PORT={self._port + 10} make run"
        )

    def _refuse_taken_port(self, port: int) -> None:
        until = time.monotonic() + _PORT_PATIENCE_SECONDS
        while not _is_free(self._host, port):
            if time.monotonic() > until:
                raise UnableToStart(
                    f"Port {port} is in use by another program. Choose another: "
                    f"PORT={self._port + 10} make run"
                )
            time.sleep(0.2)

    def _say_what_this_is(self) -> None:
        self._console.line("Wasl, a local system for trying and developing. Not for production:")
        self._console.line("for that see docs/how-to/run-in-production.md.\n")

    def _say_where(self, seconds: float) -> None:
        here = f"http://{'127.0.0.1' if self._host in {'0.0.0.0', '::'} else self._host}"  # noqa: S104
        self._console.line(f"\nWasl runs after {seconds:.1f} s.\n\n  {here}:{self._port}/")
        if self._is_demo:
            self._console.line(f"  {here}:{self._port}/demo/   become any demo person")
            for name, entry in companies.COMPANIES.items():
                desk = f"{here}:{self._port + 1 + entry.offset}/operator"
                self._console.line(f"  {desk}   play money: the desk of {name}")
        else:
            self._console.line("  Demo mode is off: WASL_DEMO is 0, or the database holds data.")
        self._console.line(f"\nAll data lie in {self._places.data}. Ctrl-C stops everything.\n")


def _hardy(services: list[Service]) -> list[Service]:
    """
    Ended with the supervisor, at once: with it the database ends, for which they would wait in vain.

    Each bears a kill at any moment; the web server alone has processes of its own to end first.
    """
    for service in services:
        service.when_parent_dies = signal.SIGKILL
    return services


def _threads() -> int:
    """Of each web process: as many as granian thinks well of, from four to eight."""
    return max(4, min(8, 2 * (os.cpu_count() or 1) + 1))


def _as(cluster: Cluster) -> str:
    return f"as the user {cluster.place.user.name}" if cluster.place.user else "embedded"


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _remove_content(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink()
