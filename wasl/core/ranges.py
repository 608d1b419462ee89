"""A part of a file, as players of sound ask for it (RFC 9110, section 14)."""

import re

from django.http import HttpRequest, HttpResponse

_ONE_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})", re.ASCII)


def response(request: HttpRequest, content: bytes, content_type: str) -> HttpResponse:
    """
    The file, or the one range of it that is asked for. Some telephones play nothing without it.

    What is not a single range of bytes is ignored, as the standard allows; one beyond the end is 416.
    """
    found = _ONE_RANGE.fullmatch(request.headers.get("Range", "").strip())
    first, last = found.groups() if found else ("", "")
    size = len(content)
    is_backwards = first and last and int(first) > int(last)
    if is_backwards or not (first or last):
        whole = HttpResponse(content, content_type=content_type)
        whole["Accept-Ranges"] = "bytes"
        return whole
    begin = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if begin > end:
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    part = HttpResponse(content[begin : end + 1], content_type=content_type, status=206)
    part["Accept-Ranges"] = "bytes"
    part["Content-Range"] = f"bytes {begin}-{end}/{size}"
    return part
