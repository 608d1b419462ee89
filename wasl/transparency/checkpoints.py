"""Checkpoints: what a log says of itself (c2sp.org/tlog-checkpoint)."""

from dataclasses import dataclass

from wasl.transparency.encoding import NotAccepted, to_base64, to_hash, to_number
from wasl.transparency.notes import require_name


@dataclass(frozen=True)
class Checkpoint:
    """The size and the root of the log of this origin."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """
        The checkpoint in a note's text. Extension lines are allowed by the format; nobody can audit
        them, so they carry no meaning here.

        :raises NotAccepted: when the text is not a checkpoint.
        """
        if not text.endswith("\n"):
            raise NotAccepted("a checkpoint ends with a newline")
        lines = text[:-1].split("\n")
        if len(lines) < 3 or not all(lines):
            raise NotAccepted("a checkpoint has an origin, a size and a root, and no empty line")
        return cls(lines[0], to_number(lines[1]), to_hash(lines[2]))

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


def require_origin(origin: str) -> None:
    """Accept only what may be a log's origin. :raises NotAccepted: otherwise."""
    require_name(origin)
    if "://" in origin or origin.endswith("/"):
        raise NotAccepted("an origin is an address without its scheme and its last slash")
