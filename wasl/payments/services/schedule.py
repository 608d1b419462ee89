"""When to ask the provider again: often at first, then ever more rarely, until it names an end."""

from datetime import datetime, timedelta

FIRST = timedelta(seconds=30)
_LONGEST = timedelta(hours=12)
# After this, a person looks: an end that a provider never names is a fault of its own.
OLD = timedelta(days=14)
# After this, an attempt that the provider knows nothing of is taken to have been given up.
UNHEARD = timedelta(days=7)


def ask_next(*, since: datetime, now: datetime) -> datetime:
    """
    After half a minute, 1, 2, 4 … minutes, and twice a day in the end.

    By the age of the attempt, not by how often it was asked about: who watches the page makes us
    ask every few seconds, and must not wear out the sweep.
    """
    return now + min(max(FIRST, now - since), _LONGEST)
