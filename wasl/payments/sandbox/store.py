"""What a stand-in remembers: rows in memory and, if wanted, in a file that outlives a restart."""

import json
import os
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")


class Store(Generic[Row]):
    """
    Rows of one dataclass, by key. Change them under `lock`, and `save` what was changed.

    The file is a journal: one line per change, so that a change costs the same however many rows
    there are; it is written anew at the start.
    """

    def __init__(self, row: type[Row], file: Path | None = None) -> None:
        self.lock = threading.RLock()
        self.rows: dict[str, Row] = {}
        self._row, self._file = row, file
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.exists():
                self._load(file)

    def save(self, key: str, row: Row) -> None:
        """Keep a row, new or changed."""
        with self.lock:
            self.rows[key] = row
            if self._file is not None:
                with self._file.open("a", encoding="utf-8") as journal:
                    journal.write(self._line(key, row))

    def get(self, key: str) -> Row | None:
        """A row."""
        with self.lock:
            return self.rows.get(key)

    def newest(self, number: int = 50) -> list[tuple[str, Row]]:
        """The last rows, newest first."""
        with self.lock:
            return list(self.rows.items())[-number:][::-1]

    @staticmethod
    def _line(key: str, row: Any) -> str:
        return json.dumps([key, asdict(row)], ensure_ascii=False) + "\n"

    def _load(self, file: Path) -> None:
        try:
            for line in file.read_text(encoding="utf-8").splitlines():
                key, values = json.loads(line)
                self.rows[key] = self._row(**values)
        except (ValueError, TypeError):
            self.rows = {}
            file.rename(file.with_suffix(".unreadable"))
            return
        beside = file.with_suffix(".new")
        with beside.open("w", encoding="utf-8") as journal:
            journal.writelines(self._line(key, row) for key, row in self.rows.items())
        os.replace(beside, file)
