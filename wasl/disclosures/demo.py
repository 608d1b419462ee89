"""What the demonstration offers openly, and a real installation never has: a key, and receipts."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

PASSPHRASE = "demonstration only"  # noqa: S105 (told to everybody)


@dataclass(frozen=True)
class Offered:
    """The demonstration officer's key file, and the receipt of a report that is in dialogue."""

    key: str
    receipt: str


def keep(offered: Offered) -> None:
    """This function will keep what the demonstration page offers, in its data folder."""
    _file().parent.mkdir(parents=True, exist_ok=True)
    _file().write_text(json.dumps(asdict(offered)), encoding="utf-8")


def offered() -> Offered | None:
    """What is offered; None outside a demonstration, and before it is loaded."""
    if not settings.WASL_DEMO:
        return None
    try:
        return Offered(**json.loads(_file().read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _file() -> Path:
    return Path(settings.DATA_DIR) / "demo-disclosures.json"
