"""The words of the command line, and what a command leaves behind."""

import os
import subprocess
import sys

import pytest

from wasl import cli

NAMES = {"log_verify", "log", "process_lint", "assignment_replay", "witness", "migrate", "a_b_c"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("log verify receipt.txt", "log_verify receipt.txt"),
        ("log receipt.txt", "log receipt.txt"),
        ("process lint x.bpmn --language en", "process_lint x.bpmn --language en"),
        ("process-lint x.bpmn", "process-lint x.bpmn"),
        ("assignment replay K7MN-4XPD-2Q", "assignment_replay K7MN-4XPD-2Q"),
        ("a b c d", "a_b_c d"),
        ("witness --port 9000", "witness --port 9000"),
        ("migrate", "migrate"),
        ("help log verify", "help log_verify"),
        ("nothing known", "nothing known"),
        ("", ""),
    ],
)
def test_join_makes_a_command_of_as_many_words_as_name_one(typed, meant):
    assert cli.join(typed.split(), NAMES) == meant.split()


def _wasl(*words, data):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("WASL_", "DATABASE_URL"))}
    return subprocess.run(
        [sys.executable, "-m", "wasl", *words],
        env=env | {"WASL_DATA_DIR": str(data)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_help_lists_commands_in_words_and_leaves_no_trace(tmp_path):
    done = _wasl("help", data=tmp_path / "var")

    assert done.returncode == 0, done.stderr
    assert "keys rotate " in done.stdout
    assert "start everything" in done.stdout
    assert not (tmp_path / "var").exists()


@pytest.mark.slow
def test_command_starts_the_database_it_needs_and_stops_it_again(tmp_path):
    data = tmp_path / "بيانات محلية"

    done = _wasl("showmigrations", "core", data=data)

    assert done.returncode == 0, done.stderr
    assert "[ ] 0001_database" in done.stdout
    assert (data / "secrets.env").stat().st_mode & 0o777 == 0o600
    log = (data / "logs" / "postgres.log").read_text()
    assert "database system is shut down" in log


def test_command_that_does_not_exist_is_refused_without_a_database(tmp_path):
    done = _wasl("no-such-thing", data=tmp_path / "var")

    assert done.returncode != 0
    assert "Unknown command" in done.stderr
    assert not (tmp_path / "var").exists()
