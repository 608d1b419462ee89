"""Files for protected reports stay in memory until they are cleaned and sealed: no disk sees them."""

from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler, SkipFile

MOST_FILES = 4
MOST_FILE_BYTES = 8 * 1024 * 1024
MOST_BYTES = MOST_FILES * MOST_FILE_BYTES + 512 * 1024


class InMemoryOnly(MemoryFileUploadHandler):
    """Takes every file into memory, whatever its size; Django's own would put larger ones on disk."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """The view has refused what is too long as a whole."""
        self.activated = True
        self._taken = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """A piece of a file. A longer one than is allowed is dropped: its form says so."""
        self._taken += len(raw_data)
        if self._taken > MOST_BYTES:
            raise SkipFile
        return super().receive_data_chunk(raw_data, start)
