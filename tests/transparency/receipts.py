"""A small cosigned log in memory, receipts of it, and every way to spoil one."""

import re
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from wasl.transparency import jcs, merkle
from wasl.transparency.checkpoints import Checkpoint
from wasl.transparency.encoding import from_base64, to_base64
from wasl.transparency.notes import COSIGNATURE, Note, Signer
from wasl.transparency.proofs import Disclosure, Receipt


def signer(seed, name, kind=1):
    return Signer(name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32), kind)


LOG = signer(1, "wasl.example/log")
WITNESS = signer(2, "witness.example/uni", COSIGNATURE)
STRANGER = signer(3, "wasl.example/log")
SALT = sha256(b"salt").digest()
PAYLOAD = jcs.canonical({"kind": "casework.case.submitted", "data": {"load": 5, "name": "علي"}})
POLICY = f"log {LOG.key}\nwitness university {WITNESS.key}\nquorum university\n"


def leaf(number):
    return jcs.canonical(
        {
            "v": 1, "type": "casework.case.submitted", "log_time": "2026-11-23T10:00Z",
            "case": f"pseudonym-{number}", "seq": 1, "prev": "", "actor_role": "", "office": "KARKH",
            "payload_commit": to_base64(sha256(SALT + PAYLOAD).digest()), "public": {},
        }
    )  # fmt: skip


def make(index=5, size=13, *, log=LOG, witnesses=(WITNESS,), origin="wasl.example/log"):
    hashes = [merkle.leaf_hash(leaf(number)) for number in range(size)]

    def read(level, at):
        return merkle.full_root(hashes[at << level : (at + 1) << level])

    text = Checkpoint(origin, size, merkle.tree_root(read, size)).text
    lines = (log.sign(text), *(w.cosign(text, 1_795_000_000) for w in witnesses))
    extra = Disclosure(leaf(index), SALT, PAYLOAD).to_bytes()
    return Receipt(
        index, tuple(merkle.inclusion_proof(read, index, size)), Note(text, lines), extra
    )


def replaced(old, new):
    good = make().to_bytes()
    assert old in good
    return good.replace(old, new, 1)


def with_extra(old, new):
    extra = make().extra
    assert old in extra
    good = make()
    return Receipt(good.index, good.path, good.note, extra.replace(old, new, 1)).to_bytes()


def _path_line(number):
    return make().to_bytes().split(b"\n")[3 + number]


def _flipped(line):
    raw = bytearray(from_base64(line.decode()))
    raw[7] ^= 1
    return to_base64(bytes(raw)).encode()


def _flip_signature(number):
    lines = re.findall(rb"\xe2\x80\x94 \S+ (\S+)\n", make().to_bytes())
    raw = bytearray(from_base64(lines[number].decode()))
    raw[30] ^= 1
    return replaced(lines[number], to_base64(bytes(raw)).encode())


SPOILED = {
    "leaf altered": with_extra(b"pseudonym-5", b"pseudonym-6"),
    "leaf and commitment altered": with_extra(b'"office":"KARKH"', b'"office":"SADR"'),
    "payload altered": with_extra(b'"load":5', b'"load":6'),
    "salt altered": with_extra(to_base64(SALT).encode(), to_base64(sha256(b"x").digest()).encode()),
    "path hash altered": replaced(_path_line(1), _flipped(_path_line(1))),
    "path too short": replaced(_path_line(3) + b"\n", b""),
    "path too long": replaced(_path_line(3) + b"\n", (_path_line(3) + b"\n") * 2),
    "path hash cut": replaced(_path_line(0), b"AAAA"),
    "index altered": replaced(b"index 5\n", b"index 4\n"),
    "index past the end": replaced(b"index 5\n", b"index 13\n"),
    "size altered": replaced(b"\n13\n", b"\n14\n"),
    "origin altered": replaced(b"\n\nwasl.example/log\n", b"\n\nwasl.example/lox\n"),
    "log signature altered": _flip_signature(0),
    "witness signature altered": _flip_signature(1),
    "another log's key": make(log=STRANGER).to_bytes(),
    "another origin": make(origin="other.example/log").to_bytes(),
    "no witness": make(witnesses=()).to_bytes(),
    "header altered": replaced(b"tlog-proof@v1", b"tlog-proof@v2"),
    "no leaf": replaced(make().to_bytes().split(b"\n")[1] + b"\n", b""),
    "line ends changed": make().to_bytes().replace(b"\n", b"\r\n"),
    "dash changed": replaced("—".encode(), b"-"),
    "empty": b"",
}
