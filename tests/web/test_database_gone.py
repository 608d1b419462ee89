"""The database is gone for a moment: the reader is told so, nothing is half done, and it goes on."""

import os
import socket
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.billing import town
from tests.people import citizen, sign_in
from wasl.core import scope
from wasl.customers.models import Account
from wasl.directorates import seeding
from wasl.payments.models import Basket, PaymentRequest
from wasl.payments.services import baskets

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reader() -> Client:
    return Client(raise_request_exception=False)


def cut_the_wire() -> None:
    """As when the cable is pulled: neither side says goodbye."""
    with socket.socket(fileno=os.dup(connection.connection.fileno())) as wire:
        wire.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("language", "words"),
    [("ar", "نعود بعد لحظات"), ("ckb", "دوای ساتێک دەگەڕێینەوە"), ("en", "Back in a moment")],
)
def test_a_page_says_so_in_the_readers_language(
    reader: Client, monkeypatch, language, words
) -> None:
    reader.cookies["wasl_lang"] = language
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    answer = reader.get("/")
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert "Content-Security-Policy" in answer
    assert words in answer.content.decode()
    connection.close()
    monkeypatch.undo()
    assert reader.get("/").status_code == 200


def test_a_form_cut_off_in_the_middle_leaves_nothing(reader: Client, monkeypatch) -> None:
    with scope.within_system():
        seeding.run(now=NOW)
        payer = citizen()
        (number,) = town.build(1)
        Account.objects.update(holder_id=payer.id)
    sign_in(reader, payer)
    form = {"pay": "1", f"pick_{number}": "1", f"amount_{number}": "5000"}
    address = reverse("payments:pay_accounts")

    def cut(**_values: object) -> None:
        assert Basket.objects.exists()
        cut_the_wire()

    monkeypatch.setattr(baskets, "request_payment", cut)
    answer = reader.post(address, form)
    assert answer.status_code == 503
    connection.close()
    monkeypatch.undo()
    with scope.within_system():
        assert not Basket.objects.exists()
    answer = reader.post(address, form)
    assert answer.status_code == 302
    with scope.within_system():
        assert PaymentRequest.objects.get().amount == 5000


def test_a_connection_that_died_between_requests_costs_one_answer_at_most(reader: Client) -> None:
    assert reader.get("/").status_code == 200
    cut_the_wire()
    codes = [reader.get("/").status_code for _turn in range(3)]
    assert codes[-1] == 200
    assert set(codes) <= {200, 503}
