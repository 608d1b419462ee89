"""A receipt as an answer to a browser. Who may have it is decided by the app that asks."""

import logging

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from wasl.transparency import compact
from wasl.transparency.encoding import NotAccepted
from wasl.transparency.proofs import Receipt

log = logging.getLogger("wasl.transparency")


def receipt_response(receipt: Receipt) -> HttpResponse:
    """The receipt as a file to keep. It holds salt and payload, so nobody on the way keeps it."""
    response = HttpResponse(receipt.to_bytes(), content_type="text/plain; charset=utf-8")
    name = f"wasl-{receipt.index}.tlog-proof"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def receipt_qr(receipt: Receipt) -> SafeString:
    """
    The receipt as a QR code, in SVG. Scanned, it opens the verification page and is checked.

    Empty when one code cannot hold it: then the file is offered alone.
    """
    page = settings.WASL_PUBLIC_URL.rstrip("/") + reverse("transparency:verify")
    try:
        return mark_safe(compact.qr_svg(receipt, page=page))  # noqa: S308  made here, of digits
    except NotAccepted:
        log.warning("The receipt of entry %s is too long for a QR code.", receipt.index)
        return SafeString("")
