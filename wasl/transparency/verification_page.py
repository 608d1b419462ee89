"""
The page that checks a receipt in the browser, alone.

It is one file with its script and style inside, so that it works when saved to a disk. Its own
content security policy allows exactly these two, by their hashes, and no connection to anywhere.
"""

import base64
import hashlib
import re
from pathlib import Path

from django.utils.html import escape

_FOLDER = Path(__file__).parent / "static" / "transparency"
PAGE = (_FOLDER / "verify.html").read_text(encoding="utf-8")
SCRIPT = _FOLDER / "verify-receipt.sh"
_PLACE = '<textarea id="policy" name="policy" dir="ltr" rows="5" spellcheck="false"></textarea>'


def _hash_of(element: str) -> str:
    found = re.findall(rf"<{element}>(.*?)</{element}>", PAGE, flags=re.DOTALL)
    if len(found) != 1:
        raise ValueError(f"the verification page has exactly one <{element}>")
    return base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()


CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        f"script-src 'sha256-{_hash_of('script')}'",
        f"style-src 'sha256-{_hash_of('style')}'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)


def with_policy(policy: str, language: str) -> str:
    """The page with this installation's policy filled in, in the reader's language."""
    text = escape(
        policy.encode("utf-8", errors="surrogateescape").decode("utf-8", errors="replace")
    )
    filled = _PLACE.replace("></textarea>", f">\n{text}</textarea>")
    return PAGE.replace(_PLACE, filled).replace('data-language=""', f'data-language="{language}"')
