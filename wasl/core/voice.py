"""
Recordings of somebody's voice, made harmless: decoded and encoded anew, with nothing but the sound.

As with photographs, no byte of the sender's file is kept: no position, no device, no pictures. The
work is done by a process of its own (`voice_worker.py`). The library is an extra: without it no
recordings are asked for, and everything else stands.
"""

import functools
import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from wasl.core import voice_worker
from wasl.core.uploads import CleanUpload, FileIsEmpty, FileIsTooLarge, UnableToAcceptFile

CONTENT_TYPE = "audio/mp4"
MAX_BYTES = 6 * 1024 * 1024
_WORKER = Path(voice_worker.__file__)
_PATIENCE_SECONDS = 30


class FileIsNoRecording(UnableToAcceptFile):
    """Nothing that one could listen to, whatever its name says."""

    code = "FILE_NO_RECORDING"
    message = _("This is no recording that we can play. Record it again, or write instead.")


class RecordingIsTooLong(UnableToAcceptFile):
    """More minutes than anybody listens to."""

    code = "RECORDING_TOO_LONG"
    message = _("The recording is longer than %(minutes)s minutes. Say it more briefly.")


@functools.cache
def is_available() -> bool:
    """Whether recordings can be taken here: whether the library for them is installed."""
    return importlib.util.find_spec("av") is not None


def accept(file: BinaryIO) -> CleanUpload:
    """
    This function will read a recording from outside and give its harmless copy, AAC in MP4.

    :raises UnableToAcceptFile: (or a class below it) when it is refused, with the reason in words.
    """
    content = file.read(MAX_BYTES + 1)
    if not content:
        raise FileIsEmpty
    if len(content) > MAX_BYTES:
        raise FileIsTooLarge(limit=MAX_BYTES // (1024 * 1024))
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no argument from outside
            [sys.executable, "-I", str(_WORKER)],
            input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={},
            timeout=_PATIENCE_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise FileIsNoRecording from None
    if done.returncode == voice_worker.TOO_LONG:
        raise RecordingIsTooLong(minutes=voice_worker.MAX_SECONDS // 60)
    if done.returncode != 0 or not done.stdout:
        raise FileIsNoRecording
    return CleanUpload(content=done.stdout, content_type=CONTENT_TYPE)
