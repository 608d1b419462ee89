"""Content that only the browser can read (RFC 8291), and the proof of who sends it (RFC 8292)."""

import base64
import binascii
from functools import lru_cache

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from py_vapid import Vapid02

# One record, as push services take at most 4096 bytes.
RECORD = 4096
LASTS_SECONDS = 12 * 3600


def decoded(text: str) -> bytes:
    """Base64url without its padding, as browsers write it. :raises ValueError: when it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("no base64url") from None


def encoded(content: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def require_keys(p256dh: str, auth: str) -> None:
    """:raises ValueError: when they are not a point of the curve P-256 and sixteen bytes."""
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(p256dh))
    if len(decoded(auth)) != 16:
        raise ValueError("the secret has another length")


def encrypt(payload: bytes, *, p256dh: str, auth: str) -> bytes:
    """The payload for the browser with these keys, aes128gcm. :raises ValueError: when they are none."""
    require_keys(p256dh, auth)
    return bytes(
        http_ece.encrypt(
            payload,
            private_key=ec.generate_private_key(ec.SECP256R1()),
            dh=decoded(p256dh),
            auth_secret=decoded(auth),
            rs=RECORD,
            version="aes128gcm",
        )
    )


def private_key() -> str:
    """Our private key: 32 bytes in base64url; empty where there is none."""
    return str(settings.WASL_VAPID_PRIVATE_KEY)


@lru_cache(maxsize=4)
def _vapid(key: str) -> Vapid02:
    return Vapid02.from_raw(key.encode())


def authorization(audience: str, *, now: float) -> dict[str, str]:
    """The header that says to a push service who we are, and whom to write to."""
    claims = {
        "aud": audience,
        "exp": int(now) + LASTS_SECONDS,
        "sub": f"mailto:{settings.DEFAULT_FROM_EMAIL}",
    }
    return dict(_vapid(private_key()).sign(claims))


def public_key() -> str:
    """Our public key, an uncompressed point in base64url; empty where there is none."""
    if not private_key():
        return ""
    return encoded(
        _vapid(private_key()).public_key.public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
    )


def new_private_key() -> str:
    """A fresh private key."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return encoded(number.to_bytes(32, "big"))
