"""Iraqi mobile numbers, as people type them and as they are shown."""

import re
import unicodedata

import phonenumbers
from django.utils.translation import gettext_lazy as _

from wasl.core.arabic import to_western_digits
from wasl.core.errors import Unable

# Isolated (U+2066 … U+2069): within Arabic text the groups would change places. The spaces do not
# break, so that a number stays on one line.
EXAMPLE = "\u20660770\u00a0123\u00a04567\u2069"
_TRUNK = re.compile(r"\(\s*0\s*\)")
_ALLOWED = re.compile(r"[0-9+()\-./\s]+")


class UnableToReadPhone(Unable):
    """The text is no Iraqi mobile number."""

    code = "UNREADABLE_PHONE"
    message = _("This is not an Iraqi mobile number. Write it like %(example)s.")

    def __init__(self) -> None:
        super().__init__(example=EXAMPLE)


def parse(text: str) -> str:
    """
    The number in the form +9647701234567.

    Welcome are 0770…, ٠٧٧٠…, 770…, 964770…, 00964770…, +964 (0)770…, with spaces, dashes, brackets.
    :raises UnableToReadPhone: when it is another country's, a landline, too long or too short.
    """
    if len(text) > 40:
        raise UnableToReadPhone
    # Copied numbers bring invisible direction marks along.
    plain = "".join(c for c in to_western_digits(text) if unicodedata.category(c) != "Cf").strip()
    if not _ALLOWED.fullmatch(plain):
        raise UnableToReadPhone
    plain = _TRUNK.sub("", plain)
    digits = re.sub(r"\D", "", plain)
    if digits.startswith("00"):
        digits = digits[2:]
    if digits.startswith("964"):
        digits = digits[3:]
    elif plain.startswith("+"):
        raise UnableToReadPhone
    try:
        number = phonenumbers.parse(f"+964{digits.removeprefix('0')}")
    except phonenumbers.NumberParseException:
        raise UnableToReadPhone from None
    kind = phonenumbers.number_type(number)
    if not phonenumbers.is_valid_number(number) or kind != phonenumbers.PhoneNumberType.MOBILE:
        raise UnableToReadPhone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shown(phone: str) -> str:
    """The number as people in Iraq write it: 0770 123 4567."""
    national = "0" + phone.removeprefix("+964")
    return f"{national[:4]}\u00a0{national[4:7]}\u00a0{national[7:]}"


def masked(phone: str) -> str:
    """Enough of the number to recognise one's own: 0770 ••• ••67."""
    national = "0" + phone.removeprefix("+964")
    return f"{national[:4]}\u00a0•••\u00a0••{national[-2:]}"
