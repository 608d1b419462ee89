"""The clock of a stand-in, which tests and the operator may move."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Real time, and an offset."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        """Aware, in UTC."""
        return datetime.now(UTC) + self.offset

    def move(self, by: timedelta) -> None:
        """Forward or back."""
        self.offset += by
