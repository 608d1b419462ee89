"""No page offers a link that it refuses: the whole site, crawled as everybody."""

import re
from collections import deque
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from tests import people
from wasl.accounts.roles import Role
from wasl.directorates import seeding

LINK = re.compile(r"""<a\b[^>]*\bhref=["']([^"'#]+)""")
# An identifier or a date: one of a kind is enough.
NAMED = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d(-\d\d)?|\d{4,}")
MOST = 150


@pytest.fixture
def office(db) -> datetime:
    now = timezone.now().astimezone(UTC)
    seeding.run(now=now)
    return now


def crawl(client: Client, begin: str) -> tuple[dict[str, int], dict[str, str]]:
    """Every address that links lead to from there on, with its answer; and where each stood."""
    answers: dict[str, int] = {}
    found_on = {begin: ""}
    kinds = {begin}
    waiting = deque(found_on)
    while waiting and len(answers) < MOST:
        address = waiting.popleft()
        answer = client.get(address)
        answers[address] = answer.status_code
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        for link in LINK.findall(answer.content.decode()):
            place = urlsplit(link)
            kind = NAMED.sub("…", place.path)
            if place.netloc or place.scheme or kind in kinds:
                continue
            kinds.add(kind)
            found_on[place.path] = address
            waiting.append(link.replace("&amp;", "&"))
    return answers, found_on


def wrong_links(client: Client, begin: str) -> list[str]:
    """The links that lead to a refusal, to nothing or to an error, and the page of each."""
    answers, found_on = crawl(client, begin)
    assert len(answers) > 10
    return [
        f"{address} on {found_on.get(urlsplit(address).path)}: {status}"
        for address, status in answers.items()
        if status not in {200, 202, 302, 304}
    ]


@pytest.mark.slow
@pytest.mark.parametrize("role", list(Role))
def test_no_page_of_the_desk_offers_what_it_refuses(office, role):
    client = people.sign_in(Client(raise_request_exception=False), people.staff(role, now=office))

    assert wrong_links(client, "/desk/") == []


@pytest.mark.slow
@pytest.mark.parametrize("is_known", [False, True])
def test_no_page_offers_a_citizen_what_it_refuses(office, is_known):
    client = Client(raise_request_exception=False)
    if is_known:
        people.sign_in(client, people.citizen(now=office))

    assert wrong_links(client, "/") == []
