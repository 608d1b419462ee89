"""How many text messages a text costs (3GPP TS 23.038): one or more parts, in GSM-7 or UCS-2."""

_GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = set("^{}\\[~]|€\f")  # each takes two places


def is_gsm(text: str) -> bool:
    """Whether the text fits the seven-bit alphabet. One Arabic letter, and it does not."""
    return all(c in _GSM or c in _EXTENDED for c in text)


def units(text: str) -> int:
    """The length in the units of its alphabet: septets, or UTF-16 code units."""
    if is_gsm(text):
        return sum(2 if c in _EXTENDED else 1 for c in text)
    return len(text.encode("utf-16-be")) // 2


def sms_parts(text: str) -> int:
    """The number of parts: 160 or 153 each in GSM-7, 70 or 67 each in UCS-2."""
    single, each = (160, 153) if is_gsm(text) else (70, 67)
    length = units(text)
    return 1 if length <= single else -(-length // each)
