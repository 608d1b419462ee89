"""
The biller interface, by a client that shares no code with it: plain HTTP and a key.

Money that an agent took is counted once, whatever is sent twice, late, forged or for a paid bill.
"""

import base64
import hashlib
import http.client
import json
import secrets
from contextlib import closing
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from tests.billing import town
from tests.payments.test_reconciliation import DAY, bank, clerk, differences
from tests.people import citizen
from wasl.billing import selectors as billing
from wasl.billing import services as billing_services
from wasl.billing.models import LedgerAccount, Transfer
from wasl.billing.services import Line
from wasl.customers.models import Account
from wasl.directorates import seeding
from wasl.notifications.models import Message
from wasl.payments import services
from wasl.payments.models import BillerNonce, BillerPayment, Match
from wasl.payments.sandbox.bank import Booking

PREFIX = "/pay/biller/v1/"


class Agent:
    """A bank's own program."""

    def __init__(self, code: str, send) -> None:
        self.code, self.send = code, send
        self.key = Ed25519PrivateKey.generate()
        self.public = base64.b64encode(self.key.public_key().public_bytes_raw()).decode()

    def call(self, method: str, path: str, content=None, **odd):
        body = b"" if content is None else json.dumps(content).encode()
        headers = self.headers(method, PREFIX + path, body, **odd)
        return self.send(method, PREFIX + path, odd.get("sent_body", body), headers)

    def headers(self, method, path, body, *, stamp=None, nonce=None, key=None, **_more):
        stamp = str(stamp or int(timezone.now().timestamp()))
        nonce = nonce or secrets.token_hex(16)
        digest = hashlib.sha256(body).hexdigest()
        text = "\n".join(["wasl-biller-1", method, path, self.code, stamp, nonce, digest])
        signature = (key or self.key).sign(text.encode())
        return {
            "Wasl-Agent": self.code,
            "Wasl-Timestamp": stamp,
            "Wasl-Nonce": nonce,
            "Wasl-Signature": base64.b64encode(signature).decode(),
        }

    def fetch(self, number: str, last4: str | None = None):
        return self.call(
            "POST", "fetch/", {"account_no": number, "meter_last4": last4 or number[-4:]}
        )

    def pay(self, ref: str, amount: int, name: str = "T-1", **changes):
        content = {
            "transaction_id": name, "fetch_ref": ref, "amount": amount, "channel": "CASH",
            "taken_at": timezone.now().replace(microsecond=0).isoformat(), **changes,
        }  # fmt: skip
        return self.call("POST", "payments/", content), content


def in_process(method, path, body, headers):
    answer = Client().generic(method, path, body, content_type="application/json", headers=headers)
    is_json = answer["Content-Type"].startswith("application/json")
    return answer.status_code, json.loads(answer.content) if is_json else answer.content


@pytest.fixture
def number(db) -> str:
    """An account that owes 15,000; its meter's number ends as its own."""
    seeding.run(now=timezone.now())
    made = town.build(2)[0]
    Account.objects.filter(account_no=made).update(holder_id=citizen().id)
    billing_services.post(
        directorate_id=1, entry="test", kind=Transfer.Kind.ADJUSTMENT, now=timezone.now(),
        posted_on=DAY,
        lines=[Line(debit=LedgerAccount.RECEIVABLE, credit=LedgerAccount.ENERGY, amount=15_000,
                    account_no=made)],
    )  # fmt: skip
    return made


def register(code: str, send=in_process) -> Agent:
    agent = Agent(code, send)
    call_command(
        "biller_agent", code, name="Bank counter", directorate="KARKH", public_key=agent.public,
        most_per_payment=1_000_000, most_per_day=1_200_000,
    )  # fmt: skip
    return agent


@pytest.fixture
def agent(number) -> Agent:
    return register("BANK1")


def test_fetch_pay_ask_and_print(agent, number) -> None:
    status, due = agent.fetch(number)
    assert status == 200
    assert due["owed"] == 15_000
    assert number not in json.dumps(due)
    (status, paid), _content = agent.pay(due["fetch_ref"], 15_000)
    assert status == 201
    assert billing.balance(1, number) == 0
    assert agent.call("GET", "payments/T-1/") == (200, paid)
    status, pdf = agent.call("GET", "payments/T-1/receipt.pdf")
    assert status == 200
    assert pdf.startswith(b"%PDF")
    told = Message.objects.filter(template="payments.paid")
    assert told.exists()


def test_the_same_again_counts_once_and_another_is_refused(agent, number) -> None:
    ref = agent.fetch(number)[1]["fetch_ref"]
    (status, first), content = agent.pay(ref, 10_000)
    assert status == 201
    assert agent.call("POST", "payments/", content) == (200, first)
    assert agent.call("POST", "payments/", {**content, "amount": 9_000})[0] == 409
    assert agent.call("POST", "payments/", {**content, "channel": "WALLET"})[0] == 409
    assert BillerPayment.objects.count() == 1
    assert billing.balance(1, number) == 5_000


def test_a_bill_paid_meanwhile_becomes_credit(agent, number) -> None:
    ref = agent.fetch(number)[1]["fetch_ref"]
    agent.pay(ref, 15_000, "T-1")
    (status, _paid), _content = agent.pay(ref, 15_000, "T-2")
    assert status == 201
    assert billing.balance(1, number) == -15_000


def test_who_did_not_sign_it_just_so_is_refused(agent, number, monkeypatch) -> None:
    standing = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: standing)
    content = {"account_no": number, "meter_last4": number[-4:]}

    def refused(**odd) -> str:
        status, answer = agent.call("POST", "fetch/", content, **odd)
        assert status == 401
        return answer["error"]

    now = int(standing.timestamp())
    assert refused(stamp=now - 301) == "STALE_TIMESTAMP"
    assert refused(stamp=now + 302) == "STALE_TIMESTAMP"
    assert refused(key=Ed25519PrivateKey.generate()) == "WRONG_SIGNATURE"
    assert refused(sent_body=b'{"account_no": "other"}') == "WRONG_SIGNATURE"
    assert refused(nonce="short") == "WRONG_NONCE"
    body = json.dumps(content).encode()
    headers = agent.headers("POST", PREFIX + "fetch/", body)
    assert in_process("POST", PREFIX + "fetch/", body, headers)[0] == 200
    assert in_process("POST", PREFIX + "fetch/", body, headers)[1] == {"error": "NONCE_USED"}
    other = headers | {"Wasl-Agent": "BANK9"}
    assert in_process("POST", PREFIX + "fetch/", body, other)[0] == 401
    moved = agent.headers("POST", PREFIX + "fetch/", body)
    assert in_process("POST", PREFIX + "payments/", body, moved)[0] == 401
    assert in_process("POST", PREFIX + "fetch/", body, {})[0] == 401
    assert services.forget_nonces(now=timezone.now() + timedelta(hours=1)) > 0
    assert not BillerNonce.objects.exists()


def test_numbers_are_not_tried_out(agent, number) -> None:
    assert agent.fetch(number, "0000")[0] == 404
    for _attempt in range(29):
        agent.fetch(number, "0000")
    assert agent.fetch(number, "0000")[0] == 429


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"amount": 249}, "AMOUNT_TOO_SMALL"), ({"amount": 1_000_001}, "AMOUNT_TOO_LARGE"),
        ({"amount": 1.5}, "WRONG_AMOUNT"), ({"amount": "1000"}, "WRONG_AMOUNT"),
        ({"amount": True}, "WRONG_AMOUNT"), ({"channel": "PIGEON"}, "WRONG_CHANNEL"),
        ({"taken_at": "2020-01-01T00:00:00+03:00"}, "WRONG_TIME"),
        ({"taken_at": "2026-11-24T10:00:00"}, "WRONG_TIME_OR_REF"),
        ({"transaction_id": "a/b"}, "WRONG_TRANSACTION_ID"),
        ({"fetch_ref": "00000000-0000-0000-0000-000000000000"}, "UNKNOWN_FETCH_REF"),
        ({"fetch_ref": 7}, "WRONG_FETCH_REF"),
    ],
)  # fmt: skip
def test_what_is_no_payment(agent, number, changes, error) -> None:
    ref = agent.fetch(number)[1]["fetch_ref"]
    (status, answer), _content = agent.pay(ref, **({"amount": 5_000} | changes))
    assert status in {404, 422}
    assert answer == {"error": error}
    assert billing.balance(1, number) == 15_000


def test_the_limit_of_a_day(agent, number) -> None:
    ref = agent.fetch(number)[1]["fetch_ref"]
    assert agent.pay(ref, 1_000_000, "T-1")[0][0] == 201
    assert agent.pay(ref, 300_000, "T-2")[0] == (422, {"error": "LIMIT_OF_THE_DAY"})


def test_only_who_took_it_takes_it_back_and_in_time(agent, number) -> None:
    ref = agent.fetch(number)[1]["fetch_ref"]
    agent.pay(ref, 15_000)
    other = register("BANK2")
    assert other.call("POST", "payments/T-1/reversal/", {"reason": "x"})[0] == 404
    assert other.pay(ref, 15_000)[0][0] == 404
    status, answer = agent.call("POST", "payments/T-1/reversal/", {"reason": "wrong account"})
    assert (status, answer["status"]) == (200, "REVERSED")
    assert agent.call("POST", "payments/T-1/reversal/", {"reason": "again"})[0] == 200
    assert billing.balance(1, number) == 15_000

    agent.pay(ref, 15_000, "T-2")
    from wasl.payments.models import BillerAgent

    found = BillerAgent.objects.get(code="BANK1")
    with pytest.raises(services.UnableToServeAgent, match="AFTER_CUT_OFF"):
        services.reverse_payment(
            agent=found, transaction_id="T-2", reason="x", now=timezone.now() + timedelta(days=2)
        )


def test_the_list_of_the_day_names_each_break(agent, number) -> None:
    ref = agent.fetch(number)[1]["fetch_ref"]
    for name, amount in (("A", 1_000), ("B", 2_000), ("C", 3_000), ("D", 4_000)):
        agent.pay(ref, amount, name)
    agent.call("POST", "payments/D/reversal/", {"reason": "x"})
    today = f"days/{timezone.localdate()}/"
    lines = [{"transaction_id": n, "amount": a} for n, a in (("A", 1_000), ("B", 2_500), ("E", 9))]
    status, answer = agent.call("POST", today, {"lines": lines})
    assert status == 200
    assert not answer["matches"]
    assert {(b["transaction_id"], b["ours"], b["yours"]) for b in answer["breaks"]} == {
        ("B", 2_000, 2_500), ("C", 3_000, None), ("E", None, 9),
    }  # fmt: skip
    good = [{"transaction_id": n, "amount": a} for n, a in (("A", 1000), ("B", 2000), ("C", 3000))]
    assert agent.call("POST", today, {"lines": good})[1]["matches"]
    assert agent.call("POST", today, {"lines": [{"transaction_id": 1}]})[0] == 422


def test_what_the_agent_pays_in_is_matched_and_the_day_balances(agent, number) -> None:
    ref = agent.fetch(number)[1]["fetch_ref"]
    agent.pay(ref, 10_000, "A")
    agent.pay(ref, 5_000, "B")
    agent.call("POST", "payments/B/reversal/", {"reason": "x"})
    by = clerk(1)
    now = timezone.now()
    bank(Booking(amount="10000.000", reference="1", text="deposit BANK1 today"), by=by, now=now)
    assert Match.objects.get().target == "AGENT"
    closed = services.close_day(
        directorate_id=1, day=timezone.localdate(now), actor=by, now=timezone.now()
    )
    assert closed.is_balanced, differences(closed)
    agents = next(check for check in closed.checks if check["code"] == "AGENTS")
    assert (agents["party"], agents["books"]) == ("BANK1", 0)


def test_over_a_real_wire(number, live_server) -> None:
    host = live_server.url.removeprefix("http://")

    def send(method, path, body, headers):
        with closing(http.client.HTTPConnection(host, timeout=20)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    wired = register("WIRE1", send)
    status, due = wired.fetch(number)
    assert (status, due["owed"]) == (200, 15_000)
    assert wired.pay(due["fetch_ref"], 15_000)[0][0] == 201
