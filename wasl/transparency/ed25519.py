"""
Ed25519 with a sound choice of keys: no small-order and no non-canonical public key is accepted.

Under a small-order key the common libraries accept signatures that nobody made (RFC 8032 leaves
the check to the application).
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from wasl.transparency.encoding import NotAccepted

_P = 2**255 - 19
_D = (-121665 * pow(121666, -1, _P)) % _P
_SIGN = 1 << 255
# The y coordinates of the points of order 1, 2, 4 and 8.
_SMALL_ORDER = frozenset(
    {
        1,
        _P - 1,
        0,
        int.from_bytes(
            bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
            "little",
        ),
        int.from_bytes(
            bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
            "little",
        ),
    }
)


def require_sound_key(raw: bytes) -> None:
    """Accept only a public key that one may trust. :raises NotAccepted: otherwise."""
    if len(raw) != 32:
        raise NotAccepted(f"an Ed25519 key has 32 bytes, this has {len(raw)}")
    y = int.from_bytes(raw, "little") & (_SIGN - 1)
    if y >= _P:
        raise NotAccepted("the Ed25519 key is not in its canonical form")
    if y in _SMALL_ORDER:
        raise NotAccepted("the Ed25519 key is a point of small order")
    x_squared = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    if pow(x_squared, (_P - 1) // 2, _P) != 1:
        raise NotAccepted("the Ed25519 key is not a point of the curve")


def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature over the message is the key's."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature:
        return False
    return True
