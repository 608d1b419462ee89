"""
How often a tracking number may be guessed: from one address, and of one reference from anywhere.

Addresses are cheap (a network of IPv6 has thousands); the numbers of one matter are a hundred million.
Counted is what was wrong, so that nobody's own looking is; whoever is signed in needs no number.
"""

from datetime import datetime

from wasl.core import crypto, limits, references

OF_ONE, OF_ONE_SECONDS = 300, 3600


def require_patience(reference: str, now: datetime) -> None:
    """:raises limits.UnableToTryAgainYet: when the numbers of this reference were guessed at too often."""
    if key := _key(reference):
        limits.require_unspent(key, limit=OF_ONE, now=now)


def note_wrong(reference: str, now: datetime) -> None:
    """This function will count a wrong number; alike for a reference that does not exist."""
    if key := _key(reference):
        limits.hit(key, limit=OF_ONE, per_seconds=OF_ONE_SECONDS, now=now)


def _key(reference: str) -> str:
    try:
        canonical = references.normalise(reference)
    except references.UnableToReadReference:
        canonical = ""
    return f"track-of:{crypto.blind_index(canonical, 'tracking').hex()[:32]}" if canonical else ""
