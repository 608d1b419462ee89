"""What every stand-in company has: its own port, an operator's desk, faults on demand, a memory."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import requests

from tests.payments.stand_ins import SEED, running
from wasl.payments.sandbox import companies
from wasl.payments.sandbox.store import Store
from wasl.payments.sandbox.web import Answer, Company, Look, Route, Visit, route


class Corner(Company):
    """The smallest company: it counts."""

    name, look = "corner", Look({"ar": "الزاوية", "en": "Corner"})
    count = 0

    def routes(self) -> list[Route]:
        return [route("POST", r"/count", self.add, "count"), route("POST", r"/echo", self.echo)]

    def add(self, _visit: Visit) -> Answer:
        self.count += 1
        return Answer(201, {"count": self.count})

    def echo(self, visit: Visit) -> Answer:
        return Answer(200, {"json": visit.json(), "user": visit.basic(), "token": visit.bearer()})

    def listed(self, number):
        return []

    def one(self, payment_id):
        return None


@pytest.fixture
def corner() -> Iterator[Corner]:
    app = Corner(seed=SEED)
    with running(app):
        yield app


def post(corner, path="/count", **more):
    return requests.post(corner.base_url + path, timeout=5, **more)


@pytest.mark.parametrize("name", sorted(companies.COMPANIES))
def test_every_company_starts_answers_and_has_a_desk_in_two_languages(name, tmp_path):
    app = companies.load(name)(seed=SEED, file=tmp_path / "state.jsonl")

    with running(app) as address:
        health = requests.get(f"{address}/health", timeout=5)
        arabic = requests.get(f"{address}/operator", timeout=5)
        english = requests.get(f"{address}/operator?lang=en", timeout=5)
        day = requests.get(f"{address}/settlement/2026-11-24.csv", timeout=5)
        never = requests.get(f"{address}/settlement/2026-13-41.csv", timeout=5)

    assert app.name == name
    assert health.json() == {"status": "UP", "company": name}
    assert ('dir="rtl"' in arabic.text, "مكتب المشغّل" in arabic.text) == (True, True)
    assert ('dir="ltr"' in english.text, "Operator" in english.text) == (True, True)
    assert app.calls()
    assert all(call in english.text for call in app.calls())
    assert arabic.headers["X-Frame-Options"] == "DENY"
    assert day.text.startswith("payment_id,merchant_reference,amount,fee,currency,time,status")
    assert never.status_code == 404


def test_no_two_companies_or_the_witness_share_a_port():
    ports = companies.ports(8001)

    assert len(set(ports)) == len(ports)
    assert 8002 not in ports
    assert companies.address("http://127.0.0.1:8001", "sandbox") == "http://127.0.0.1:8001"


def test_secrets_differ_by_company_and_purpose():
    drawn = {
        companies.secret(seed, company, purpose)
        for seed in ("a", "b")
        for company in ("x", "y")
        for purpose in ("p", "q")
    }

    assert len(drawn) == 8


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_a_refused_call_has_no_effect_and_the_next_one_has(corner, status):
    corner.traps.fail["count"] = [status]

    assert post(corner).status_code == status
    assert post(corner).json() == {"count": 1}


def test_a_lost_answer_has_its_effect(corner):
    corner.traps.lose["count"] = 1

    with pytest.raises(requests.ConnectionError):
        post(corner)

    assert post(corner).json() == {"count": 2}


def test_a_malformed_answer_has_its_effect(corner):
    corner.traps.malform["count"] = 1

    answer = post(corner)

    assert (answer.status_code, answer.text[:6], corner.count) == (200, "<html>", 1)
    assert post(corner).json() == {"count": 2}


def test_a_delayed_call_is_slow_once(corner):
    corner.traps.delay["count"] = 0.3

    began = time.monotonic()
    post(corner)

    assert time.monotonic() - began >= 0.3
    assert corner.traps.delay == {}


def test_faults_are_set_and_cleared_at_the_desk(corner):
    for fault in ("503", "lose", "malform", "delay", "418"):
        post(corner, "/operator", data={"do": "trap", "call": "count", "fault": fault})
    post(corner, "/operator", data={"do": "trap", "call": "no such call", "fault": "500"})
    post(corner, "/operator", data={"do": "callback", "way": "twice"})
    page = requests.get(f"{corner.base_url}/operator?lang=en", timeout=5).text

    assert corner.traps.fail == {"count": [503]}
    assert (corner.traps.lose, corner.traps.malform) == ({"count": 1}, {"count": 1})
    assert corner.traps.delay == {"count": 12.0}
    assert corner.traps.callback == "twice"
    assert "count 503" in page
    post(corner, "/operator", data={"do": "clear"})
    assert (corner.traps.fail, corner.traps.lose, corner.traps.callback) == ({}, {}, "once")


def test_the_clock_is_moved_at_the_desk(corner):
    for typed in ("٩٠", "-5", "x", ""):
        post(corner, "/operator", data={"do": "clock", "minutes": typed})

    assert corner.clock.offset == timedelta(minutes=90)


def test_what_cannot_be_read_is_refused(corner):
    assert post(corner, "/echo", data=b"{").status_code == 400
    assert post(corner, "/echo", json=[]).status_code == 400
    assert post(corner, "/echo", data=b"x" * 70_000).status_code == 413
    assert requests.get(f"{corner.base_url}/echo", timeout=5).status_code == 405
    assert post(corner, "/nothing").status_code == 404
    for header in ("Basic %%%", "Basic eA==", "Bearer abc", "Digest x"):
        answer = post(corner, "/echo", json={}, headers={"Authorization": header}).json()
        assert answer["user"] is None
        assert answer["token"] == ("abc" if header.startswith("Bearer") else "")


@dataclass
class Row:
    amount: int
    status: str = "NEW"


def test_a_store_remembers_the_last_state_of_each_row(tmp_path):
    file = tmp_path / "deep" / "rows.jsonl"
    store = Store(Row, file)
    for number in range(3):
        store.save(str(number), Row(number))
    store.save("1", Row(1, "PAID"))

    again = Store(Row, file)

    assert again.rows == {"0": Row(0), "1": Row(1, "PAID"), "2": Row(2)}
    assert [key for key, _row in again.newest(2)] == ["2", "1"]
    assert len(file.read_text().splitlines()) == 3
    file.write_text('["x", {"other": 1}]\n')
    assert Store(Row, file).rows == {}
    assert file.with_suffix(".unreadable").exists()
