"""The witness, by the letter of its protocol, and over HTTP with a real log."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.transparency.conftest import NOW, record
from wasl.transparency import merkle, proofs, selectors, sequencer, services, storage, witnessing
from wasl.transparency import witness as witnesses
from wasl.transparency.checkpoints import Checkpoint
from wasl.transparency.installed_policy import load as installed_policy
from wasl.transparency.models import Cosignature
from wasl.transparency.notes import COSIGNATURE, Note, Signature, Signer, signers
from wasl.transparency.witness import Witness, origin_hash, submission
from wasl.transparency.witness_server import WitnessServer

ORIGIN = "log.example/1"
LOG = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
OTHER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x02" * 32))
OWN = Signer("witness.example/w", Ed25519PrivateKey.from_private_bytes(b"\x03" * 32), COSIGNATURE)
LEAVES = [merkle.leaf_hash(str(n).encode()) for n in range(40)]


def read(leaves):
    def node(level, index):
        return merkle.full_root(leaves[index << level : (index + 1) << level])

    return node


def note(size, leaves=LEAVES, signer=LOG, origin=ORIGIN):
    text = Checkpoint(origin, size, merkle.tree_root(read(leaves), size)).text
    return Note(text, (signer.sign(text),)).to_bytes()


def ask(old, new, leaves=LEAVES):
    path = merkle.consistency_proof(read(leaves), old, new) if old else []
    return submission(old, path, note(new, leaves))


@pytest.fixture
def witness(tmp_path):
    return Witness(OWN, tmp_path / "witness", [LOG.key])


def test_a_growing_log_is_cosigned_and_remembered(witness):
    for old, new in ((0, 3), (3, 3), (3, 8), (8, 40)):
        answer = witness.add_checkpoint(ask(old, new), now=1000 + new)

        assert answer.status == 200
        line = Signature.parse(answer.body.decode().rstrip("\n"))
        shown = Note.parse(witness.latest(origin_hash(ORIGIN)).body)
        assert Checkpoint.parse(shown.text).size == new
        assert line in shown.signatures
        assert int.from_bytes(line.blob[:8], "big") == 1000 + new
        assert [key for key, _ in signers(shown, [LOG.key, OWN.key])] == [LOG.key, OWN.key]


def test_the_empty_tree_is_cosigned(witness):
    assert witness.add_checkpoint(ask(0, 0), now=1).status == 200
    assert witness.add_checkpoint(ask(0, 5), now=2).status == 200


def test_a_new_witness_process_remembers(witness, tmp_path):
    witness.add_checkpoint(ask(0, 8), now=1)
    again = Witness(OWN, tmp_path / "witness", [LOG.key])

    answer = again.add_checkpoint(ask(0, 9), now=2)

    assert (answer.status, answer.body, answer.content_type) == (409, b"8\n", "text/x.tlog.size")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"old 1\n", 400),
        (b"old -1\n\n" + note(8), 400),
        (b"old 01\n\n" + note(8), 400),
        (b"new 0\n\n" + note(8), 400),
        (b"old 0\nAAAA\n\n" + note(8), 400),
        (submission(0, [b"\x00" * 32] * 64, note(8)), 400),
        (submission(9, [], note(8)), 400),
        (submission(0, [], note(8, signer=OTHER)), 403),
        (submission(0, [], note(8).replace(b"\n8\n", b"\n9\n")), 403),
        (submission(0, [], note(8, origin="other.example/1")), 404),
        (submission(3, [], note(8)), 409),
        (submission(0, [b"\x00" * 32], note(8)), 422),
    ],
)
def test_refusals_of_a_fresh_witness(witness, body, status):
    assert witness.add_checkpoint(body, now=1).status == status
    assert witness.latest(origin_hash(ORIGIN)).status == 404


def test_refusals_of_a_witness_that_has_seen_eight(witness, tmp_path):
    witness.add_checkpoint(ask(0, 8), now=1)
    forged = [*LEAVES[:4], merkle.leaf_hash(b"forged"), *LEAVES[5:]]
    proof = merkle.consistency_proof(read(forged), 8, 12)

    for body, status in (
        (submission(8, [], note(12)), 422),
        (submission(8, proof, note(12, forged)), 422),
        (submission(8, [], note(8, forged)), 422),
        (submission(8, [b"\x00" * 32], note(8)), 422),
        (submission(0, [], note(12)), 409),
        (submission(4, [], note(8, forged)), 409),
        (submission(8, [], note(4)), 400),
    ):
        assert witness.add_checkpoint(body, now=2).status == status
        assert Checkpoint.parse(Note.parse(witness.latest(origin_hash(ORIGIN)).body).text).size == 8
    kept = {p.read_bytes() for p in (tmp_path / "witness").rglob("evidence/*")}
    assert note(12, forged) in kept, "a signed contradiction is evidence and is kept"
    assert note(8, forged) in kept


def test_an_empty_tree_with_a_root_is_refused(witness):
    text = Checkpoint(ORIGIN, 0, b"\x01" * 32).text

    body = submission(0, [], Note(text, (LOG.sign(text),)).to_bytes())

    assert witness.add_checkpoint(body, now=1).status == 422


def test_of_two_at_once_from_one_size_one_succeeds(witness):
    witness.add_checkpoint(ask(0, 8), now=1)
    bodies = [ask(8, size) for size in range(9, 33)]

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda body: witness.add_checkpoint(body, now=2).status, bodies))

    assert sorted(statuses) == [200] + [409] * 23


def test_nothing_is_answered_that_is_not_on_disk(witness, monkeypatch):
    def full(files):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(witnesses, "write_durably", full)

    with pytest.raises(OSError, match="No space"):
        witness.add_checkpoint(ask(0, 8), now=1)


def test_a_witness_needs_a_key_of_its_own(tmp_path):
    with pytest.raises(ValueError, match="cosigner"):
        Witness(LOG, tmp_path, [LOG.key])
    same = Signer("w.example", LOG.private_key, COSIGNATURE)
    with pytest.raises(ValueError, match="never signs"):
        Witness(same, tmp_path, [LOG.key])


# --- over HTTP -----------------------------------------------------------------------------------


@pytest.fixture
def serve():
    servers = []

    def start(witness):
        server = WitnessServer(("127.0.0.1", 0), witness)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_the_protocol_over_http(witness, serve):
    url = serve(witness).url

    assert requests.post(f"{url}/add-checkpoint", data=ask(0, 8), timeout=5).status_code == 200
    stale = requests.post(f"{url}/add-checkpoint", data=ask(0, 9), timeout=5)
    assert (stale.status_code, stale.text) == (409, "8\n")
    assert stale.headers["Content-Type"] == "text/x.tlog.size"
    shown = requests.get(f"{url}/{origin_hash(ORIGIN)}/checkpoint", timeout=5)
    assert shown.content.startswith(f"{ORIGIN}\n8\n".encode())
    assert requests.get(f"{url}/vkey", timeout=5).text.strip() == str(OWN.key)
    assert requests.get(f"{url}/../witness.pem", timeout=5).status_code == 404
    assert requests.post(f"{url}/add-checkpoint", data=b"x" * 200_000, timeout=5).status_code == 413
    assert requests.post(f"{url}/else", data=b"", timeout=5).status_code == 404


@pytest.fixture
def cosigned_log(log_folder, tmp_path, serve, settings):
    """A log with two witnesses, one of which is dead."""
    record(3)
    services.advance(now=NOW)
    [log_key] = [log.key for log in installed_policy().logs]
    live = serve(Witness(OWN, tmp_path / "w1", [log_key]))
    dead = Signer("dead.example/w", Ed25519PrivateKey.from_private_bytes(b"\x04" * 32), COSIGNATURE)
    policy = (
        f"log {log_key}\nwitness live {OWN.key} {live.url}\n"
        f"witness dead {dead.key} http://127.0.0.1:9/\n"
        "group any-of-them any live dead\nquorum any-of-them\n"
    )
    (tmp_path / "log-policy.txt").write_text(policy)
    return live


@pytest.mark.owner
@pytest.mark.django_db
def test_cosignatures_are_gathered_and_travel_in_receipts(cosigned_log, log_folder, caplog):
    [event_id] = record(1)
    memory = witnessing.Memory()
    services.advance(now=NOW)
    before = (log_folder / "checkpoint").read_bytes()

    assert services.cosign(now=NOW, memory=memory) == ["live"]

    after = (log_folder / "checkpoint").read_bytes()
    assert after.startswith(before)
    assert "witness.example/w" in after.decode()
    assert "The witness dead has not cosigned" in caplog.text
    verified = proofs.verify(selectors.receipt_for(event_id=event_id), installed_policy())
    assert [name for name, _at in verified.witnesses] == ["live"]
    assert services.cosign(now=NOW, memory=memory) == []
    record(300)
    services.advance(now=NOW)
    # Nothing is cosigned yet at this size: the receipt rests on the last size that is.
    assert proofs.verify(selectors.receipt_for(event_id=event_id), installed_policy()).witnesses
    assert services.cosign(now=NOW, memory=memory) == ["live"]
    assert services.cosign(now=NOW, memory=witnessing.Memory()) == []
    assert "dead" not in memory.sizes
    assert not memory.is_due("dead", NOW + timedelta(seconds=1))
    assert memory.is_due("dead", NOW + timedelta(seconds=2))
    assert Cosignature.objects.count() == 2


@pytest.mark.owner
@pytest.mark.django_db
def test_a_witness_that_knows_more_stops_the_sequencer(cosigned_log, log_folder):
    services.cosign(now=NOW, memory=witnessing.Memory())
    sequencer.Sequencer().require_unforked()
    origin = "wasl.example/log"
    log = services.sealing.keys.log_signers()[0]
    more = Checkpoint(origin, 40, merkle.tree_root(read(LEAVES), 40)).text
    note_ = Note(more, (log.sign(more), OWN.cosign(more, 5)))
    home = cosigned_log.witness.folder / origin_hash(origin) / "checkpoint"
    storage.write_durably([(home, note_.to_bytes())])

    with pytest.raises(services.UnableToContinueLog, match="has seen 40 entries"):
        sequencer.Sequencer().require_unforked()


@pytest.mark.owner
@pytest.mark.django_db
def test_a_lying_witness_is_not_believed(cosigned_log, log_folder, monkeypatch, caplog):
    stranger = Signer(OWN.name, Ed25519PrivateKey.from_private_bytes(b"\x09" * 32), COSIGNATURE)
    monkeypatch.setattr(cosigned_log.witness, "signer", stranger)

    assert services.cosign(now=NOW, memory=witnessing.Memory()) == []

    assert "no cosignature of its key" in caplog.text
    assert witnessing.largest_seen(installed_policy(), "wasl.example/log") == {}
