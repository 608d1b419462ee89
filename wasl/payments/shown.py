"""What a payer's app reads, as the text that an attempt keeps (encrypted)."""

import json

from wasl.payments.providers import Shown


def write(shown: Shown) -> str:
    """As text."""
    return json.dumps([shown.qr_image, shown.code, shown.links])


def read(text: str) -> Shown:
    """From the text."""
    qr_image, code, links = json.loads(text)
    return Shown(qr_image=qr_image, code=code, links=tuple((name, url) for name, url in links))
