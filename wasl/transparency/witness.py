"""
A witness (c2sp.org/tlog-witness): cosigns a log's checkpoint only if it extends the last one seen.

It needs no database and no Django: a university runs `python -m wasl.transparency.witness`. What it
has cosigned is on its own disk before it answers.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wasl.transparency import merkle
from wasl.transparency.checkpoints import Checkpoint
from wasl.transparency.encoding import NotAccepted, to_base64, to_hash, to_number
from wasl.transparency.notes import COSIGNATURE, Note, Signer, VerifierKey, signers
from wasl.transparency.storage import exclusive, write_durably

log = logging.getLogger("wasl.witness")
TEXT = "text/plain; charset=utf-8"
MAX_PROOF = 63
MAX_BODY = 96 * 1024


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes = b""
    content_type: str = TEXT


@dataclass(frozen=True)
class Submission:
    """What a log asks a witness to cosign."""

    old: int
    path: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint

    @classmethod
    def parse(cls, body: bytes) -> "Submission":
        """The request's body. :raises NotAccepted: when it is malformed."""
        head, blank, note = body.partition(b"\n\n")
        lines = head.decode("ascii", errors="replace").split("\n")
        if not blank or not lines[0].startswith("old "):
            raise NotAccepted("a request is: old <size>, proof lines, an empty line, a checkpoint")
        if len(lines) - 1 > MAX_PROOF:
            raise NotAccepted("the proof has more than 63 lines")
        parsed = Note.parse(note)
        return cls(
            to_number(lines[0].removeprefix("old ")),
            tuple(map(to_hash, lines[1:])),
            parsed,
            Checkpoint.parse(parsed.text),
        )


def submission(old: int, path: Sequence[bytes], note: bytes) -> bytes:
    """The body that asks for a cosignature."""
    proof = "".join(f"{to_base64(value)}\n" for value in path)
    return f"old {old}\n{proof}\n".encode() + note


def origin_hash(origin: str) -> str:
    """Under which name a witness shows what it has seen of the log of this origin."""
    return hashlib.sha256(origin.encode()).hexdigest()


class Witness:
    """One key, one folder, and the logs it watches."""

    def __init__(self, signer: Signer, folder: Path, logs: Sequence[VerifierKey]) -> None:
        if signer.kind != COSIGNATURE:
            raise ValueError("a witness signs with a cosigner's key")
        if any(key.public_key == signer.key.public_key for key in logs):
            raise ValueError("a witness never signs with the key of a log")
        self.signer = signer
        self.folder = folder
        self.logs = tuple(logs)

    def add_checkpoint(self, body: bytes, *, now: int) -> Answer:
        """
        This function will cosign the checkpoint if it extends the last one seen, as one step.

        `now`: seconds since 1970. The new state is on disk before the answer is made.
        """
        try:
            asked = Submission.parse(body)
        except NotAccepted as error:
            return _refusal(400, error)
        known = [key for key in self.logs if key.name == asked.checkpoint.origin]
        if not known:
            return Answer(404, b"this witness does not watch that log\n")
        try:
            signed = signers(asked.note, known)
        except NotAccepted as error:
            return _refusal(403, error)
        if not signed:
            return Answer(403, b"the log has not signed this checkpoint\n")
        with exclusive(self._home(asked.checkpoint.origin) / ".lock"):
            # Of the log's note only what the log itself signed is kept.
            return self._decide(
                asked, Note(asked.note.text, tuple(line for _k, line in signed)), now
            )

    def _decide(self, asked: Submission, note: Note, now: int) -> Answer:
        seen = self._seen(asked.checkpoint.origin)
        size = seen.size if seen else 0
        new = asked.checkpoint
        if asked.old > new.size:
            return Answer(400, b"the old size is greater than the checkpoint's\n")
        if seen and new.size == seen.size and new.root != seen.root:
            self._keep_evidence(note)
        if asked.old != size:
            return Answer(409, f"{size}\n".encode(), "text/x.tlog.size")
        try:
            _require_growth(seen, asked)
        except NotAccepted as error:
            self._keep_evidence(note)
            return _refusal(422, error)
        line = self.signer.cosign(note.text, now)
        path = self._home(new.origin) / "checkpoint"
        write_durably([(path, note.with_signatures([line]).to_bytes())])
        return Answer(200, str(line).encode())

    def latest(self, name: str) -> Answer:
        """The last cosigned checkpoint of the log whose origin has this SHA-256, in hex."""
        if name in {origin_hash(key.name) for key in self.logs}:
            path = self.folder / name / "checkpoint"
            if path.is_file():
                return Answer(200, path.read_bytes())
        return Answer(404, b"nothing is known of that log\n")

    def _home(self, origin: str) -> Path:
        return self.folder / origin_hash(origin)

    def _seen(self, origin: str) -> Checkpoint | None:
        path = self._home(origin) / "checkpoint"
        if not path.is_file():
            return None
        return Checkpoint.parse(Note.parse(path.read_bytes()).text)

    def _keep_evidence(self, note: Note) -> None:
        """A signed checkpoint that contradicts what was seen proves that the log cheated."""
        checkpoint = Checkpoint.parse(note.text)
        name = hashlib.sha256(note.text.encode()).hexdigest()
        folder = self._home(checkpoint.origin) / "evidence"
        if len(list(folder.glob("*"))) < 10_000:
            write_durably([(folder / name, note.to_bytes())])
        log.error(
            "The log %s signed a checkpoint of size %s that contradicts what this witness "
            "has seen. It is kept in %s.",
            checkpoint.origin,
            checkpoint.size,
            folder / name,
        )


def _require_growth(seen: Checkpoint | None, asked: Submission) -> None:
    new = asked.checkpoint
    if new.size == 0 and new.root != merkle.EMPTY_ROOT:
        raise NotAccepted("the root of the empty tree is wrong")
    if seen is None or seen.size == 0:
        # A proof from nothing is empty; the strict check knows no size 0.
        if asked.path:
            raise NotAccepted("a proof from size 0 is empty")
        return
    merkle.check_consistency(
        old=seen.size, new=new.size, old_root=seen.root, new_root=new.root, path=asked.path
    )


def _refusal(status: int, error: NotAccepted) -> Answer:
    return Answer(status, f"{error}\n".encode())
