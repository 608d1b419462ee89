"""
Pictures inside PDF files, without what the camera wrote beside them: place, time, device, remarks.

Scanning programs put a camera's own JPEG into the PDF byte for byte. The picture is not coded anew:
only the segments (JPEG) and boxes (JPEG 2000) go that no reader of a PDF needs.
"""

from collections.abc import Iterator
from typing import Any

import pikepdf

# Of a JPEG's own segments a PDF needs APP14 (how colours are coded); APP0 says that it is a JFIF.
_APP0, _APP14, _COMMENT = 0xE0, 0xEE, 0xFE
_APPLICATION = range(0xE0, 0xF0)
_START_OF_SCAN, _END = 0xDA, 0xD9
_ALONE = {0x01, *range(0xD0, 0xD8)}
_TELLING_BOXES = {b"uuid", b"xml ", b"uinf"}


def make_bare(stream: pikepdf.Stream) -> None:
    """
    This function will take out of a stream what its picture tells of camera and place, if it is one.

    :raises ValueError: when the picture is damaged.
    """
    names = _as_list(stream.get("/Filter"))
    last = str(names[-1]) if names else ""
    if last == "/DCTDecode":
        bare = jpeg(_last_coding(stream, names))
    elif last == "/JPXDecode":
        bare = jpeg_2000(_last_coding(stream, names))
    else:
        return
    settings = _as_list(stream.get("/DecodeParms"))
    own = settings[-1] if len(settings) == len(names) else None
    stream.write(bare, filter=names[-1], decode_parms=own)


def jpeg(data: bytes) -> bytes:
    """The same picture without remarks, and without applications' own data but what colours need."""
    if data[:2] != b"\xff\xd8":
        raise ValueError("no JPEG")
    return b"\xff\xd8" + b"".join(_kept_segments(data))


def jpeg_2000(data: bytes) -> bytes:
    """The same picture without the boxes in which descriptions stand."""
    if data[:4] == b"\xff\x4f\xff\x51":  # the bare codes, without boxes
        return data
    kept, at = [], 0
    while at + 8 <= len(data):
        length, head = int.from_bytes(data[at : at + 4]), 8
        if length == 1:
            length, head = int.from_bytes(data[at + 8 : at + 16]), 16
        elif length == 0:
            length = len(data) - at
        if length < head or at + length > len(data):
            raise ValueError("a box that cannot be")
        if data[at + 4 : at + 8] not in _TELLING_BOXES:
            kept.append(data[at : at + length])
        at += length
    return b"".join(kept)


def _kept_segments(data: bytes) -> Iterator[bytes]:
    at = 2
    while True:
        while data[at : at + 2] == b"\xff\xff":  # fill bytes
            at += 1
        if len(data) < at + 2 or data[at] != 0xFF:
            raise ValueError("no marker where one has to be")
        marker = data[at + 1]
        if marker == _END:
            yield b"\xff\xd9"
            return  # what hides behind the picture stays behind
        if marker in _ALONE:
            yield data[at : at + 2]
            at += 2
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if end < at + 4 or end > len(data):
            raise ValueError("a segment that cannot be")
        if _is_needed(marker, data[at + 4 : end]):
            yield data[at:end]
        if marker == _START_OF_SCAN:
            begin, end = end, _end_of_codes(data, end)
            yield data[begin:end]
        at = end


def _is_needed(marker: int, content: bytes) -> bool:
    if marker == _APP0:
        return content[:5] == b"JFIF\0"  # and not JFXX, a small picture of its own
    return marker == _APP14 or (marker not in _APPLICATION and marker != _COMMENT)


def _end_of_codes(data: bytes, at: int) -> int:
    """Where the codes of a scan end: at a marker that is neither a stuffed byte nor a restart."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] not in {0x00, 0xFF, *range(0xD0, 0xD8)}:
            return at
        at += 1 if data[at + 1] == 0xFF else 2
    raise ValueError("the picture has no end")


def _last_coding(stream: pikepdf.Stream, names: list[Any]) -> bytes:
    """The picture's own bytes: whatever was wrapped around them undone."""
    raw: bytes = stream.read_raw_bytes()
    if len(names) == 1:
        return raw
    settings = _as_list(stream.get("/DecodeParms"))
    if any(isinstance(each, pikepdf.Dictionary) for each in settings[:-1]):
        raise ValueError("a picture wrapped in a way that no program needs")
    with pikepdf.new() as aside:
        wrapped = aside.make_stream(raw)
        wrapped.Filter = pikepdf.Array([pikepdf.Name(str(name)) for name in names[:-1]])
        unwrapped: bytes = wrapped.read_bytes()
    return unwrapped


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, pikepdf.Array) else [value]
