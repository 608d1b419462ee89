"""Web push: only a sign, encrypted for the browser; gone browsers forgotten; no way into our network."""

import socket
import time
from datetime import UTC, datetime

import http_ece
import pytest
import requests
from django.core.management import call_command
from django.test import Client

from tests import people, slow_tls
from tests.notifications.push_service import Browser, PushService
from wasl.core import jobs
from wasl.notifications import channels, pushing, services
from wasl.notifications.channels import web_push
from wasl.notifications.channels.web_push import encryption, endpoints
from wasl.notifications.models import Message, PushSubscription

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
CODE = {"code": "123456", "minutes": "10"}


@pytest.fixture
def service(settings, monkeypatch) -> PushService:
    settings.WASL_CHANNELS = ["in_app", "demo_phone", "web_push"]
    settings.WASL_VAPID_PRIVATE_KEY = encryption.new_private_key()
    made = PushService()
    monkeypatch.setattr(web_push, "session", made.session)
    return made


def keep(user, browser: Browser) -> None:
    pushing.keep(user=user, **browser.told, now=NOW)


def notify(user, **more) -> list[Message]:
    rows = services.notify(
        recipient=user, template="notifications.sign-in-code", values=CODE, directorate_id=1,
        now=NOW, **more,
    )  # fmt: skip
    jobs.drain(NOW)
    return rows


@pytest.mark.django_db
def test_the_browser_reads_that_there_is_something_and_no_more(service) -> None:
    user, browser = people.citizen(), Browser()
    keep(user, browser)
    rows = notify(user)
    letter = next(each for each in rows if each.channel == "in_app")
    (request,) = service.got
    assert browser.open(request.body) == {
        "title": "وصل",
        "body": "عندك رسالة جديدة. اضغط لقراءتها.",
        "url": f"/messages/{letter.id}/",
    }
    assert request.headers["Content-Encoding"] == "aes128gcm"
    assert int(request.headers["TTL"]) == 86_400
    assert len(request.headers["Topic"]) == 32
    sent = Message.objects.get(channel="web_push")
    assert (sent.status, sent.text, sent.subject, sent.body) == ("SENT", None, None, None)


@pytest.mark.django_db
def test_no_other_browser_can_read_it(service) -> None:
    user, browser = people.citizen(), Browser()
    keep(user, browser)
    notify(user)
    other = Browser()
    other.secret = browser.secret
    with pytest.raises(http_ece.ECEException):
        other.open(service.got[0].body)


@pytest.mark.django_db
@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(service, status) -> None:
    user, gone, here = people.citizen(), Browser(1), Browser(2)
    keep(user, gone)
    keep(user, here)
    service.statuses[gone.endpoint] = status
    notify(user)
    assert [each.endpoint for each in pushing.addresses_of(user)] == [here.endpoint]
    service.statuses[here.endpoint] = status
    notify(user)
    assert not PushSubscription.objects.exists()
    assert Message.objects.filter(channel="web_push", status="FAILED").count() == 1
    # Without browsers nothing is queued for them.
    assert {each.channel for each in notify(user)} == {"in_app", "demo_phone"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "expected"), [(500, "QUEUED"), (429, "QUEUED"), (400, "FAILED"), (302, "FAILED")]
)
def test_answers_are_permanent_or_passing(service, status, expected) -> None:
    user, browser = people.citizen(), Browser()
    keep(user, browser)
    service.statuses[browser.endpoint] = status
    notify(user)
    assert Message.objects.get(channel="web_push").status == expected


@pytest.mark.django_db
def test_what_a_person_did_not_choose_is_not_used(service) -> None:
    user = people.citizen()
    keep(user, Browser())
    assert {each.channel for each in notify(user, over=set())} == {"in_app"}
    assert {each.channel for each in notify(user, over={channels.SMS})} == {"in_app", "demo_phone"}
    assert {each.channel for each in notify(user, over={channels.PUSH})} == {"in_app", "web_push"}


@pytest.mark.django_db
def test_a_browser_belongs_to_whoever_signed_in_last_and_ten_are_enough(service) -> None:
    first, second, browser = people.citizen(), people.citizen(), Browser()
    keep(first, browser)
    keep(second, browser)
    assert pushing.count_of(first) == 0
    for number in range(2, 14):
        keep(second, Browser(number))
    assert pushing.count_of(second) == pushing.MOST
    assert pushing.forget(user=first, endpoint=browser.endpoint) == 0


WRONG = [
    "http://push.example.com/x", "https://127.0.0.1/x", "https://[::1]/x", "https://10.0.0.1/x",
    "https://localhost/x", "https://db/x", "https://push.example.com:8443/x", "https://2130706433/x",
    "https://user:pw@push.example.com/x", "https://metadata.internal/x", "ftp://push.example.com/x",
    "https://0x7f.1/x", "https://push.example.com\\@10.0.0.1/x", "https://printer.local/x", "",
    "https://push.example.com/" + "x" * 1000, "https://push.example.com/\u0660", "//push.example.com",
    "https://1.0.0.127.in-addr.arpa/", "https://push.example.com/ x", "https://push.example.com:99999/",
]  # fmt: skip


@pytest.mark.parametrize("endpoint", WRONG)
def test_an_address_that_is_no_push_services_is_refused(endpoint) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - urlsplit has words of its own
        endpoints.require_public(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    ["https://fcm.googleapis.com/fcm/send/abc:def", "https://updates.push.services.mozilla.com/wpush/v2/x",
     "https://web.push.apple.com/QPw", "https://wns2-am3p.notify.windows.com/w/?token=a"],
)  # fmt: skip
def test_the_push_services_of_the_browsers_are_known(endpoint) -> None:
    endpoints.require_public(endpoint)


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["10.1.2.3"], ["169.254.169.254"], ["::1"], ["fd00::1"], ["::ffff:127.0.0.1"],
     ["93.184.215.14", "192.168.1.1"], ["224.0.0.1"], ["100.64.0.1"],
     # Addresses of version 4 in disguise.
     ["64:ff9b::a00:1"], ["2002:a00:1::"], ["2001:0:a00:1::"], ["::7f00:1"]],
)  # fmt: skip
def test_a_public_name_that_leads_into_our_network_is_not_followed(monkeypatch, addresses) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)
    connected = []
    monkeypatch.setattr(endpoints, "create_connection", lambda *args, **_more: connected.append(args))  # fmt: skip
    with web_push.session() as opened, pytest.raises((requests.RequestException, OSError)):
        opened.post("https://push.example.com/x", data=b"x", timeout=(1, 1))
    assert connected == []


def post_to(here: slow_tls.Server, settings, monkeypatch) -> int:
    """What the channel makes of a push service that somebody has set up for themselves."""
    settings.WASL_VAPID_PRIVATE_KEY = encryption.new_private_key()
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", here.port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)
    monkeypatch.setattr(endpoints, "is_outside", lambda _address: True)
    monkeypatch.setattr(endpoints, "require_public", lambda _endpoint: None)
    told = Browser().told | {"endpoint": f"https://push.example.com:{here.port}/x"}
    with web_push.session() as opened:
        opened.verify = str(here.certificate)
        return web_push.Channel()._post(opened, channels.PushAddress(**told), b"{}", "0" * 32)


def test_an_answer_without_end_is_not_read(settings, monkeypatch, tmp_path) -> None:
    """Whoever can sign in can name a browser: it must not hold up everybody's messages."""
    with slow_tls.serving(tmp_path, "push.example.com", slow_tls.flood) as here:
        began = time.monotonic()
        assert post_to(here, settings, monkeypatch) == 201
        assert time.monotonic() - began < 2
    assert here.sent < 32 * 2**20


@pytest.mark.parametrize("before", [0.0, 0.8])
def test_nor_is_one_waited_for_that_drips(settings, monkeypatch, tmp_path, before) -> None:
    monkeypatch.setattr(endpoints, "TOTAL_SECONDS", 0.5)
    with slow_tls.serving(tmp_path, "push.example.com", slow_tls.drip, before=before) as here:
        began = time.monotonic()
        post_to(here, settings, monkeypatch)
        assert time.monotonic() - began < 2


def test_what_is_not_encrypted_is_never_sent() -> None:
    with web_push.session() as opened, pytest.raises(requests.RequestException):
        opened.post("http://push.example.com/x", data=b"x", timeout=(1, 1))


@pytest.mark.django_db
def test_the_page_keeps_a_browser_and_refuses_nonsense(service) -> None:
    user, browser = people.citizen(), Browser()
    client = people.sign_in(Client(), user)
    assert client.post("/messages/push/", browser.told).json() == {"kept": True}
    for wrong in (
        {}, browser.told | {"endpoint": "https://10.0.0.1/"}, browser.told | {"auth": "short"},
        browser.told | {"p256dh": "AAAA"}, browser.told | {"auth": "%%%"},
    ):  # fmt: skip
        assert client.post("/messages/push/", wrong).status_code == 422
    assert pushing.count_of(user) == 1
    assert Client().post("/messages/push/", browser.told).status_code == 302
    client.post("/messages/push/stop/")
    assert pushing.count_of(user) == 0


@pytest.mark.django_db
def test_signs_are_offered_only_where_they_are_set_up(service, settings, client) -> None:
    assert len(encryption.decoded(web_push.public_key())) == 65
    settings.WASL_CHANNELS = ["in_app"]
    assert web_push.public_key() == ""
    script = client.get("/sw.js").content.decode()
    assert "showNotification" in script
    assert "notificationclick" in script


def test_the_command_makes_a_key_that_works(capsys, settings) -> None:
    call_command("vapid_keys")
    name, _sign, key = capsys.readouterr().out.strip().partition("=")
    assert name == "WASL_VAPID_PRIVATE_KEY"
    settings.WASL_VAPID_PRIVATE_KEY = key
    assert encryption.authorization("https://push.example.com", now=0)["Authorization"]
