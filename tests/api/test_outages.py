"""Outages over the API: one's own place, the areas, signs, reliability."""

from uuid import uuid4

import pytest
from django.test import Client

from wasl.accounts.actors import Actor
from wasl.network.topology import Element
from wasl.outages import selectors, services
from wasl.outages.models import Signal

from .conftest import NOW, Caller, Town

pytestmark = pytest.mark.django_db


def place(town: Town) -> dict[str, float]:
    return {"lat": town.transformer.lat, "lon": town.transformer.lon}


def off(town: Town) -> None:
    services.open_outage(
        directorate_id=1,
        element=Element(kind="TRANSFORMER", code=town.transformer.code),
        cause="PLANNED",
        began_at=NOW,
        actor=Actor.system(),
        now=NOW,
    )


def test_ones_own_place_is_off_or_not(call: Caller, town: Town) -> None:
    before = call("isMyPlaceOff", query=place(town))
    off(town)
    after = call("isMyPlaceOff", query=place(town))
    assert (before["is_known"], before["is_off"]) == (True, False)
    assert (after["is_off"], after["cause"]) == (True, "PLANNED")
    call("isMyPlaceOff", 422)
    call("isMyPlaceOff", 422, query={"lat": 33})
    assert not call("isMyPlaceOff", query={"lat": 36.9, "lon": 42.1})["is_known"]
    call("isMyPlaceOff", 404, query={"account_no": "9900000017"})


def test_areas_withhold_what_would_point_at_homes(call: Caller, town: Town) -> None:
    off(town)
    (area,) = call("listOutages")["items"]
    assert area["cause"] == "PLANNED"
    assert (area["customers"] is None) == (area["fewer_than"] == 10)
    assert call("listOutages", query={"directorate": "nowhere"})["items"] == []


def test_a_sign_sent_again_is_one(call: Caller, town: Town) -> None:
    key = {"Idempotency-Key": uuid4().hex}
    body = {"says": "OFF", **place(town)}
    assert call("giveSign", 201, body=body, headers=key) == call(
        "giveSign", 201, body=body, headers=key
    )
    assert Signal.objects.count() == 1
    call("giveSign", 201, body=body | {"says": "ON"}, headers=key)
    assert Signal.objects.count() == 2
    for _turn in range(7):
        call("giveSign", 201, body=body, headers=key)
    call("giveSign", 429, body=body, headers=key)


def test_reliability_of_a_year(call: Caller, town: Town, monkeypatch) -> None:
    off(town)
    monkeypatch.setattr(selectors, "customers_served", lambda _office: 500)
    found = call("getReliability", query={"directorate": "karkh"})
    assert found["customers"] > 0
    assert found["all"]["saidi"] >= 0
    call("getReliability", 404, query={"directorate": "nowhere"})
    call("getReliability", 404, query={"directorate": "karkh", "year": 2100})


def test_feeds_lead_somewhere(call: Caller, town: Town) -> None:
    for link in call("listOutageFeeds")["items"]:
        path = "/" + link["href"].split("/", 3)[3]
        answer = Client().get(path)
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith(link["type"])
