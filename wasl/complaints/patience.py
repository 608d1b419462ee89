"""How often somebody may report: the same for the website and for programs that act for people."""

from datetime import datetime

from wasl.accounts.models import User
from wasl.core import limits

# From one address: behind one may sit a whole street. From one person: fewer.
FROM_ADDRESS, FROM_PERSON, SIGNS, PER_SECONDS = 30, 10, 10, 3600
# Forms with files, also those that are sent back: to make files anew takes seconds of a processor.
WITH_FILES = 60


def require(address: str, person: User | None, *, is_sign: bool, now: datetime) -> None:
    """:raises limits.UnableToTryAgainYet: after too many; signs weigh with others', so fewer of them."""
    limits.require(f"report:{address}", limit=FROM_ADDRESS, per_seconds=PER_SECONDS, now=now)
    if is_sign:
        limits.require(f"sign:{address}", limit=SIGNS, per_seconds=PER_SECONDS, now=now)
    if person is not None:
        limits.require(f"report:{person.pk}", limit=FROM_PERSON, per_seconds=PER_SECONDS, now=now)


def require_for_files(address: str, now: datetime) -> None:
    """:raises limits.UnableToTryAgainYet: after too many forms with files, before these are looked at."""
    limits.require(f"files:{address}", limit=WITH_FILES, per_seconds=PER_SECONDS, now=now)
