"""Where the local system keeps what: everything lies below one data folder."""

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path

from wasl.launcher.console import UnableToStart

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Places:
    """The data folder (`WASL_DATA_DIR`, by default `var` in the project) and what lies in it."""

    data: Path

    @classmethod
    def of_environment(cls) -> "Places":
        given = os.environ.get("WASL_DATA_DIR", "")
        return cls(Path(given).expanduser().absolute() if given else ROOT / "var")

    @property
    def secrets(self) -> Path:
        return self.data / "secrets.env"

    @property
    def run_lock(self) -> Path:
        return self.data / "run.lock"

    @property
    def children(self) -> Path:
        """The processes of the start that is running, or that was killed."""
        return self.data / "children.json"

    @property
    def database_lock(self) -> Path:
        return self.data / "database.lock"

    @property
    def database_users(self) -> Path:
        """Held, shared, by every command that uses the embedded database."""
        return self.data / "database.users"

    @property
    def database_log(self) -> Path:
        return self.data / "logs" / "postgres.log"

    @property
    def demo_is_loading(self) -> Path:
        """Exists while demo data are being loaded, so that a killed load is recognised."""
        return self.data / "demo.loading"

    def make(self) -> None:
        """
        This function will make the data folder as the umask says, with private folders in it.

        :raises UnableToStart: when it belongs to somebody else.
        """
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            for private in ("files", "keys", "logs"):
                (self.data / private).mkdir(mode=0o700, exist_ok=True)
            (self.data / "logs" / ".writable").touch()
        except PermissionError as error:
            raise UnableToStart(
                f"The folder {self.data} cannot be written by this user ({error.strerror}). Start "
                "as the user who made it, or name another: WASL_DATA_DIR=/some/folder make run"
            ) from None
        except OSError as error:
            raise UnableToStart(
                f"The data folder {self.data} cannot be made: {error.strerror}."
            ) from None


class Lock:
    """A file lock that the kernel gives back when its holder ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self, *, is_shared: bool = False, is_patient: bool = False, **told: object) -> bool:
        """
        This function will try to take the lock; false when somebody else has it.

        What is `told` can be read by who finds the lock taken.
        """
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        kind = fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX
        try:
            fcntl.flock(file, kind if is_patient else kind | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        if told:
            os.ftruncate(file, 0)
            os.write(file, json.dumps(told).encode())
        self.release()
        self._file = file
        return True

    def release(self) -> None:
        """This function will give the lock back, if it is held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def told(self) -> dict[str, object]:
        """What the holder has told; empty when it has told nothing."""
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}
