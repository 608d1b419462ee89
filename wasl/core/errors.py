"""What could not be done, said to people. Every service error of Wasl descends from `Unable`."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Unable(Exception):
    """
    Something could not be done; the message says what happened and what to do.

    A subclass stands beside the function that raises it and sets `code` (UPPER_SNAKE, stable) and
    `message` (translated, may hold named placeholders such as %(limit)s).
    """

    code: ClassVar[str] = "UNABLE"
    message: ClassVar[str | Promise] = _("This could not be done. Nothing was changed.")

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.code)

    def __str__(self) -> str:
        text = str(self.message)
        return text % self.values if self.values else text
