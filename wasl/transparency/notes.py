"""Signed notes and verifier keys (c2sp.org/signed-note)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from wasl.transparency import ed25519
from wasl.transparency.encoding import NotAccepted, from_base64, to_base64

ED25519 = 0x01
COSIGNATURE = 0x04
MAX_SIGNATURES = 64
MAX_BYTES = 64 * 1024
_DASH = "\u2014"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_HEX8 = re.compile(r"[0-9a-f]{8}")


def require_name(name: str) -> None:
    """Accept only what may name a key. :raises NotAccepted: otherwise."""
    if not name or "+" in name or any(c.isspace() for c in name) or _CONTROL.search(name):
        raise NotAccepted(f"not a key name: {name[:60]!r}")


def key_id(name: str, kind: int, public_key: bytes) -> bytes:
    """The four bytes by which a note refers to a key."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public_key).digest()[:4]


@dataclass(frozen=True)
class VerifierKey:
    """A public key with its name and type, written as a vkey."""

    name: str
    kind: int
    public_key: bytes

    def __post_init__(self) -> None:
        require_name(self.name)
        if self.kind not in (ED25519, COSIGNATURE):
            raise NotAccepted(f"keys of type {self.kind:#04x} are not read here")
        ed25519.require_sound_key(self.public_key)

    @classmethod
    def parse(cls, vkey: str) -> "VerifierKey":
        """The key of a vkey. :raises NotAccepted: also when its printed key ID is not its own."""
        parts = vkey.split("+", 2)  # base64 may hold further plus signs
        if len(parts) != 3 or not _HEX8.fullmatch(parts[1]):
            raise NotAccepted(f"not a verifier key: {vkey[:80]!r}")
        blob = from_base64(parts[2])
        if len(blob) != 33:
            raise NotAccepted("an Ed25519 verifier key holds a type and 32 bytes")
        key = cls(parts[0], blob[0], blob[1:])
        if key.key_id.hex() != parts[1]:
            raise NotAccepted(f"the key ID of {parts[0]} is {key.key_id.hex()}, not {parts[1]}")
        return key

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a note refers to this key."""
        return key_id(self.name, self.kind, self.public_key)

    def __str__(self) -> str:
        encoded = to_base64(bytes([self.kind]) + self.public_key)
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    def has_signed(self, text: str, blob: bytes) -> bool:
        """Whether the signature (or timestamped cosignature) over the note's text is good."""
        if self.kind == ED25519:
            return len(blob) == 64 and ed25519.is_signed(self.public_key, text.encode(), blob)
        if len(blob) != 72:
            return False
        message = cosigned_message(text, int.from_bytes(blob[:8], "big"))
        return ed25519.is_signed(self.public_key, message, blob[8:])


def cosigned_message(text: str, timestamp: int) -> bytes:
    """What a witness signs: the time, and the whole checkpoint (c2sp.org/tlog-cosignature)."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


@dataclass(frozen=True)
class Signature:
    """One signature line of a note."""

    name: str
    key_id: bytes
    blob: bytes

    @classmethod
    def parse(cls, line: str) -> "Signature":
        """The signature of a line. :raises NotAccepted: when it is not one."""
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != _DASH:
            raise NotAccepted(f"not a signature line: {line[:80]!r}")
        require_name(parts[1])
        data = from_base64(parts[2])
        if len(data) < 5:
            raise NotAccepted("a signature line holds a key ID and a signature")
        return cls(parts[1], data[:4], data[4:])

    def __str__(self) -> str:
        return f"{_DASH} {self.name} {to_base64(self.key_id + self.blob)}\n"


@dataclass(frozen=True)
class Note:
    """A text, ending in a newline, and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...] = ()

    @classmethod
    def parse(cls, raw: bytes) -> "Note":
        """The note in these bytes. :raises NotAccepted: when they are not a signed note."""
        if len(raw) > MAX_BYTES:
            raise NotAccepted("the note is too long")
        try:
            whole = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise NotAccepted("the note is not UTF-8") from error
        if _CONTROL.search(whole):
            raise NotAccepted("the note holds control characters (were its line ends changed?)")
        text, blank, signed = whole.rpartition("\n\n")
        if not blank or not signed.endswith("\n"):
            raise NotAccepted("a note is a text, an empty line and signature lines")
        lines = signed[:-1].split("\n")
        if len(lines) > MAX_SIGNATURES:
            raise NotAccepted("the note has too many signatures")
        return cls(text + "\n", tuple(Signature.parse(line) for line in lines))

    def with_signatures(self, more: Iterable[Signature]) -> "Note":
        """The same note with further signature lines; a line it already has is not repeated."""
        added = [line for line in more if line not in self.signatures]
        return Note(self.text, (*self.signatures, *added))

    def __str__(self) -> str:
        return self.text + "\n" + "".join(map(str, self.signatures))

    def to_bytes(self) -> bytes:
        """The note as it is published."""
        return str(self).encode()


def signers(note: Note, known: Iterable[VerifierKey]) -> list[tuple[VerifierKey, Signature]]:
    """
    Who of the known keys has signed the note. Lines of unknown keys are ignored.

    :raises NotAccepted: when a line of a known key does not verify: then nothing here is trusted.
    """
    by_identity = {(key.name, key.key_id): key for key in known}
    found = []
    for line in note.signatures:
        key = by_identity.get((line.name, line.key_id))
        if key is None:
            continue
        if not key.has_signed(note.text, line.blob):
            raise NotAccepted(f"the signature of {line.name} is wrong")
        found.append((key, line))
    return found


@dataclass(frozen=True)
class Signer:
    """A private key with its name."""

    name: str
    private_key: Ed25519PrivateKey
    kind: int = ED25519

    @property
    def key(self) -> VerifierKey:
        """The public half."""
        raw = self.private_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return VerifierKey(self.name, self.kind, raw)

    def sign(self, text: str) -> Signature:
        """A plain signature over a note's text. Only for keys of type 0x01."""
        if self.kind != ED25519:
            raise ValueError("this key cosigns")
        return Signature(self.name, self.key.key_id, self.private_key.sign(text.encode()))

    def cosign(self, text: str, timestamp: int) -> Signature:
        """A timestamped cosignature (seconds since 1970). Only for keys of type 0x04."""
        if self.kind != COSIGNATURE:
            raise ValueError("this key does not cosign")
        signed = self.private_key.sign(cosigned_message(text, timestamp))
        return Signature(self.name, self.key.key_id, timestamp.to_bytes(8, "big") + signed)
