"""
Account numbers: two digits of the directorate, seven counted, and a check digit.

The check is Damm's (2004): it finds every wrong digit and every exchange of two neighbours, the two
mistakes that people make with a number on a bill.
"""

from django.utils.translation import gettext_lazy as _

from wasl.core.arabic import to_western_digits
from wasl.core.errors import Unable

_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
LENGTH = 10


class UnableToReadAccountNo(Unable):
    """The text is no account number: a digit is wrong or missing."""

    code = "UNREADABLE_ACCOUNT_NO"
    message = _(
        "This account number does not look right. It has ten digits, for example %(example)s."
    )

    def __init__(self) -> None:
        super().__init__(example=shown(number(1, 123)))


def _check(digits: str) -> str:
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


def number(directorate_id: int, sequence: int) -> str:
    """The account number of a directorate's so-and-so-many-th account."""
    if not (1 <= directorate_id <= 99 and 1 <= sequence <= 9_999_999):
        raise ValueError(f"no account number for {directorate_id}, {sequence}")
    digits = f"{directorate_id:02d}{sequence:07d}"
    return digits + _check(digits)


def parse(text: str) -> str:
    """
    The ten digits of what somebody typed: spaces, hyphens and Arabic digits are welcome.

    :raises UnableToReadAccountNo: when it has another length, or the check digit is wrong.
    """
    digits = "".join(c for c in to_western_digits(text) if not c.isspace() and c not in "-–/.")
    if len(digits) != LENGTH or not (digits.isascii() and digits.isdigit()):
        raise UnableToReadAccountNo
    if _check(digits) != "0":
        raise UnableToReadAccountNo
    return digits


def shown(account_no: str) -> str:
    """The number in groups, as on a bill: 01-0000123-4."""
    return f"{account_no[:2]}-{account_no[2:9]}-{account_no[9:]}"


def directorate_of(account_no: str) -> int:
    """The directorate that a number belongs to."""
    return int(account_no[:2])
