"""The log on a real database and real files: what goes in, what is promised, what is served."""

import errno
import json
import os
import shutil
import stat
from itertools import pairwise
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction

from tests.transparency.conftest import KIND, NOW, record
from wasl.core.errors import Unable
from wasl.transparency import (
    audit,
    keyfiles,
    keys,
    merkle,
    proofs,
    selectors,
    services,
    storage,
    tiles,
)
from wasl.transparency.checkpoints import Checkpoint
from wasl.transparency.encoding import to_base64
from wasl.transparency.installed_policy import load as installed_policy
from wasl.transparency.models import Checkpoint as Signed
from wasl.transparency.models import Leaf, Pending, Tree
from wasl.transparency.notes import Note

pytestmark = [pytest.mark.django_db, pytest.mark.owner]


def published(folder):
    return Checkpoint.parse(Note.parse((folder / "checkpoint").read_bytes()).text)


def test_every_event_becomes_exactly_one_leaf_in_order(log_folder):
    made = record(5)

    taken = services.advance(now=NOW)

    assert taken == 5
    assert list(Leaf.objects.order_by("index").values_list("event_id", flat=True)) == made
    assert not Pending.objects.exists()
    assert published(log_folder).size == 5
    assert services.advance(now=NOW) == 0
    assert published(log_folder).size == 5


def test_events_written_by_plain_sql_reach_the_log_too(log_folder):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_event SELECT 1, now(), gen_random_uuid(), 'a.b', 'case', "
            "gen_random_uuid(), 'SYSTEM', NULL, '', '{}', '{}', decode(repeat('00', 32), 'hex'), "
            "decode(repeat('01', 32), 'hex') FROM generate_series(1, 3)"
        )

    assert services.advance(now=NOW) == 3


def test_an_event_that_is_rolled_back_never_reaches_the_log(log_folder):
    with transaction.atomic():
        record(1)
        transaction.set_rollback(True)

    assert not Pending.objects.exists()


def test_a_leaf_says_nothing_of_a_person(log_folder):
    case = uuid4()
    [event_id] = record(1, case=case, words="علي محمد 07701234567", count=3)
    services.advance(now=NOW)

    entry = bytes(Leaf.objects.get().entry)

    leaf = json.loads(entry)
    assert set(leaf) == {
        "v", "type", "log_time", "case", "seq", "prev", "actor_role", "office", "payload_commit",
        "public",
    }  # fmt: skip
    assert leaf["type"] == KIND
    assert leaf["log_time"].endswith(":00Z")
    assert set(leaf["public"]) == {"stage", "count"}
    for secret in ("علي", "0770", str(case), str(event_id), str(case).replace("-", "")):
        assert secret.encode() not in entry


def test_leaves_of_one_case_form_a_chain_under_one_pseudonym(log_folder):
    case = uuid4()
    record(1, case=case)
    record(1)
    services.advance(now=NOW)
    record(2, case=case)
    services.advance(now=NOW)

    stored = [bytes(leaf.entry) for leaf in Leaf.objects.order_by("index")]
    of_case = [e for e in stored if json.loads(e)["case"] == json.loads(stored[0])["case"]]

    assert [json.loads(e)["seq"] for e in of_case] == [1, 2, 3]
    assert json.loads(of_case[0])["prev"] == ""
    for before, after in pairwise(of_case):
        assert json.loads(after)["prev"] == to_base64(merkle.leaf_hash(before))
    assert json.loads(stored[1])["case"] != json.loads(stored[0])["case"]


def test_a_public_part_that_does_not_fit_is_left_out_and_the_log_goes_on(log_folder):
    with connection.cursor() as cursor:
        for public in ('{"a": 1.5}', json.dumps({"a": "x" * 5000})):
            cursor.execute(
                "INSERT INTO events_event SELECT 1, now(), gen_random_uuid(), 'a.b', 'case', "
                "gen_random_uuid(), 'SYSTEM', NULL, '', '{}', %s, decode(repeat('00', 32), 'hex'), "
                "decode(repeat('01', 32), 'hex')",
                [public],
            )

    services.advance(now=NOW)

    for leaf in Leaf.objects.all():
        assert json.loads(bytes(leaf.entry))["public"] == {"left_out": True}


def test_receipt_proves_the_event_and_each_altered_one_proves_nothing(log_folder):
    made = record(300)
    services.advance(now=NOW, batch=70)
    policy = installed_policy()

    for event_id in (made[0], made[255], made[256], made[299]):
        receipt = selectors.receipt_for(event_id=event_id)
        verified = proofs.verify(proofs.Receipt.parse(receipt.to_bytes()), policy)
        assert verified.index == made.index(event_id)
        assert verified.payload["event"] == str(event_id)
        assert verified.checkpoint.size == 300


def test_there_is_no_receipt_before_publication(log_folder):
    [event_id] = record(1)

    assert selectors.receipt_for(event_id=event_id) is None
    services.integrate(now=NOW)
    assert selectors.receipt_for(event_id=event_id) is None
    services.seal(now=NOW)
    assert selectors.receipt_for(event_id=event_id) is not None


def test_proofs_of_a_case_list_its_events(log_folder):
    case = uuid4()
    made = record(2, case=case)
    services.advance(now=NOW)
    late = record(1, case=case)

    found = selectors.proofs_for_subject(subject_type="case", subject_id=case)

    assert [event.id for event, _leaf in found] == made + late
    assert [leaf.index if leaf else None for _event, leaf in found] == [0, 1, None]


def test_an_empty_log_publishes_its_empty_checkpoint(log_folder):
    services.advance(now=NOW)

    assert published(log_folder) == Checkpoint("wasl.example/log", 0, merkle.EMPTY_ROOT)


def test_every_published_size_stays_provable(log_folder):
    sizes = []
    for count in (1, 3, 250, 5, 260):
        record(count)
        services.advance(now=NOW)
        sizes.append(published(log_folder).size)

    files = storage.LogFiles(log_folder)
    for signed in Signed.objects.filter(size__in=sizes):
        read = tiles.node_reader(files.read_hash_tile, signed.size)
        assert merkle.tree_root(read, signed.size) == bytes(signed.root)
    assert audit.require_whole() == sum((1, 3, 250, 5, 260))


# --- what the application may not do -------------------------------------------------------------


@pytest.fixture
def as_application(log_folder):
    record(2)
    services.integrate(now=NOW, limit=1)
    services.seal(now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wasl_app")
        yield cursor


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM transparency_pending",
        "UPDATE transparency_pending SET kind = 'x'",
        "UPDATE transparency_leaf SET entry = 'x'",
        "DELETE FROM transparency_leaf",
        "UPDATE transparency_tree SET size = 0",
        "UPDATE transparency_subjectchain SET seq = 0",
        "DELETE FROM transparency_checkpoint",
    ],
)
def test_the_application_cannot_take_anything_back(as_application, statement):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        as_application.execute(statement)


def test_the_application_still_records_events(as_application):
    record(1)

    assert Pending.objects.count() == 2


@pytest.mark.parametrize("table", ["leaf", "checkpoint"])
def test_not_even_the_owner_changes_what_is_in_the_log(log_folder, table):
    record(1)
    services.advance(now=NOW)

    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM transparency_{table}")


# --- never a step back ---------------------------------------------------------------------------


def test_a_restored_backup_stops_the_log(log_folder):
    record(3)
    services.advance(now=NOW)
    published_before = (log_folder / "checkpoint").read_bytes()
    restore_to(2)
    record(5)

    services.integrate(now=NOW)
    with pytest.raises(services.UnableToContinueLog, match="size 3 is published"):
        services.seal(now=NOW)

    assert (log_folder / "checkpoint").read_bytes() == published_before


def restore_to(size):
    """As an older backup would: the owner switches the guards off, which needs ALTER TABLE."""
    with connection.cursor() as cursor:
        for table in ("leaf", "checkpoint"):
            cursor.execute(f"ALTER TABLE transparency_{table} DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM transparency_checkpoint WHERE size > %s", [size])
        cursor.execute("DELETE FROM transparency_leaf WHERE index >= %s", [size])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("leaf", "checkpoint"):
            cursor.execute(f"ALTER TABLE transparency_{table} ENABLE TRIGGER USER")
    edge = merkle.Frontier()
    for leaf in Leaf.objects.order_by("index"):
        edge.append(bytes(leaf.leaf_hash))
    Tree.objects.update(size=edge.size, root=edge.root(), frontier=edge.to_bytes())


def test_a_changed_leaf_is_never_signed_over(log_folder):
    record(3)
    services.advance(now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE transparency_leaf DISABLE TRIGGER USER")
        cursor.execute("UPDATE transparency_leaf SET entry = 'x' WHERE index = 1")
        cursor.execute("ALTER TABLE transparency_leaf ENABLE TRIGGER USER")
    shutil.rmtree(log_folder / "tile")  # so that the tiles must come from the database
    record(1)

    with pytest.raises(services.UnableToContinueLog):
        services.advance(now=NOW)

    assert published(log_folder).size == 3
    assert Signed.objects.order_by("-size").first().size == 3


def test_a_tree_that_does_not_extend_the_signed_one_is_not_signed(log_folder):
    record(3)
    services.advance(now=NOW)
    record(2)
    services.integrate(now=NOW)
    Tree.objects.update(root=b"\x00" * 32)

    with pytest.raises(services.UnableToContinueLog, match="do not lead to the root"):
        services.seal(now=NOW)

    assert not Signed.objects.filter(size=5).exists()


@pytest.mark.parametrize("what", ["tile", "checkpoint", "all"])
def test_lost_files_are_made_again(log_folder, what):
    record(600)
    services.advance(now=NOW, batch=290)
    before = {p: p.read_bytes() for p in log_folder.rglob("*") if p.is_file()}
    if what == "all":
        shutil.rmtree(log_folder)
    elif what == "tile":
        shutil.rmtree(log_folder / "tile")
        (log_folder / "checkpoint").unlink()
    else:
        (log_folder / "checkpoint").unlink()

    services.seal(now=NOW)

    after = {p: p.read_bytes() for p in log_folder.rglob("*") if p.is_file()}
    assert (log_folder / "checkpoint").read_bytes() == before[log_folder / "checkpoint"]
    assert before.items() >= after.items()
    assert audit.require_whole() == 600


def test_another_key_does_not_go_on_with_the_log(log_folder, settings):
    record(1)
    services.advance(now=NOW)
    settings.WASL_LOG_KEY_FILE = log_folder.parent / "other.pem"
    record(1)

    with pytest.raises(services.UnableToContinueLog, match="another key"):
        services.advance(now=NOW)


def test_a_key_is_replaced_while_both_sign(log_folder, settings):
    [event_id] = record(1)
    services.advance(now=NOW)
    old_policy = installed_policy()
    settings.WASL_LOG_FORMER_KEY_FILE = str(settings.WASL_LOG_KEY_FILE)
    settings.WASL_LOG_KEY_FILE = log_folder.parent / "new.pem"
    record(1)

    services.advance(now=NOW)

    receipt = selectors.receipt_for(event_id=event_id)
    assert len(receipt.note.signatures) == 2
    assert len((log_folder / "vkey").read_text().split()) == 2
    proofs.verify(receipt, old_policy)
    proofs.verify(receipt, installed_policy())
    settings.WASL_LOG_FORMER_KEY_FILE = ""
    record(1)
    services.advance(now=NOW)
    with pytest.raises(proofs.NotAccepted):
        proofs.verify(selectors.receipt_for(event_id=event_id), old_policy)


def test_another_origin_does_not_go_on_with_the_log(log_folder, settings):
    record(1)
    services.advance(now=NOW)
    settings.WASL_LOG_ORIGIN = "other.example/log"

    with pytest.raises(services.UnableToContinueLog, match="holds another log"):
        services.seal(now=NOW)


# --- faults --------------------------------------------------------------------------------------


def test_a_full_disk_loses_nothing(log_folder, monkeypatch, caplog):
    record(300)
    services.advance(now=NOW)
    record(300)
    real_write = os.write
    room = [20_000]

    def write(handle, data):
        room[0] -= len(data)
        if room[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real_write(handle, data)

    monkeypatch.setattr(storage.os, "write", write)
    with pytest.raises(services.UnableToWriteLog, match="the disk is full"):
        services.advance(now=NOW)
    assert published(log_folder).size == 300
    assert not list(log_folder.rglob("*.new"))
    monkeypatch.undo()

    services.advance(now=NOW)

    assert published(log_folder).size == 600
    assert audit.require_whole() == 600


def test_a_key_is_made_for_demonstrations_only(log_folder, settings):
    signer = keys.log_signers()[0]

    assert stat.S_IMODE(settings.WASL_LOG_KEY_FILE.stat().st_mode) == 0o600
    assert keys.log_signers()[0].key == signer.key
    settings.WASL_DEMO = False
    settings.WASL_EMBEDDED_DATABASE = False
    settings.WASL_LOG_KEY_FILE = log_folder / "none.pem"
    with pytest.raises(keys.UnableToSign, match="wasl log keygen"):
        services.seal(now=NOW)
    assert not Signed.objects.exists()


def test_keygen_makes_a_key_once(log_folder, settings, capsys):
    call_command("log_keygen")

    assert "wasl.example/log+" in capsys.readouterr().out
    with pytest.raises(CommandError, match="never replaced"):
        call_command("log_keygen")
    with pytest.raises(FileExistsError):
        keyfiles.make(settings.WASL_LOG_KEY_FILE)


def test_the_check_finds_what_is_missing(log_folder):
    record(2)
    services.advance(now=NOW)
    assert audit.require_whole() == 2

    bundle = storage.LogFiles(log_folder).tile_path(None, 0, 2)
    entries = tiles.unbundle(bundle.read_bytes())
    bundle.write_bytes(tiles.bundle([entries[0], entries[0]]))
    with pytest.raises(Unable, match="differs"):
        audit.require_whole()
    bundle.write_bytes(tiles.bundle(entries))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE transparency_leaf DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM transparency_leaf WHERE index = 1")
        cursor.execute("ALTER TABLE transparency_leaf ENABLE TRIGGER USER")
    with pytest.raises(Unable, match="is not in it"):
        audit.require_whole()


def test_a_receipt_is_refused_when_the_event_was_changed(log_folder):
    [event_id] = record(1)
    services.advance(now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events_event DISABLE TRIGGER USER")
        cursor.execute("""UPDATE events_event SET data = '{"stage": "OTHER"}'""")
        cursor.execute("ALTER TABLE events_event ENABLE TRIGGER USER")

    with pytest.raises(selectors.UnableToMakeReceipt):
        selectors.receipt_for(event_id=event_id)


def test_without_the_files_there_is_no_receipt_yet(log_folder, caplog):
    [event_id, _other] = record(2)
    services.advance(now=NOW)
    shutil.rmtree(log_folder / "tile")

    assert selectors.receipt_for(event_id=event_id) is None
    assert "cannot be read" in caplog.text


def test_the_latest_note_and_what_is_covered(log_folder):
    assert selectors.latest_note() == ""
    [event_id] = record(1)
    services.advance(now=NOW)
    [later] = record(1)
    services.integrate(now=NOW)

    assert selectors.latest_note().encode() == (log_folder / "checkpoint").read_bytes()
    assert selectors.published([event_id, later]) == {event_id}
    assert selectors.state() == {"pending": 0, "size": 2, "signed": 1}


def test_commands_bring_in_and_check(log_folder, capsys):
    [event_id] = record(1)

    call_command("log_integrate")
    call_command("log_check")

    out = capsys.readouterr().out
    assert "1 events entered the log." in out
    assert "The log is whole: 1 entries" in out
    file = log_folder.parent / "r.tlog-proof"
    file.write_bytes(selectors.receipt_for(event_id=event_id).to_bytes())
    call_command("log_verify", str(file))
    assert "This receipt is good." in capsys.readouterr().out
    file.write_bytes(file.read_bytes().replace(b"index 0", b"index 1"))
    with pytest.raises(SystemExit):
        call_command("log_verify", str(file))


def test_a_plain_error_stops_the_command(log_folder, settings):
    record(2)
    services.advance(now=NOW)
    restore_to(1)

    with pytest.raises(CommandError, match=r"السجل العام|public log"):
        call_command("log_integrate")
