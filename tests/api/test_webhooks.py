"""Webhooks: signed, thin, tried again for two days, never sent into our own network."""

import json
import socket
import ssl
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from tests import people, slow_tls
from wasl.accounts.actors import Actor
from wasl.accounts.roles import Role
from wasl.api import services, webhook_http, webhook_signatures
from wasl.api.models import Delivery, Endpoint
from wasl.api.webhook_http import UnableToSend
from wasl.complaints import services as complaints
from wasl.core import jobs
from wasl.events.models import Event
from wasl.network.topology import Element
from wasl.outages import services as outages

from .conftest import NOW, Caller, Town
from .receiver import Receiver, receiving

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings):
    settings.DEBUG = True  # on a developer's machine, addresses of the machine itself are sent to
    with receiving() as made:
        yield made


@pytest.fixture
def told(town: Town, partner: dict[str, str], receiver: Receiver) -> str:
    """The secret of an endpoint that is told of everything."""
    _endpoint, secret = services.register_endpoint(
        client_code="CITY", url=receiver.url, kinds=[], now=NOW
    )
    return secret


def bodies(receiver: Receiver) -> list[dict]:
    return [json.loads(body) for _headers, body in receiver.received]


def test_the_published_vector_is_signed_alike() -> None:
    found = webhook_signatures.sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_news_of_reports_are_sent_signed_and_thin(
    town: Town, told: str, receiver: Receiver
) -> None:
    report = town.report("street_light", words="my name is Ali", answers={"fault": "off"})
    town.report("conduct", words="somebody was rude")
    (news,) = bodies(receiver)
    assert news["type"] == "report.received"
    assert news["data"] == {
        "directorate": "KARKH", "reference": report.reference, "category": "street_light",
        "district": report.district_code, "outcome": "",
    }  # fmt: skip
    assert receiver.is_signed(0, told)
    assert not receiver.is_signed(0, webhook_signatures.new_secret())
    headers, _body = receiver.received[0]
    sent = Delivery.objects.get()
    assert headers["webhook-id"] == f"msg_{sent.id}"
    assert (sent.state, sent.attempts, sent.last_status) == ("DELIVERED", 1, 200)


def test_news_of_outages_withhold_small_figures(town: Town, told: str, receiver: Receiver) -> None:
    made = outages.open_outage(
        directorate_id=1, element=Element(kind="TRANSFORMER", code=town.transformer.code),
        cause="FAULT", began_at=NOW, actor=Actor.system(), now=NOW,
    )  # fmt: skip
    outages.restore(outage_id=made.id, at=NOW, actor=Actor.system(), now=NOW)
    jobs.drain(NOW)
    news = bodies(receiver)
    assert [each["type"] for each in news] == ["outage.opened", "outage.restored"]
    assert all((each["data"]["customers"] is None) == (made.customers < 10) for each in news)
    assert news[0]["data"]["reference"] == made.reference


def test_news_of_planned_work(town: Town, told: str, receiver: Receiver) -> None:
    engineer, supervisor = (
        Actor.for_user(people.staff(role), role, 1) for role in (Role.ENGINEER, Role.SUPERVISOR)
    )
    work = outages.draft_work(
        directorate_id=1, element=Element("TRANSFORMER", town.transformer.code),
        reason="maintenance", begins_at=NOW + timedelta(days=3),
        ends_at=NOW + timedelta(days=3, hours=2), actor=engineer, now=NOW,
    )  # fmt: skip
    jobs.drain(NOW)
    assert bodies(receiver) == []  # a draft is nobody's business
    outages.announce_work(work_id=work.id, actor=supervisor, now=NOW)
    outages.cancel_work(work_id=work.id, reason="weather", actor=supervisor, now=NOW)
    jobs.drain(NOW)
    announced, cancelled = bodies(receiver)
    assert [each["type"] for each in (announced, cancelled)] == ["work.announced", "work.cancelled"]
    assert announced["data"]["reference"] == cancelled["data"]["reference"]
    assert (announced["data"]["customers"], announced["data"]["fewer_than"]) == (None, 10)
    assert cancelled["data"]["cancelled_for"] == "weather"


def test_only_the_kinds_and_directorates_that_are_wanted(town: Town, receiver: Receiver) -> None:
    for code, offices in (("HERE", [1]), ("THERE", [2])):
        complaints.register_client(code=code, name=code, jurisdictions=offices, now=NOW)
        for kind in ("report.received", "outage.opened"):
            services.register_endpoint(
                client_code=code, url=f"{receiver.url}?{code}{kind}", kinds=[kind], now=NOW
            )
    town.report("street_light", answers={"fault": "off"})
    (sent,) = Delivery.objects.select_related("endpoint__client")
    assert (sent.endpoint.client.code, sent.endpoint.kinds) == ("HERE", ["report.received"])


def test_an_event_told_twice_is_one_piece_of_news(
    town: Town, told: str, receiver: Receiver
) -> None:
    town.report("street_light", answers={"fault": "off"})
    event = Event.objects.get(kind="complaints.report.received")
    assert services.spread(event=event, now=NOW) == 0
    services.deliver(delivery_id=Delivery.objects.get().id, now=NOW)
    assert len(receiver.received) == 1


@pytest.mark.parametrize(
    ("behaves", "error"),
    [(500, "HTTP_500"), (404, "HTTP_404"), (302, "HTTP_302"), ("cut", "NO_ANSWER"),
     ("hang", "NO_ANSWER_IN_TIME"), ("drip", "NO_ANSWER_IN_TIME")],
)  # fmt: skip
def test_what_is_not_taken_is_tried_again(
    town: Town, told: str, receiver: Receiver, behaves: int | str, error: str, monkeypatch
) -> None:
    monkeypatch.setattr(webhook_http, "TOTAL_SECONDS", 0.5)
    receiver.behaves = behaves
    town.report("street_light", answers={"fault": "off"})
    sent = Delivery.objects.get()
    assert (sent.state, sent.attempts, sent.last_error) == ("WAITING", 1, error)
    assert sent.next_at == NOW + services.WAITS[0]
    jobs.drain(NOW)
    assert len(receiver.received) == 1
    receiver.behaves = 204
    jobs.drain(NOW + services.WAITS[0])
    sent.refresh_from_db()
    assert (sent.state, sent.attempts) == ("DELIVERED", 2)
    first, second = (headers["webhook-id"] for headers, _body in receiver.received)
    assert first == second


def test_an_answer_without_end_is_not_read(town: Town, told: str, receiver: Receiver) -> None:
    receiver.behaves = "flood"
    town.report("street_light", answers={"fault": "off"})
    assert Delivery.objects.get().state == "DELIVERED"


def test_it_is_given_up_after_two_days_and_sent_again_on_demand(
    town: Town, told: str, receiver: Receiver, call: Caller, partner: dict[str, str]
) -> None:
    receiver.behaves = 503
    town.report("street_light", answers={"fault": "off"})
    now = NOW
    for _turn in range(30):
        now += timedelta(hours=2)
        jobs.drain(now)
    sent = Delivery.objects.get()
    assert (sent.state, sent.attempts) == ("DEAD", len(services.WAITS) + 1)
    assert timedelta(days=2) < sum(services.WAITS, timedelta()) < timedelta(days=3)
    assert Endpoint.objects.get().state == "ACTIVE"
    (hook,) = call("listWebhooks", headers=partner)["items"]
    listed = call(
        "listWebhookDeliveries", endpoint_id=hook["id"], headers=partner, query={"state": "DEAD"}
    )
    receiver.behaves = 200
    call("sendWebhookAgain", delivery_id=listed["items"][0]["id"], headers=partner)
    call("sendWebhookAgain", 409, delivery_id=listed["items"][0]["id"], headers=partner)
    services.deliver(delivery_id=sent.id, now=now + timedelta(days=9))
    sent.refresh_from_db()
    assert sent.state == "DELIVERED"


def test_the_operator_sends_everything_again(
    town: Town, told: str, receiver: Receiver, capsys
) -> None:
    for words in ("a", "b"):
        town.report("street_light", answers={"fault": "off"}, words=words)
    Delivery.objects.all().delete()
    endpoint = Endpoint.objects.get()
    for _turn in range(2):
        Delivery.objects.create(
            id=uuid4(), endpoint=endpoint, event_id=uuid4(), kind="ping", body="{}", state="DEAD",
            made_at=NOW,
        )  # fmt: skip
    call_command("webhook_again", "CITY")
    assert "2 are sent again" in capsys.readouterr().out
    assert set(Delivery.objects.values_list("state", flat=True)) == {"WAITING"}


def test_an_address_that_never_takes_is_switched_off_and_said(
    town: Town, told: str, receiver: Receiver
) -> None:
    receiver.behaves = 500
    town.report("street_light", answers={"fault": "off"})
    town.report("street_light", answers={"fault": "off"}, north_m=9, now=NOW + timedelta(days=5))
    assert Endpoint.objects.get().state == "OFF"
    event = Event.objects.get(kind="api.endpoint.switched_off")
    assert event.data["cause"] == "FAILING"
    receiver.received.clear()
    town.report("street_light", answers={"fault": "off"}, north_m=18, now=NOW + timedelta(days=6))
    assert receiver.received == []
    services.register_endpoint(client_code="CITY", url=receiver.url, kinds=[], now=NOW)
    assert Endpoint.objects.get().state == "ACTIVE"


def test_gone_is_taken_at_its_word(town: Town, told: str, receiver: Receiver) -> None:
    receiver.behaves = 410
    town.report("street_light", answers={"fault": "off"})
    assert Endpoint.objects.get().state == "OFF"
    assert Event.objects.get(kind="api.endpoint.switched_off").data["cause"] == "GONE"


def test_both_secrets_sign_for_a_day(
    town: Town, told: str, receiver: Receiver, call: Caller, partner: dict[str, str]
) -> None:
    endpoint = Endpoint.objects.get()
    new = services.rotate_secret(endpoint_id=endpoint.id, now=NOW)
    services.ping(endpoint_id=endpoint.id, now=NOW)
    jobs.drain(NOW)
    services.ping(endpoint_id=endpoint.id, now=NOW + timedelta(days=1))
    jobs.drain(NOW + timedelta(days=1))
    signed = [(receiver.is_signed(n, told), receiver.is_signed(n, new)) for n in (0, 1)]
    assert signed == [(True, True), (False, True)]
    services.sweep(now=NOW + timedelta(days=2))
    endpoint.refresh_from_db()
    assert endpoint.former_secret is None
    again = call("rotateWebhookSecret", endpoint_id=str(endpoint.id), headers=partner)["secret"]
    assert again not in {told, new}
    call("pingWebhook", 202, endpoint_id=str(endpoint.id), headers=partner)


def test_a_partner_sees_nothing_of_anothers(
    town: Town, told: str, receiver: Receiver, call: Caller, partner: dict[str, str]
) -> None:
    town.report("street_light", answers={"fault": "off"})
    endpoint, sent = Endpoint.objects.get(), Delivery.objects.get()
    _other, key = complaints.register_client(code="OTHER", name="O", jurisdictions=[], now=NOW)
    other = {"Authorization": f"Bearer {key}"}
    assert call("listWebhooks", headers=other)["items"] == []
    for name in ("listWebhookDeliveries", "pingWebhook", "rotateWebhookSecret"):
        call(name, 404, endpoint_id=str(endpoint.id), headers=other)
    call("sendWebhookAgain", 404, delivery_id=str(sent.id), headers=other)
    call("listWebhooks", 401)


def test_the_queue_forgets_nothing_and_what_was_said_stays(
    town: Town, told: str, receiver: Receiver
) -> None:
    receiver.behaves = 500
    town.report("street_light", answers={"fault": "off"})
    sent = Delivery.objects.get()
    assert services.sweep(now=NOW + timedelta(minutes=10)) == 0
    assert services.sweep(now=NOW + timedelta(hours=1)) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(id=sent.id).update(body="{}")


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.9.9", "169.254.169.254", "100.64.0.1", "0.0.0.1",
     "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1",
     "::ffff:10.0.0.1", "::7f00:1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "ff02::1", "not an address"],
)  # fmt: skip
def test_no_address_of_a_network_inside_is_sent_to(address: str, monkeypatch) -> None:
    assert not webhook_http.is_outside(address)
    outside = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))
    inside = (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [outside, inside])
    monkeypatch.setattr(socket, "create_connection", lambda *_a, **_k: pytest.fail("connected"))
    with pytest.raises(UnableToSend, match="ADDRESS_NOT_ALLOWED"):
        webhook_http.post("https://partner.example/", body=b"{}", headers={})


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch) -> None:
    asked, connected = [], []

    def resolve(host: str, *_given: object, **_more: object) -> list[object]:
        asked.append(host)
        # A name that points elsewhere the second time it is asked for.
        return [
            (socket.AF_INET, 1, 6, "", ("93.184.215.14" if len(asked) == 1 else "10.0.0.1", 443))
        ]

    def connect(address: tuple[str, int], *_given: object) -> None:
        connected.append(address)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(UnableToSend, match="NO_ANSWER"):
        webhook_http.post("https://partner.example/", body=b"{}", headers={})
    assert connected == [("93.184.215.14", 443)]
    assert webhook_http.is_outside("93.184.215.14")
    assert webhook_http.is_outside("2a00:1450:4001:80b::200e")


def test_a_handshake_that_outlasts_the_time_does_not_begin_it_anew(monkeypatch, tmp_path) -> None:
    """Else whoever is slow to connect could drip afterwards for as long as they liked."""
    monkeypatch.setattr(webhook_http, "TOTAL_SECONDS", 0.6)
    real = socket.create_connection

    def slowly(*given: object) -> socket.socket:
        time.sleep(0.4)
        return real(*given)

    monkeypatch.setattr(socket, "create_connection", slowly)
    with slow_tls.serving(tmp_path, "localhost", slow_tls.drip, before=0.4) as here:
        trusting = ssl.create_default_context(cafile=str(here.certificate))
        monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
        began = time.monotonic()
        with pytest.raises(UnableToSend, match="NO_ANSWER_IN_TIME"):
            url = f"https://localhost:{here.port}/"
            webhook_http.post(url, body=b"{}", headers={}, may_be_local=True)
        assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "url",
    ["http://partner.example/", "ftp://partner.example/", "https://", "https://a:b@partner.example/",
     "https://partner.example/#x", "https://partner.example:99999/", "https://pärtner.example/",
     "https://partner.example/a b", "https://partner.example/\r\nX: y", "file:///etc/passwd",
     "https://[::1", "https://partner.example/" + "x" * 500],
)  # fmt: skip
def test_addresses_that_are_none_are_refused(url: str) -> None:
    with pytest.raises(UnableToSend, match="WRONG_URL"):
        webhook_http.target(url, may_be_local=False)


def test_what_is_registered_must_be_possible(town: Town, partner: dict[str, str]) -> None:
    for code, url, kinds in (
        ("CITY", "https://127.0.0.1/", []), ("CITY", "http://partner.example/", []),
        ("CITY", "https://127.0.0.1/", ["nothing"]),
    ):  # fmt: skip
        with pytest.raises(services.UnableToRegisterEndpoint):
            services.register_endpoint(client_code=code, url=url, kinds=kinds, now=NOW)
    assert Endpoint.objects.count() == 0
