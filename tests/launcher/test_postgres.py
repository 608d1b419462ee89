"""The embedded PostgreSQL: started, stopped, killed, recovered; closed to everybody else."""

import contextlib
import multiprocessing
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from wasl.launcher import placement, postgres, processes
from wasl.launcher.console import UnableToStart

pytestmark = pytest.mark.slow
SECRETS = {"WASL_DATABASE_PASSWORD": "right", "WASL_DATABASE_ADMIN_PASSWORD": "admin"}


def _cluster(data, *, is_hasty=True, **secrets):
    secrets = {**SECRETS, **secrets}
    log = data / "postgres.log"
    return postgres.Cluster.at(data, log=log, secrets=secrets, is_hasty=is_hasty)


@pytest.fixture
def data():
    """
    A long path with spaces and Arabic letters; its parents closed to nobody.

    Not below pytest's own folder: another pytest that starts closes that to everybody else.
    """
    root = Path(tempfile.mkdtemp(prefix="wasl-place-"))
    root.chmod(0o755)
    folder = root / ("مجلد طويل مع فراغات " * 6).strip() / "a rather long name with spaces " / "var"
    folder.mkdir(parents=True)
    yield folder
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def cluster(data):
    made = _cluster(data)
    made.create()
    made.start()
    made.provide()
    yield made
    made.stop()


def _permissions(path):
    return {
        str(parent): (parent.stat().st_mode, parent.stat().st_uid, parent.stat().st_gid)
        for parent in path.parents
    }


def _fetch(url, query):
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchone()


def _processes_in(cluster):
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(cluster.place.cluster.resolve()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_cluster_knows_arabic_letters_and_works_without_a_superuser(cluster):
    assert _fetch(
        cluster.url,
        "SELECT datctype, datlocprovider, pg_encoding_to_char(encoding), "
        "'مستشفى' ~ '^[[:alpha:]]+$' FROM pg_database WHERE datname = current_database()",
    ) == ("C.UTF-8", "b", "UTF8", True)
    assert _fetch(
        cluster.url, "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    ) == (False, False)


def test_cluster_touches_no_parents_permissions(data):
    before = _permissions(data / "postgres")
    cluster = _cluster(data)

    cluster.create()
    cluster.start()
    cluster.stop()

    assert _permissions(data / "postgres") == before


def test_cluster_is_closed_to_others(cluster):
    sockets, folder = cluster.place.sockets, cluster.place.cluster

    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE((sockets / ".s.PGSQL.5432").stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert _fetch(cluster.url, "SHOW listen_addresses") == ("",)
    for url in (
        cluster.url.replace(":right@", ":wrong@"),
        cluster.url.replace(":right@", "@"),
        cluster.url.replace("wasl:right@", "postgres@"),
    ):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url)
    hba = (folder / "pg_hba.conf").read_text()
    assert "trust" not in [
        line.split()[-1] for line in hba.splitlines() if line[:1] not in {"#", ""}
    ]
    assert not list(sockets.glob("initdb-password"))


def test_cluster_is_not_root_s(cluster):
    assert psutil.Process(cluster.process.pid).uids().real != 0
    assert cluster.place.cluster.stat().st_uid != 0


def test_cluster_recovers_after_a_kill(data):
    cluster = _cluster(data, is_hasty=False)
    cluster.create()
    cluster.start()
    cluster.provide()
    with psycopg.connect(cluster.url) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    for process in _processes_in(cluster):
        # One that ends because another was killed is gone as well.
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    cluster.process.wait()

    cluster.start()

    assert _fetch(cluster.url, "SELECT n FROM kept") == (7,)
    cluster.stop()


def test_cluster_starts_though_the_number_of_a_killed_one_is_taken(cluster):
    cluster.stop()
    # After a restart of the machine, the number of the old server is often another process's.
    (cluster.place.cluster / "postmaster.pid").write_text(
        f"{os.getpid()}\n{cluster.place.cluster}\n"
    )

    cluster.start()

    assert _fetch(cluster.url, "SELECT 1") == (1,)


def test_cluster_ends_a_server_that_was_left(cluster, data):
    left = cluster.process.pid
    other = _cluster(data)

    other.start()

    cluster.process.wait(10)
    assert other.process.pid != left
    assert _fetch(other.url, "SELECT 1") == (1,)
    other.stop()


def _start_and_tell(data, pipe):
    started = _cluster(data)
    started.start()
    pipe.send(started.process.pid)
    time.sleep(600)


def test_server_ends_when_its_parent_is_killed(cluster, data):
    cluster.stop()
    receiving, sending = multiprocessing.Pipe()
    parent = multiprocessing.get_context("fork").Process(
        target=_start_and_tell, args=(data, sending)
    )
    parent.start()
    server = psutil.Process(receiving.recv())

    parent.kill()

    server.wait(20)
    parent.join()


def test_create_begins_anew_after_a_half_made_one(data):
    cluster = _cluster(data)
    half = cluster.place.cluster.with_name(cluster.place.cluster.name + ".new")
    half.mkdir()
    (half / "rubbish").touch()

    cluster.create()

    assert cluster.exists
    assert not half.exists()


def test_another_password_than_that_of_the_cluster_is_said(cluster, data):
    with pytest.raises(UnableToStart, match="another password"):
        _cluster(data, WASL_DATABASE_ADMIN_PASSWORD="lost").answers()


def test_socket_folder_of_somebody_else_is_refused(data):
    cluster = _cluster(data)
    elsewhere = data / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    cluster.place.sockets.symlink_to(elsewhere)

    with pytest.raises(UnableToStart, match="not a folder of ours"):
        cluster.create()

    cluster.place.sockets.unlink()


def test_socket_path_is_short_enough(data):
    assert len(os.fsencode(_cluster(data).place.sockets / ".s.PGSQL.5432")) < 100


def _as_ordinary_user(data, binaries, pipe):
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    postgres._installed = lambda: binaries
    cluster = _cluster(data)
    cluster.create()
    cluster.start()
    cluster.provide()
    pipe.send(
        (
            cluster.place.cluster == data / "postgres",
            cluster.place.cluster.stat().st_uid,
            _fetch(cluster.url, "SELECT current_user")[0],
        )
    )
    cluster.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="every other test runs as an ordinary user already")
def test_ordinary_user_has_everything_in_the_data_folder(data, cluster):
    mine = data.parent / "of an ordinary user"
    mine.mkdir()
    os.chown(mine, 65534, 65534)
    receiving, sending = multiprocessing.Pipe()

    child = multiprocessing.get_context("fork").Process(
        target=_as_ordinary_user, args=(mine, cluster.place.binaries, sending)
    )
    child.start()

    assert receiving.poll(60)
    assert receiving.recv() == (True, 65534, "wasl")
    child.join(20)
    assert child.exitcode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another place")
def test_root_s_cluster_lies_elsewhere_when_its_user_cannot_reach_the_folder(tmp_path):
    closed = tmp_path / "closed"
    data = closed / "var"
    data.mkdir(parents=True)
    closed.chmod(0o700)
    before = os.umask(0o077)
    cluster = _cluster(data)
    try:
        cluster.create()
        cluster.start()
        assert cluster.place.cluster.is_relative_to("/var/lib/wasl")
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert _cluster(data).place.cluster == cluster.place.cluster
        # A copy of the folder is not given the cluster of the original.
        copy = closed / "copy"
        subprocess.run(["cp", "-r", data, copy], check=True)
        assert _cluster(copy).place.cluster != cluster.place.cluster
    finally:
        os.umask(before)
        cluster.stop()
        for folder in (cluster.place.cluster.parent, _cluster(copy).place.cluster.parent):
            assert folder.parent == Path("/var/lib/wasl")
            subprocess.run(["rm", "-rf", folder], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root copies the binaries")
def test_binaries_are_copied_where_the_user_cannot_run_them(tmp_path, monkeypatch):
    monkeypatch.setattr(placement, "_SHARED", tmp_path)
    tmp_path.chmod(0o755)

    copied = placement._copied(postgres._installed(), "1")

    done = subprocess.run([copied / "bin" / "initdb", "--version"], capture_output=True, check=True)
    assert done.stdout.startswith(b"initdb (PostgreSQL)")
    assert all(
        not path.stat().st_mode & 0o022 for path in tmp_path.rglob("*") if not path.is_symlink()
    )


def test_stop_kills_what_does_not_end():
    stubborn = processes.spawn(
        ["/bin/sh", "-c", "trap '' TERM; sleep 60 & wait; sleep 60"],
        env={}, cwd=Path("/"), output=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(0.2)

    assert processes.stop(stubborn, signal.SIGTERM, patience=0.3) is False
    assert stubborn.returncode == -signal.SIGKILL
