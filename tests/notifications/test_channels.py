"""One contract for every channel, and what each does with its own outside."""

import io
import json
import logging
import smtplib
from pathlib import Path

import pytest
import requests
from django.core import mail

import wasl.notifications.channels as channels
from tests.notifications.push_service import Browser
from wasl.notifications.channels.web_push import encryption

NAMES = sorted(p.parent.name for p in Path(channels.__file__).parent.glob("*/__init__.py"))
MESSAGE = channels.Outgoing(
    id="0190c2f0-0000-7000-8000-000000000001",
    language="ar",
    text="معاملتك K7MN-4XPD-2 قيد المراجعة",
    subject="المراجعة",
    body="معاملتك قيد المراجعة",
    phone="+9647701234567",
    mail_address="someone@example.com",
    push_addresses=(channels.PushAddress(**Browser().told),),
    link="/messages/",
)


class Gateway:
    """Answers in place of the HTTP gateway, and remembers what it was asked."""

    def __init__(self, monkeypatch):
        self.status, self.body, self.error, self.asked = 202, b'{"id": "gw-1"}', None, []
        monkeypatch.setattr(
            requests.Session, "send", lambda _s, request, **options: self.send(request, **options)
        )

    def send(self, request, **options):
        self.asked.append((request, options))
        if self.error:
            raise self.error
        answer = requests.Response()
        answer.status_code, answer._content = self.status, self.body
        answer.request, answer.url = request, request.url
        answer.raw = io.BytesIO()
        return answer


@pytest.fixture
def gateway(monkeypatch, settings):
    settings.WASL_SMS_GATEWAY_URL = "https://sms.example/send"
    settings.WASL_SMS_GATEWAY_TOKEN = "s3cret-token"
    return Gateway(monkeypatch)


@pytest.mark.parametrize("name", NAMES)
def test_every_channel_meets_the_contract(name, gateway, settings):
    settings.WASL_DEMO, settings.EMAIL_HOST = True, "mail.example"
    settings.WASL_VAPID_PRIVATE_KEY = encryption.new_private_key()
    channel = channels.get(name)

    receipt = channel.send(MESSAGE)

    assert channel.name == name
    assert channel.carries in {channels.SMS, channels.LETTER, channels.IN_APP, channels.PUSH}
    assert isinstance(receipt, channels.Receipt)
    assert channel.reaches(MESSAGE)
    assert channel.check_config() == []
    assert MESSAGE.text not in receipt.reference
    if channel.carries != channels.IN_APP:
        nowhere = channels.Outgoing(id="x", language="ar", text="t", subject="s", body="b")
        assert not channel.reaches(nowhere)


@pytest.mark.parametrize("name", sorted({*NAMES} - {"in_app"}))
def test_a_channel_without_settings_says_what_is_missing(name, settings):
    settings.WASL_DEMO = False
    settings.EMAIL_HOST = settings.WASL_SMS_GATEWAY_URL = settings.WASL_SMS_GATEWAY_TOKEN = ""
    settings.WASL_VAPID_PRIVATE_KEY = ""

    problems = channels.get(name).check_config()

    assert problems
    assert all("WASL_" in problem for problem in problems)


def test_the_gateway_gets_number_text_and_a_key_that_repeats(gateway):
    channels.get("sms_http").send(MESSAGE)
    receipt = channels.get("sms_http").send(MESSAGE)

    request, options = gateway.asked[0]
    assert json.loads(request.body) == {
        "to": "+9647701234567",
        "text": MESSAGE.text,
        "id": MESSAGE.id,
    }
    assert request.headers["Authorization"] == "Bearer s3cret-token"
    assert {r.headers["Idempotency-Key"] for r, _o in gateway.asked} == {MESSAGE.id}
    assert options["timeout"] == (3, 10)
    assert options["verify"]
    assert receipt.reference == "gw-1"


@pytest.mark.parametrize(
    ("status", "is_permanent"),
    [(400, True), (401, True), (302, True), (408, False), (429, False), (500, False), (503, False)],
)
def test_the_gateways_answers_are_permanent_or_passing(gateway, status, is_permanent):
    gateway.status = status

    with pytest.raises(channels.ChannelError) as caught:
        channels.get("sms_http").send(MESSAGE)

    assert (caught.value.is_permanent, caught.value.code) == (is_permanent, f"GATEWAY_{status}")


@pytest.mark.parametrize(
    "error", [requests.ConnectTimeout(), requests.ReadTimeout(), requests.ConnectionError()]
)
def test_a_gateway_that_does_not_answer_is_tried_again(gateway, error):
    gateway.error = error

    with pytest.raises(channels.ChannelError) as caught:
        channels.get("sms_http").send(MESSAGE)

    assert not caught.value.is_permanent


@pytest.mark.parametrize("body", [b"OK", b"[1]", b"", b'{"status": "queued"}'])
def test_a_gateway_that_names_nothing_is_still_believed(gateway, body):
    gateway.body = body

    assert channels.get("sms_http").send(MESSAGE).reference == ""


def test_neither_number_nor_text_nor_token_is_logged(gateway, caplog):
    caplog.set_level(logging.DEBUG)

    channels.get("sms_http").send(MESSAGE)

    assert MESSAGE.id in caplog.text
    for secret in ("7701234567", "K7MN", "s3cret"):
        assert secret not in caplog.text


def test_a_gateway_in_the_clear_is_refused(settings):
    settings.WASL_SMS_GATEWAY_URL = "http://sms.example/send"
    settings.WASL_SMS_GATEWAY_TOKEN = "t"

    assert "https://" in channels.get("sms_http").check_config()[0]


def test_a_letter_has_one_identity_and_no_foreign_header(settings):
    tricky = channels.Outgoing(
        id="1",
        language="ar",
        subject="a\r\nBcc: x@example.com",
        body="b",
        mail_address="a@example.com",
    )

    channels.get("email").send(tricky)

    letter = mail.outbox[0]
    assert letter.to == ["a@example.com"]
    assert letter.subject == "a Bcc: x@example.com"
    assert letter.extra_headers["Message-ID"].startswith("<1@")


@pytest.mark.parametrize(
    ("error", "is_permanent"),
    [
        (smtplib.SMTPRecipientsRefused({}), True),
        (smtplib.SMTPServerDisconnected(), False),
        (ConnectionRefusedError(), False),
    ],
)
def test_the_mail_servers_answers_are_permanent_or_passing(monkeypatch, error, is_permanent):
    def fail(*_args, **_kwargs):
        raise error

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)

    with pytest.raises(channels.ChannelError) as caught:
        channels.get("email").send(MESSAGE)

    assert caught.value.is_permanent is is_permanent
