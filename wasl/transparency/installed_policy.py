"""The policy that this installation publishes: its log, its witnesses, its quorum."""

from pathlib import Path

from django.conf import settings

from wasl.transparency.policies import Policy


def text() -> str:
    """
    The policy file, or the log alone without witnesses when there is none.

    Empty while the log has not shown its key yet.
    """
    path = _path()
    if path.is_file():
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    vkeys = Path(settings.WASL_LOG_DIR) / "vkey"
    if not vkeys.is_file():
        return ""
    lines = [f"log {vkey}" for vkey in vkeys.read_text().split()]
    return "\n".join([*lines, "quorum none", ""])


def load() -> Policy:
    """The parsed policy. :raises NotAccepted: when the file is not one."""
    return Policy.parse(text().encode("utf-8", errors="surrogateescape") or b"quorum none\n")


def _path() -> Path:
    return Path(settings.WASL_LOG_POLICY_FILE or Path(settings.DATA_DIR) / "log-policy.txt")
