"""The bank's own Python client, unchanged, against the stand-in: token, create and status."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fib_payments import APIError, AuthenticationError, FIBConfig, FIBPaymentsClient

from tests.payments.stand_ins import press, stand_in


@pytest.fixture
def fib(settings, tmp_path):
    with stand_in("fib", settings, tmp_path) as app:
        yield app


def config(fib, **changes):
    given = {
        "base_url": fib.base_url,
        "client_id": "wasl",
        "client_secret": fib.client_secret,
        "callback_url": "http://127.0.0.1:9/callback",
    }
    return FIBConfig(**{**given, **changes})


def run(fib, questions, **changes):
    """What a conversation with the client gives."""

    async def talk():
        async with FIBPaymentsClient(config(fib, **changes)) as client:
            return await questions(client)

    # A browser driven by an earlier test keeps a loop of its own running in this thread.
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(lambda: asyncio.run(talk())).result()


def test_the_official_client_creates_and_asks(fib):
    async def talk(client):
        payment = await client.create_payment(125_000.0, description="fee")
        before = await client.get_payment_status(payment["paymentId"])
        await asyncio.to_thread(press, payment["personalAppLink"], action="pay")
        return payment, before, await client.get_payment_status(payment["paymentId"])

    payment, before, after = run(fib, talk)
    kept = fib.payments.store.rows[payment["paymentId"]]

    assert (before, after) == ("UNPAID", "PAID")
    assert payment["qrCode"].startswith("data:image/png;base64,")
    assert kept.readable_code == payment["readableCode"]
    assert (kept.dinars, kept.refundable_seconds) == (125_000, 7 * 86_400)
    assert kept.callback_url == "http://127.0.0.1:9/callback"


def test_the_official_client_is_told_of_a_wrong_secret(fib):
    with pytest.raises(AuthenticationError):
        run(fib, lambda client: client.create_payment(1), client_secret="another")


def test_the_official_client_never_renews_its_token(fib):
    """Why the adapter of Wasl does: after a minute, the client can only be thrown away."""

    async def talk(client):
        payment = await client.create_payment(1)
        fib.clock.move(timedelta(seconds=61))
        return await client.get_payment_status(payment["paymentId"])

    with pytest.raises(APIError, match="401"):
        run(fib, talk)


@pytest.mark.parametrize(("call", "status"), [("cancel_payment", "204"), ("refund_payment", "202")])
def test_the_official_client_takes_done_for_failed(fib, call, status):
    """As its source says of any bank: it wants 200 or 201. The payment moves all the same."""

    async def talk(client):
        payment = await client.create_payment(1)
        if call == "refund_payment":
            await asyncio.to_thread(press, payment["personalAppLink"], action="pay")
        await getattr(client, call)(payment["paymentId"])

    with pytest.raises(APIError, match=status):
        run(fib, talk)

    moved = next(iter(fib.payments.store.rows.values())).status
    assert moved == ("DECLINED" if call == "cancel_payment" else "REFUND_REQUESTED")
