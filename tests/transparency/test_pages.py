"""The log over HTTP: what is served, as what, for how long, and to whom it is refused."""

import re

import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from tests.transparency.conftest import NOW, record
from wasl.transparency import (
    compact,
    merkle,
    proofs,
    responses,
    selectors,
    services,
    tiles,
    verification_page,
)
from wasl.transparency.checkpoints import Checkpoint
from wasl.transparency.notes import Note, signers
from wasl.transparency.policies import Policy

pytestmark = [pytest.mark.django_db, pytest.mark.owner]


@pytest.fixture
def log(log_folder):
    record(300)
    services.advance(now=NOW)
    return log_folder


def test_a_stranger_rebuilds_the_whole_log_from_what_is_served(client, log):
    note = Note.parse(client.get("/log/checkpoint").content)
    policy = Policy.of_log(client.get("/log/vkey").content.decode().strip())
    assert signers(note, [party.key for party in policy.logs])
    checkpoint = Checkpoint.parse(note.text)

    def read_tile(level, number, width):
        return client.get(f"/log/tile/{tiles.path(level, number, width)}").content

    read = tiles.node_reader(read_tile, checkpoint.size)
    assert merkle.tree_root(read, checkpoint.size) == checkpoint.root
    entries = []
    for number in (0, 1):
        width = tiles.width_at(None, number, checkpoint.size)
        entries += tiles.unbundle(
            client.get(f"/log/tile/{tiles.path(None, number, width)}").content
        )
    assert merkle.root_of(entries) == checkpoint.root
    assert proofs.verify_checkpoint(note, Policy.parse(client.get("/log/policy").content))


@pytest.mark.parametrize(
    ("address", "content_type", "caching"),
    [
        ("checkpoint", "text/plain; charset=utf-8", "max-age=2"),
        ("tile/0/000", "application/octet-stream", "immutable"),
        ("tile/0/001.p/44", "application/octet-stream", "immutable"),
        ("tile/1/000.p/1", "application/octet-stream", "immutable"),
        ("tile/entries/000", "application/octet-stream", "immutable"),
        ("vkey", "text/plain; charset=utf-8", "max-age=300"),
        ("policy", "text/plain; charset=utf-8", "max-age=300"),
    ],
)
def test_types_and_caching(client, log, address, content_type, caching):
    response = client.get(f"/log/{address}")

    assert response.status_code == 200
    assert response["Content-Type"] == content_type
    assert caching in response["Cache-Control"]
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in response
    assert client.post(f"/log/{address}").status_code in (403, 405)


@pytest.mark.parametrize(
    "address",
    ["0/002", "0/001", "0/001.p/45", "1/000", "2/000.p/1", "0/1", "entries/002", "0/000.p/256",
     "../checkpoint", "0/%2e%2e/%2e%2e/vkey", "64/000"],
)  # fmt: skip
def test_what_is_not_promised_is_not_served(client, log, address):
    assert client.get(f"/log/tile/{address}").status_code == 404


def test_earlier_partial_tiles_stay_available(client, log):
    assert len(client.get("/log/tile/0/000.p/10").content) == 320
    assert len(tiles.unbundle(client.get("/log/tile/entries/000.p/10").content)) == 10


def test_tiles_beyond_the_published_checkpoint_are_not_served(client, log, monkeypatch):
    record(3)
    services.integrate(now=NOW)
    monkeypatch.setattr(services.sealing, "publish", lambda **_: None)
    services.seal(now=NOW)

    assert client.get("/log/tile/0/001.p/47").status_code == 404


@pytest.mark.parametrize("name", ["checkpoint", "vkey", "policy"])
def test_before_the_first_publication_there_is_nothing(client, log_folder, name):
    assert client.get(f"/log/{name}").status_code == 404
    assert client.get("/log/").status_code == 200


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_the_log_explains_itself_and_its_limits(client, log, language):
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language

    html = client.get("/log/").content.decode()

    assert f'lang="{language}"' in html
    assert "wasl.example/log" in html
    assert reverse("transparency:verify") in html
    assert ("It proves what was recorded" in html) is (language == "en")


def test_the_verification_page_brings_key_and_policy_of_its_own(client, log):
    response = client.get("/log/verify")

    html = response.content.decode()
    vkey = (log / "vkey").read_text().strip()
    assert f"log {vkey}" in html
    assert 'data-language="ar"' in html
    policy = response["Content-Security-Policy"]
    assert policy == verification_page.CONTENT_SECURITY_POLICY
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/]{43}='", policy)
    assert "connect-src" not in policy
    assert "default-src 'none'" in policy
    saved = client.get("/log/verify?save=1")
    assert "attachment" in saved["Content-Disposition"]
    script = client.get("/log/verify.sh").content
    assert script.startswith(b"#!/usr/bin/env bash")


def test_a_policy_cannot_break_out_of_the_page(client, log):
    (log.parent / "log-policy.txt").write_text(
        "# </textarea><script>alert(1)</script>\nquorum none\n"
    )

    html = client.get("/log/verify").content.decode()

    assert "<script>alert" not in html
    assert html.count("<script>") == 1


def test_a_receipt_is_a_file_that_nobody_on_the_way_keeps(log):
    [event_id] = record(1)
    services.advance(now=NOW)
    receipt = selectors.receipt_for(event_id=event_id)

    response = responses.receipt_response(receipt)

    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Disposition"].endswith('.tlog-proof"')
    assert proofs.Receipt.parse(response.content) == receipt
    svg = responses.receipt_qr(receipt)
    assert svg.startswith("<svg")
    assert compact.from_digits(compact.to_digits(receipt)) == receipt


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_served_page_verifies_under_its_own_policy(browser, live_server, log_folder):
    [event_id] = record(1)
    services.advance(now=NOW)
    digits = compact.to_digits(selectors.receipt_for(event_id=event_id))
    page = browser.new_page()
    troubles = []
    page.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)

    page.goto(f"{live_server.url}/log/verify#{digits}")
    page.wait_for_selector("#result[data-outcome]")

    assert page.get_attribute("#result", "data-outcome") == "good"
    assert [text for text in troubles if "favicon" not in text and "404" not in text] == []
    page.close()
