"""
What else reference and secret may open: apps whose matters are not always cases register here.

So there is one page to follow anything by, and one way to be wrong about it.
"""

from collections.abc import Callable

from django.http import HttpRequest

# Given reference and secret as typed: the address of the page they open, noted in the session; or
# nothing. The work must be the same whatever is wrong.
Tracker = Callable[[HttpRequest, str, str], str]
_TRACKERS: list[Tracker] = []


def register(tracker: Tracker) -> None:
    """Have a tracker asked about every reference and secret."""
    if tracker not in _TRACKERS:
        _TRACKERS.append(tracker)


def find(request: HttpRequest, reference: str, secret: str) -> str:
    """The address of what the two open, in any app; empty for any wrong pair."""
    found = [tracker(request, reference, secret) for tracker in _TRACKERS]
    return next((address for address in found if address), "")
