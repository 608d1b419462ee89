"""Arabic text as people type it: digits of three scripts, and letters that look alike."""

import re
import unicodedata

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_FOLD = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ھ": "ه"}
    | {"ؤ": "و", "ئ": "ي", "ـ": ""}
)
# Only A to Z: what other capitals become depends on the locale, and PostgreSQL differs.
_SMALL = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_MARKS = re.compile("[\u064b-\u065f\u0670\u200c-\u200f\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile(r"\s+")


def to_western_digits(text: str) -> str:
    """The text with Arabic-Indic (٠١٢) and Persian (۰۱۲) digits turned to 012."""
    return text.translate(_DIGITS)


def to_eastern_digits(text: str) -> str:
    """The text with 012 turned to ٠١٢."""
    return text.translate(_EASTERN)


def normalise(text: str) -> str:
    """
    The text folded for search: no tashkeel or tatweel, one form for أ/إ/آ/ا, ى/ي, ة/ه, a/A.

    The SQL function `ar_norm` is its twin; a test holds the two together.
    """
    folded = unicodedata.normalize("NFC", text)
    folded = _MARKS.sub("", folded).translate(_FOLD)
    return _SPACES.sub(" ", to_western_digits(folded)).strip().translate(_SMALL)
