"""Kill the sequencer anywhere: no published checkpoint is ever contradicted, and all goes on."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.transparency.conftest import NOW, record
from wasl.transparency import audit, merkle, services, storage, tiles
from wasl.transparency.checkpoints import Checkpoint
from wasl.transparency.models import Checkpoint as Signed
from wasl.transparency.models import Leaf
from wasl.transparency.notes import Note
from wasl.transparency.sequencer import Sequencer

POINTS = [
    "save_leaves", "save_chains", "integrate", "write_tiles", "flush_tiles", "rename",
    "consistent", "sign", "publish", "write_checkpoint",
]  # fmt: skip
ROOT = Path(__file__).resolve().parents[2]


def published(folder):
    return Checkpoint.parse(Note.parse((folder / "checkpoint").read_bytes()).text)


@pytest.fixture
def sequencer(log_folder):
    script = Path(__file__).with_name("crashing_sequencer.py")
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    with subprocess.Popen(
        [sys.executable, str(script), connection.settings_dict["NAME"], str(log_folder.parent)],
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.stdin.close()


def die(process, point, moment):
    process.stdin.write(f"{point} {moment}\n")
    process.stdin.flush()
    status = process.stdout.readline().strip()
    assert status == "42", f"the sequencer should have died {moment} {point}"


@pytest.mark.slow
@pytest.mark.owner
@pytest.mark.django_db(transaction=True)
def test_a_sequencer_killed_anywhere_contradicts_nothing(log_folder, sequencer):
    seen = []
    total = 0
    record(10)
    services.advance(now=NOW)
    total += 10
    for number, (point, moment) in enumerate((p, m) for p in POINTS for m in ("before", "after")):
        seen.append(published(log_folder))
        record(200 + number)
        total += 200 + number

        die(sequencer, point, moment)
        seen.append(published(log_folder))
        services.advance(now=NOW)

        assert published(log_folder).size == total, f"killed {moment} {point}"
        require_all_consistent(log_folder, seen)
    assert Leaf.objects.count() == total
    assert audit.require_whole() == total


@pytest.mark.owner
@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_gone_for_a_moment_is_waited_for(log_folder, caplog):
    loop = Sequencer()
    record(3)
    assert loop._round(NOW)
    record(3)
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])

    loop._round(NOW)  # it may fail, and says so in the log
    assert loop._round(NOW)

    assert published(log_folder).size == 6


def require_all_consistent(folder, seen):
    last = published(folder)
    read = tiles.node_reader(storage.LogFiles(folder).read_hash_tile, last.size)
    assert merkle.tree_root(read, last.size) == last.root
    signed = [Checkpoint(last.origin, s.size, bytes(s.root)) for s in Signed.objects.all()]
    for before in [*seen, *signed]:
        merkle.check_consistency(
            old=before.size,
            new=last.size,
            old_root=before.root,
            new_root=last.root,
            path=merkle.consistency_proof(read, before.size, last.size),
        )
