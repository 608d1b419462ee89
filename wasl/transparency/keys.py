"""
The log's signing key. Only the sequencer reads it; pages show its public half.

One key, one purpose: it signs checkpoints and nothing else.
"""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wasl.core.errors import Unable
from wasl.transparency import keyfiles
from wasl.transparency.checkpoints import require_origin
from wasl.transparency.notes import Signer
from wasl.transparency.storage import write_durably


class UnableToSign(Unable):
    """The log has no signing key. A key is made on purpose, once, and backed up."""

    code = "NO_LOG_KEY"
    message = _(
        "The log has no signing key in %(path)s. Make one with “wasl log keygen”, keep a copy "
        "offline under the control of two persons, then start again."
    )


def log_signers() -> list[Signer]:
    """
    The log's key, and behind it the former one while it is being replaced.

    Demo and embedded installations make a key on first use; production never does.

    :raises UnableToSign: when the key file is missing.
    """
    origin = settings.WASL_LOG_ORIGIN
    require_origin(origin)
    path = Path(settings.WASL_LOG_KEY_FILE)
    may_make = settings.WASL_DEMO or settings.WASL_EMBEDDED_DATABASE
    try:
        current = keyfiles.load_or_make(path) if may_make else keyfiles.load(path)
        signers = [Signer(origin, current)]
        if settings.WASL_LOG_FORMER_KEY_FILE:
            former = keyfiles.load(Path(settings.WASL_LOG_FORMER_KEY_FILE))
            signers.append(Signer(origin, former))
    except keyfiles.KeyFileMissing as error:
        raise UnableToSign(path=str(error)) from error
    return signers


def publish_vkeys() -> None:
    """This function will write the public halves beside the log's files, for the web server."""
    path = Path(settings.WASL_LOG_DIR) / "vkey"
    content = "".join(f"{signer.key}\n" for signer in log_signers()).encode()
    if not path.is_file() or path.read_bytes() != content:
        write_durably([(path, content)])
