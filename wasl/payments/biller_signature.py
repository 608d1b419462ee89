"""How an agent signs a request to the biller interface (wasl.core.signed_requests). Pure."""

from datetime import datetime

from wasl.core import signed_requests
from wasl.core.signed_requests import MAY_DIFFER, Signed

__all__ = ["MAY_DIFFER", "VERSION", "Signed", "problem"]
VERSION = "wasl-biller-1"


def problem(
    *, public_key: str, method: str, path: str, signed: Signed, body: bytes, now: datetime
) -> str:
    """What is wrong with a request, as a code; nothing when it is the agent's, and fresh."""
    return signed_requests.problem(
        version=VERSION,
        public_key=public_key,
        method=method,
        path=path,
        signed=signed,
        body=body,
        now=now,
    )
