"""
Every address of the system: it has a policy, it keeps the wrong people out, none vanishes unseen.

`WASL_WRITE_ROUTES=1 pytest tests/structure/test_urls.py` writes routes.json anew, for review.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern

from tests import people
from wasl.accounts.models import User
from wasl.accounts.policies import Rule
from wasl.accounts.roles import Role
from wasl.directorates import seeding

ROUTES = Path(__file__).with_name("routes.json")
# One value for each kind of parameter: none of them names anything that exists.
VALUES = {
    "uuid": str(UUID(int=7)),
    "uuidstr": str(UUID(int=7)),
    "int": "999999",
    "str": "nothing",
    "slug": "nothing",
    "path": "nothing/here",
}


class Route(NamedTuple):
    """One address: how it is written, its name, who may open it."""

    pattern: str
    name: str
    callback: object
    address: str | None

    @property
    def rule(self) -> Rule | None:
        return getattr(self.callback, "wasl_policy", None)


def _written(pattern: RoutePattern | RegexPattern) -> str:
    return str(pattern)


def _filled(pattern: RoutePattern | RegexPattern) -> str | None:
    """The part of an address, its parameters filled in; None for a regular expression with some."""
    if isinstance(pattern, RegexPattern):
        plain = str(pattern).lstrip("^").rstrip("$")
        return plain if plain.replace("\\", "") == plain and "(" not in plain else None
    text = str(pattern)
    for name, converter in pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        kind = {"string": "str"}.get(kind, kind)
        for written in (f"<{kind}:{name}>", f"<{name}>"):
            text = text.replace(written, VALUES.get(kind, "nothing"))
    return None if "<" in text else text


def walk(
    patterns: list[URLPattern | URLResolver],
    before: str = "",
    path: str | None = "/",
    space: str = "",
) -> Iterator[Route]:
    """Every view under the patterns, to any depth. Nothing ends the walk early."""
    for each in patterns:
        part = _filled(each.pattern)
        address = None if path is None or part is None else path + part
        written = before + _written(each.pattern)
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from walk(each.url_patterns, written, address, inner)
        else:
            yield Route(written, f"{space}{each.name or ''}", each.callback, address)


@pytest.fixture(scope="module")
def routes() -> list[Route]:
    return list(walk(get_resolver().url_patterns))


def test_the_walk_reaches_the_end(routes):
    def count(patterns) -> int:
        return sum(
            count(each.url_patterns) if isinstance(each, URLResolver) else 1 for each in patterns
        )

    assert len(routes) == count(get_resolver().url_patterns)
    walked = {route.name for route in routes}
    assert {"accounts:sign_in", "account_login", "web:home"} <= walked


def test_every_view_has_a_policy(routes):
    assert [route.pattern for route in routes if route.rule is None] == []


def test_no_address_vanishes_unnoticed(routes):
    found = sorted(f"/{route.pattern} {route.name}" for route in routes)
    if os.environ.get("WASL_WRITE_ROUTES"):
        ROUTES.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")

    assert found == json.loads(ROUTES.read_text(encoding="utf-8")), (
        "Addresses were added or removed. If that is meant, write routes.json anew (see above)."
    )


class Visitor(NamedTuple):
    """Somebody who opens pages."""

    name: str
    user: User | None
    roles: frozenset[Role]
    client: Client

    def may(self, rule: Rule) -> bool:
        """What the rule says, told again in other words than the policy's own."""
        if rule.everyone:
            return True
        if self.user is None:
            return False
        return self.user.kind in rule.kinds or not self.roles.isdisjoint(rule.roles)


def _client(user: User | None) -> Client:
    client = Client(raise_request_exception=False)  # a page that fails is named among the wrong
    return people.sign_in(client, user) if user else client


@pytest.fixture
def visitors(db) -> list[Visitor]:
    seeding.run(now=people.NOW)
    everybody = [("anonymous", None, ()), ("citizen", people.citizen(), ())]
    everybody.append(("staff", people.staff(), ()))
    everybody += [(role.value, people.staff(role), (role,)) for role in Role]
    return [Visitor(name, user, frozenset(held), _client(user)) for name, user, held in everybody]


def _answer(visitor: Visitor, route: Route) -> str:
    response = visitor.client.get(route.address)
    if response.streaming:
        # It would wait for news for ever. Its own close() would also end the test's connection.
        for close in response._resource_closers:
            close()
    leads = response.get("Location", "")
    if response.status_code == 302 and "sign-in/" in leads and "next=" in leads:
        return "sign in"
    if response.status_code == 401 and "WWW-Authenticate" in response:
        return "sign in"  # a program is not led to a page
    return "missing role" if response.status_code == 403 else str(response.status_code)


@pytest.mark.slow
def test_every_address_keeps_out_whom_its_policy_keeps_out(routes, visitors, settings):
    settings.WASL_DEMO = True
    wrong = []
    for route in routes:
        if route.address is None or route.rule is None:
            continue
        admitted = False
        for visitor in visitors:
            if visitor.may(route.rule):
                if admitted:
                    continue  # One admitted visitor is enough: the page itself is tested elsewhere.
                admitted = True
                answer = _answer(visitor, route)
                is_wrong = answer in {"sign in", "missing role"} or answer.startswith("5")
            else:
                answer = _answer(visitor, route)
                refusal = "missing role" if visitor.user else "sign in"
                is_wrong = answer not in {refusal, "405"}  # some ask for the method first
            if is_wrong:
                wrong.append(f"{route.address} {visitor.name}: {answer}")

    assert wrong == [], "\n".join(wrong)
