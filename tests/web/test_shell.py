"""The shell: languages, headers, installation, errors."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.casework.conftest import NOW
from wasl.core.templatetags import wasl as filters
from wasl.directorates import seeding

pytestmark = pytest.mark.django_db


def test_arabic_is_spoken_whatever_the_browser_asks_for(client: Client) -> None:
    page = client.get(reverse("web:home"), headers={"Accept-Language": "en"})

    assert '<html lang="ar" dir="rtl">' in page.content.decode()


@pytest.mark.parametrize(("code", "direction"), [("ckb", "rtl"), ("en", "ltr"), ("ar", "rtl")])
def test_the_chosen_language_is_remembered(client: Client, code: str, direction: str) -> None:
    answer = client.post(reverse("web:language"), {"language": code, "next": "/help/"})
    page = client.get(answer.headers["Location"])

    assert f'<html lang="{code}" dir="{direction}">' in page.content.decode()


def test_language_leads_nowhere_else(client: Client) -> None:
    answer = client.post(
        reverse("web:language"), {"language": "en", "next": "https://evil.example/"}
    )

    assert answer.headers["Location"] == "/"


def test_the_policy_of_content_is_strict_and_its_nonce_fresh(client: Client) -> None:
    first, second = (client.get(reverse("web:help")) for _ in range(2))
    policy = first.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert policy != second.headers["Content-Security-Policy"]
    nonce = re.search(r"nonce-([^']+)", policy)
    assert nonce
    assert f'nonce="{nonce[1]}"' in first.content.decode()


def test_it_can_be_installed_and_works_offline(client: Client) -> None:
    manifest = client.get(reverse("web:manifest")).json()
    worker = client.get(reverse("web:service_worker")).content.decode()

    assert manifest["display"] == "standalone"
    assert manifest["lang"] == "ar"
    assert "/offline/" in worker
    assert "/my/state.json" in worker
    assert client.get("/offline/").status_code == 200


@pytest.mark.parametrize("path", ["/nowhere/", "/case/AAAA-AAAA-A/", "/log/tile/9/zzz"])
def test_what_is_not_there_is_said_in_arabic(client: Client, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 404


def test_home_shows_services_and_where_they_are(client: Client) -> None:
    seeding.run(now=NOW)
    page = client.get(reverse("web:home")).content.decode()

    assert page.count("w-card--link") == 5
    assert "الكرخ" in page


def test_first_pages_are_light(client: Client) -> None:
    for name in ("web:home", "casework:track", "web:help"):
        assert len(client.get(reverse(name)).content) < 30_000


def test_bidirectional_text_is_isolated() -> None:
    assert str(filters.ltr("K7MN")) == '<bdi dir="ltr">K7MN</bdi>'
    assert "15,000" in str(filters.dinars(15000))
    assert filters.ltr("<b>") == '<bdi dir="ltr">&lt;b&gt;</bdi>'


def test_demo_pages_do_not_exist_outside_the_demonstration(client: Client, settings) -> None:
    settings.WASL_DEMO = False

    assert client.get(reverse("web:demo")).status_code == 404
    assert client.post(reverse("web:demo_become"), {"person": "x"}).status_code == 404
