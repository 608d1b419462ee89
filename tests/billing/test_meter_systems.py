"""Meter systems over HTTPS, by a client that shares no code with the server: plain requests and a key."""

import base64
import hashlib
import json
import secrets
import threading
from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.billing import town
from wasl.billing.models import MeterBatch, MeterSystem, Reading, ReadingImport
from wasl.core import scope
from wasl.directorates import seeding

PREFIX = "/meters/v1/batches/"
BEGUN = date(2026, 1, 1)


class System:
    """A head-end's own program."""

    def __init__(self, code: str = "HES1") -> None:
        self.code = code
        self.key = Ed25519PrivateKey.generate()
        self.public = base64.b64encode(self.key.public_key().public_bytes_raw()).decode()
        self.client = Client()

    def send(self, name: str, content=None, *, method: str = "PUT", sent=None, **odd):
        path = f"{PREFIX}{name}/"
        body = (
            b""
            if content is None
            else content
            if isinstance(content, bytes)
            else json.dumps(content).encode()
        )
        stamp = str(odd.get("stamp") or int(timezone.now().timestamp()))
        nonce = odd.get("nonce") or secrets.token_hex(16)
        digest = hashlib.sha256(body).hexdigest()
        version = odd.get("version", "wasl-meters-1")
        text = "\n".join([version, method, odd.get("path", path), self.code, stamp, nonce, digest])
        headers = {
            "Wasl-Agent": self.code, "Wasl-Timestamp": stamp, "Wasl-Nonce": nonce,
            "Wasl-Signature": base64.b64encode(odd.get("key", self.key).sign(text.encode())).decode(),
        }  # fmt: skip
        answer = self.client.generic(
            method,
            path,
            sent if sent is not None else body,
            content_type="application/json",
            headers=headers,
        )
        return answer.status_code, answer.json()


def reading(
    number: str, register: object = 500, on: str = "2026-02-01", **more
) -> dict[str, object]:
    return {"account_no": number, "read_on": on, "register_kwh": register} | more


@pytest.fixture
def numbers(db) -> list[str]:
    seeding.run(now=timezone.now())
    return town.build(4)


@pytest.fixture
def system(numbers) -> System:
    made = System()
    call_command(
        "meter_system", made.code, name="Head end", directorate="KARKH", public_key=made.public
    )
    return made


def taken() -> int:
    return Reading.objects.filter(source="SYSTEM").count()


def test_a_batch_is_taken_over_and_its_bad_lines_are_named(system, numbers) -> None:
    other = town.build(1, directorate_id=2)[0]
    status, answer = system.send(
        "2026-02-01.1",
        {
            "readings": [
                reading(numbers[0], key="a"),
                {"serial": f"T{numbers[1]}", "read_on": "2026-02-01", "register_kwh": 600},
                reading(numbers[2], 31 * 200),
                reading(numbers[3], -5),
                reading(numbers[3], on="yesterday"),
                reading(numbers[3], on="2126-01-01"),
                reading("0100000000"),
                reading(other),
                reading(numbers[0], serial="ELSE"),
            ]
        },
    )

    assert (status, answer["readings"], answer["accepted"], answer["held"], answer["refused"]) == (
        201, 9, 2, 1, 6,
    )  # fmt: skip
    assert [(each["line"], each["status"], each["code"]) for each in answer["lines"]] == [
        (3, "HELD", "HIGH"),
        (4, "REFUSED", "NO_NUMBER"),
        (5, "REFUSED", "NO_DATE"),
        (6, "REFUSED", "IN_FUTURE"),
        (7, "REFUSED", "NO_ACCOUNT"),
        (8, "REFUSED", "NO_ACCOUNT"),
        (9, "REFUSED", "NO_METER"),
    ]
    assert answer["lines"][0]["reason"] == "high"
    assert taken() == 3
    found = Reading.objects.get(account_no=numbers[0], source="SYSTEM")
    assert found.taken_by == MeterSystem.objects.get().id


def test_the_same_batch_again_is_answered_again(system, numbers) -> None:
    content = {"readings": [reading(numbers[0]), reading(numbers[1], -1)]}
    first = system.send("b", content)
    again = system.send("b", content)
    asked = system.send("b", method="GET")

    assert (first[0], again[0], asked[0]) == (201, 200, 200)
    assert first[1] == again[1] == asked[1]
    assert taken() == 1
    assert system.send("b", {"readings": [reading(numbers[2])]}) == (
        409,
        {"error": "BATCH_DIFFERS"},
    )
    assert taken() == 1


def test_a_reading_counts_once_by_its_key_in_whichever_batch(system, numbers) -> None:
    one = reading(numbers[0], key="m1")
    system.send("b1", {"readings": [one, reading(numbers[0], 700, "2026-03-01", key="m1")]})
    status, answer = system.send(
        "b2", {"readings": [one, reading(numbers[1], key="m2"), reading(numbers[2], -1, key="m3")]}
    )

    assert (status, answer["accepted"]) == (201, 1)
    assert [(each["key"], each["status"]) for each in answer["lines"]] == [
        ("m1", "SEEN"),
        ("m3", "REFUSED"),
    ]
    assert taken() == 2
    # What was refused may come again under its key, put right.
    assert system.send("b3", {"readings": [reading(numbers[2], key="m3")]})[1]["accepted"] == 1


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_once_it_counts_once(system, numbers) -> None:
    answers = []

    def send() -> None:
        answers.append(system.send("b", {"readings": [reading(number) for number in numbers]}))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(status for status, _answer in answers) == [200, 200, 200, 201]
    assert all(answer == answers[0][1] for _status, answer in answers)
    with scope.within_system():
        assert taken() == 4
        assert (MeterBatch.objects.count(), ReadingImport.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("odd", "error"),
    [
        ({"key": Ed25519PrivateKey.generate()}, "WRONG_SIGNATURE"),
        ({"version": "wasl-biller-1"}, "WRONG_SIGNATURE"),
        ({"path": "/meters/v1/batches/other/"}, "WRONG_SIGNATURE"),
        ({"stamp": 1}, "STALE_TIMESTAMP"),
        ({"nonce": "short"}, "WRONG_NONCE"),
        ({"sent": b'{"readings": []}'}, "WRONG_SIGNATURE"),
    ],
)
def test_nobody_else_comes_in(system, numbers, odd, error) -> None:
    assert system.send("b", {"readings": [reading(numbers[0])]}, **odd) == (401, {"error": error})
    assert taken() == 0


def test_strangers_and_those_put_out_are_refused(system, numbers) -> None:
    stranger = System("NOBODY")
    assert stranger.send("b", {"readings": [reading(numbers[0])]})[0] == 401
    MeterSystem.objects.update(is_active=False)
    assert system.send("b", {"readings": [reading(numbers[0])]})[0] == 401
    assert Client().get(f"{PREFIX}b/").status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b'{"readings": {}}', b'{"readings": []}', b"\xff", b"[" * 100_000,
        b'{"readings": [1]}', b'{"readings": [{"register_kwh": NaN}]}', b'{"readings": [{}]}',
        b'{"readings": [{"register_kwh": 1.5}]}', b'{"readings": [{"register_kwh": true}]}',
        b'{"readings": [{"register_kwh": "5"}]}', b'{"readings": [{"register_kwh": 5, "is_ok": 1}]}',
        b'{"readings": [{"register_kwh": 5, "key": "a b"}]}', b'{"readings": [{"register_kwh": 5}], "x": 1}',
        b'{"readings": [{"register_kwh": 5, "account_no": null}]}',
        b'{"readings": [{"register_kwh": ' + b"9" * 5000 + b"}]}",
    ],
)  # fmt: skip
def test_what_has_a_wrong_shape_is_refused_as_a_whole(system, body) -> None:
    status, answer = system.send("b", body)
    assert status == 400
    assert answer["error"].startswith("WRONG_")
    assert not ReadingImport.objects.exists()


@pytest.mark.parametrize(
    "text", ["\x00", "'; DROP TABLE billing_reading; --", "١" * 9000, "\ufffd"]
)
def test_hostile_texts_are_only_texts(system, numbers, text) -> None:
    rows = [
        reading(text), reading(numbers[0], serial=text), reading(numbers[0], on=text),
    ]  # fmt: skip
    status, answer = system.send("b", {"readings": rows})
    assert status in {201, 400}
    assert answer.get("accepted", 0) <= 1


def test_limits(system, numbers) -> None:
    many = {"readings": [reading(numbers[0])] * 10_001}
    assert system.send("b", many) == (413, {"error": "TOO_MANY_READINGS"})
    assert system.send("b", b" " * (4 * 2**20 + 1)) == (413, {"error": "TOO_LARGE"})
    assert system.send("b%20c", {"readings": [reading(numbers[0])]})[0] in {400, 401}
    assert system.send("none", method="GET") == (404, {"error": "NO_SUCH_BATCH"})


def test_a_batch_in_the_order_of_its_days(system, numbers) -> None:
    days = [BEGUN + timedelta(days=n) for n in range(30, 0, -1)]
    rows = [reading(numbers[0], 20 * (day - BEGUN).days, day.isoformat()) for day in days]
    assert system.send("b", {"readings": rows})[1]["accepted"] == 30
    assert set(
        Reading.objects.filter(source="SYSTEM").values_list("consumption_kwh", flat=True)
    ) == {20}


def test_who_is_let_in_needs_a_key(numbers) -> None:
    for code, key in (("HES1", "short"), ("hes1", System().public), ("H", System().public)):
        with pytest.raises(CommandError):
            call_command("meter_system", code, name="x", directorate="KARKH", public_key=key)
    call_command("meter_system", "HES1", name="x", directorate="KARKH", public_key=System().public)
    with pytest.raises(CommandError):
        call_command(
            "meter_system", "HES1", name="x", directorate="RUSAFA", public_key=System().public
        )
