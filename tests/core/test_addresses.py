"""The address that limits count by: the visitor's own, whatever they write into the headers."""

import pytest
from django.test import RequestFactory

from wasl.core import addresses


@pytest.mark.parametrize(
    ("proxies", "told", "found"),
    [
        (0, None, "10.0.0.9"),
        (0, "1.2.3.4", "10.0.0.9"),
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.5", "1.2.3.4"),
        (2, "1.2.3.4", "10.0.0.9"),
        (1, None, "10.0.0.9"),
        (1, "nonsense", "10.0.0.9"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "::ffff:1.2.3.4", "1.2.3.4"),
    ],
)
def test_the_visitor_counts_and_not_what_they_say(settings, proxies, told, found) -> None:
    settings.WASL_PROXY_COUNT = proxies
    headers = {} if told is None else {"X-Forwarded-For": told}

    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", headers=headers)

    assert addresses.of(request) == found
