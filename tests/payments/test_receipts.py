"""The receipt of a payment: on screen, on paper, and proved by the log; an altered one is found out."""

import io
from dataclasses import replace

import pikepdf
import pytest
from django.db import connection
from django.urls import reverse

from tests.payments.test_reconciliation import numbers, pay, payer  # noqa: F401 (fixtures)
from tests.people import citizen, sign_in
from tests.transparency.conftest import log_folder  # noqa: F401 (a fixture)
from wasl.core.database import APP_ROLE
from wasl.payments.models import Settlement
from wasl.transparency import proofs
from wasl.transparency import services as transparency
from wasl.transparency.encoding import NotAccepted
from wasl.transparency.installed_policy import load as installed_policy
from wasl.transparency.proofs import Receipt

# ruff: noqa: F811


@pytest.fixture
def paid(payer, numbers) -> Settlement:
    return pay(payer, numbers[0], 15_000)


def address(name: str, paid: Settlement) -> str:
    return reverse(f"payments:{name}", args=[paid.request_id])


def test_the_receipt_is_the_payers_alone(client, paid, payer) -> None:
    for name in ("receipt_pdf", "proof"):
        assert client.get(address(name, paid)).status_code == 302
    sign_in(client, citizen())
    for name in ("receipt_pdf", "proof"):
        assert client.get(address(name, paid)).status_code == 404


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_on_paper_in_each_language(client, paid, payer, language) -> None:
    sign_in(client, payer)
    answer = client.get(address("receipt_pdf", paid), {"language": language})
    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as found:
        assert len(found.pages) == 1


def test_on_screen_with_the_ways_to_keep_it(client, paid, payer) -> None:
    sign_in(client, payer)
    page = client.get(address("return", paid)).content.decode()
    assert paid.receipt_no in page
    assert address("receipt_pdf", paid) in page
    assert address("proof", paid) in page
    assert client.get(address("proof", paid)).status_code in {200, 202}


def test_an_altered_receipt_is_found_out(client, paid, payer, log_folder) -> None:
    from tests.payments.test_reconciliation import NOW

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")  # the sequencer has rights of its own
        transparency.advance(now=NOW)
        cursor.execute(f"SET LOCAL ROLE {APP_ROLE}")
    sign_in(client, payer)
    answer = client.get(address("proof", paid))
    assert answer.status_code == 200

    receipt = Receipt.parse(answer.content)
    told = proofs.verify(receipt, installed_policy()).payload["data"]
    assert (told["receipt"], told["amount"]) == (paid.receipt_no, 15_000)
    assert "<svg" in client.get(address("return", paid)).content.decode()
    for old, new in ((b"15000", b"95000"), (paid.receipt_no.encode(), b"AAAA-AAAA-AA")):
        assert receipt.extra is not None
        assert old in receipt.extra
        forged = replace(receipt, extra=receipt.extra.replace(old, new))
        with pytest.raises(NotAccepted):
            proofs.verify(forged, installed_policy())
