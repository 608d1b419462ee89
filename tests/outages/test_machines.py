"""Last gasps over HTTPS, signed as batches of readings are."""

import json
import secrets
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.billing import town
from tests.billing.test_meter_systems import System
from wasl.core import jobs, scope
from wasl.directorates import seeding
from wasl.outages.models import Signal

pytestmark = pytest.mark.django_db
PATH = "/meters/v1/signals/"


class Gasps(System):
    """The same head-end, telling of supply."""

    def tell(self, *rows: dict, body: bytes | None = None, **odd):
        content = body if body is not None else json.dumps({"signals": list(rows)}).encode()
        return self._signed(content, **odd)

    def _signed(self, body: bytes, **odd):
        import base64
        import hashlib

        stamp, nonce = str(int(timezone.now().timestamp())), secrets.token_hex(16)
        digest = hashlib.sha256(body).hexdigest()
        text = "\n".join(["wasl-meters-1", "POST", PATH, self.code, stamp, nonce, digest])
        key = odd.get("key", self.key)
        headers = {
            "Wasl-Agent": self.code, "Wasl-Timestamp": stamp, "Wasl-Nonce": nonce,
            "Wasl-Signature": base64.b64encode(key.sign(text.encode())).decode(),
        }  # fmt: skip
        answer = self.client.generic(
            "POST", PATH, body, content_type="application/json", headers=headers
        )
        return answer.status_code, answer.json()


@pytest.fixture
def numbers(db) -> list[str]:
    seeding.run(now=timezone.now())
    return town.build(3)


@pytest.fixture
def system(numbers) -> Gasps:
    made = Gasps()
    call_command(
        "meter_system", "HES1", directorate="KARKH", name="Head-end", public_key=made.public
    )
    return made


def sign(number: str, says: str = "OFF", minutes: int = 1, key: str = "") -> dict[str, str]:
    at = timezone.now() - timedelta(minutes=minutes)
    return {
        "key": key or secrets.token_hex(4),
        "serial": f"T{number}",
        "says": says,
        "at": at.isoformat(),
    }


def test_signs_are_kept_once_and_weighed(system, numbers) -> None:
    rows = [sign(numbers[0]), sign(numbers[1]), sign("0000")]
    status, answer = system.tell(*rows)
    assert (status, answer["accepted"]) == (200, 2)
    assert [each["code"] for each in answer["left_out"]] == ["UNKNOWN_METER"]
    system.tell(*rows[:2])
    with scope.within_system():
        found = Signal.objects.order_by("account_no")
        assert [(each.source, each.account_no) for each in found] == [
            ("LAST_GASP", numbers[0]), ("LAST_GASP", numbers[1]),
        ]  # fmt: skip
    jobs.drain(timezone.now())
    status, answer = system.tell(sign(numbers[0], "ON"))
    assert answer["accepted"] == 1
    with scope.within_system():
        assert Signal.objects.filter(source="METER", says="ON").count() == 1


def test_stale_signs_and_those_of_tomorrow_are_named(system, numbers) -> None:
    _status, answer = system.tell(
        sign(numbers[0], minutes=60 * 7), sign(numbers[0], minutes=-10),
        sign(numbers[0]) | {"at": "yesterday"}, sign(numbers[0]) | {"at": "2026-11-24T10:00:00"},
    )  # fmt: skip
    assert [each["code"] for each in answer["left_out"]] == ["WRONG_TIME"] * 4


def test_nobody_else_is_heard(system, numbers) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    assert system.tell(sign(numbers[0]), key=Ed25519PrivateKey.generate())[0] == 401
    assert Signal.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b'{"signals": []}', b'{"signals": [1]}', b'{"signals": [{"key": "a"}]}',
        b'{"signals": [{"key": "a", "serial": "b", "says": "MAYBE", "at": "c"}]}',
        b'{"signals": [{"key": "a", "serial": 1, "says": "OFF", "at": "c"}]}',
        b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_list_of_signs_is_refused_whole(system, body: bytes) -> None:
    assert system.tell(body=body)[0] == 400
    assert Signal.objects.count() == 0


def test_half_a_letter_is_refused_by_its_line(system, numbers) -> None:
    for name in ("key", "serial"):
        row = sign(numbers[0]) | {name: "\ud800"}
        assert system.tell(row) == (400, {"error": "WRONG_SIGNAL_1"})
