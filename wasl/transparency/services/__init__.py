"""
Writing the log, in four steps, each of which may be cut short at any point and run again.

`integrate` moves events from the outbox into leaves (one transaction). `seal` writes the tiles,
checks that the tree extends what was signed before, signs, and commits the signature to the
database. `publish` then shows it as a file. `cosign` asks the witnesses. docs/adr/0021.
"""

from wasl.transparency.services.cosigning import cosign
from wasl.transparency.services.integration import integrate
from wasl.transparency.services.sealing import (
    UnableToContinueLog,
    UnableToWriteLog,
    advance,
    publish,
    seal,
)

__all__ = [
    "UnableToContinueLog",
    "UnableToWriteLog",
    "advance",
    "cosign",
    "integrate",
    "publish",
    "seal",
]
