"""
A receipt small enough for one QR code on paper.

The text, with `extra` unpacked, is deflated and written as one long decimal number: QR codes hold
digits most densely, and a web address may carry them. Behind the `#` of an address a browser keeps
them to itself, so that scanning opens the verification page without telling the server anything.
"""

import zlib
from typing import Any

import segno

from wasl.transparency.encoding import NotAccepted, from_base64, to_base64
from wasl.transparency.proofs import HEADER, Receipt

PREFIX = "r1."
MAX_TEXT = 256 * 1024
_AT_ONCE = 4000


def to_digits(receipt: Receipt) -> str:
    """The receipt as decimal digits, behind `r1.`."""
    head, _blank, note = receipt.to_bytes().partition(b"\n\n")
    lines = head.split(b"\n")[1:]
    if lines[0].startswith(b"extra "):
        lines[0] = b"extra\n" + from_base64(lines[0][6:].decode())
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    packed = packer.compress(b"\n".join(lines) + b"\n\n" + note) + packer.flush()
    return PREFIX + decimal(int.from_bytes(b"\x01" + packed, "big"))


def decimal(number: int) -> str:
    """The number in decimals. Python alone refuses to write more than 4,300 at once."""
    high, low = divmod(number, 10**_AT_ONCE)
    return f"{decimal(high)}{low:0{_AT_ONCE}d}" if high else str(low)


def from_digits(code: str) -> Receipt:
    """The receipt behind the digits. :raises NotAccepted: when they hold none."""
    digits = code.rpartition("#")[2].strip().removeprefix(PREFIX)
    if not digits.isascii() or not digits.isdigit() or len(digits) > 2 * _AT_ONCE:
        raise NotAccepted("this is not the text of a receipt's code")
    head, rest = digits[:_AT_ONCE], digits[_AT_ONCE:]
    number = int(head) * 10 ** len(rest) + int(rest or "0")
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    try:
        unpacker = zlib.decompressobj(-15)
        text, _blank, note = unpacker.decompress(raw[1:], MAX_TEXT).partition(b"\n\n")
    except zlib.error as error:
        raise NotAccepted("the code is damaged") from error
    lines = text.split(b"\n")
    if lines[0] == b"extra" and len(lines) > 4:
        packed_extra = to_base64(b"\n".join(lines[1:4]))
        lines[:4] = [f"extra {packed_extra}".encode()]
    return Receipt.parse(b"\n".join([HEADER.encode(), *lines]) + b"\n\n" + note)


def qr_svg(receipt: Receipt, *, page: str) -> str:
    """
    The code as an SVG picture. `page` is the address of the verification page.

    :raises NotAccepted: when one code cannot hold it.
    """
    try:
        parts: Any = [f"{page}#{PREFIX}", to_digits(receipt)[len(PREFIX) :]]  # each in its own mode
        code = segno.make_qr(parts, error="l")
    except segno.DataOverflowError as error:
        raise NotAccepted("the receipt does not fit into one code") from error
    return str(code.svg_inline(border=4, omitsize=True, svgclass="w-qr", lineclass=None))
