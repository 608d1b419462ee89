"""Telling people: rows, delivery, retries, what is on record, and the pages."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction

from tests import people
from tests.people import NOW
from wasl.accounts import phones
from wasl.core import crypto, jobs, scope
from wasl.events.models import Event
from wasl.notifications import channels, notices, selectors, services
from wasl.notifications.models import DemoText, Message

pytestmark = pytest.mark.django_db
CASE = uuid.UUID(int=7)
NOTICE = """
audience = "CITIZEN"
[values]
reference = "K7MN-4XPD-2"
place = "الكرخ"
[sms]
ar = "معاملتك {reference} قيد المراجعة."
ckb = "مامەڵەکەت {reference}."
en = "Your case {reference} is being reviewed."
[subject]
ar = "المراجعة"
ckb = "پێداچوونەوە"
en = "Review of {reference}"
[body]
ar = "في {place}."
ckb = "لە {place}."
en = "In {place}.\\n<b>Bold</b>"
"""
VALUES = {"reference": "K7MN-4XPD-2", "place": "Karkh"}


@pytest.fixture(autouse=True)
def _notice(monkeypatch, settings):
    known = {**notices.all_notices(), "test.review": notices.parse("test.review", NOTICE)}
    monkeypatch.setattr(notices, "all_notices", lambda: known)
    settings.WASL_DEMO = True
    settings.WASL_CHANNELS = ["in_app", "demo_phone"]


def tell(user, template="test.review", **values):
    return services.notify(
        recipient=user,
        template=template,
        values={**VALUES, **values},
        directorate_id=1,
        subject=("case", CASE),
        now=NOW,
    )


def sent_events():
    return list(Event.objects.filter(kind="notifications.message.sent").order_by("id"))


def test_a_notice_reaches_the_app_and_the_phone_in_the_persons_language():
    user = people.citizen("0770 000 0001", language="en")

    tell(user)
    jobs.drain(NOW)

    phone, in_app = selectors.about("case", CASE)
    assert (in_app.subject, in_app.status) == ("Review of K7MN-4XPD-2", "SENT")
    assert (phone.text, phone.status) == ("Your case K7MN-4XPD-2 is being reviewed.", "SENT")
    assert [t.text for t in selectors.texts_for(user)] == [phone.text]
    assert selectors.texts_for("0770 000 0001")[0].phone == "+9647700000001"
    assert selectors.demo_phone(user).phone == phones.shown(user.phone)


def test_what_was_sent_is_on_record_without_a_word_of_it():
    tell(people.citizen(language="en"))
    jobs.drain(NOW)

    (event,) = sent_events()

    assert (event.subject_type, event.subject_id) == ("case", CASE)
    assert event.data == {
        "template": "test.review",
        "channel": "demo_phone",
        "status": "SENT",
        "language": "en",
    }


def test_texts_are_encrypted_in_the_database():
    tell(people.citizen("0770 000 0002", language="en"))
    jobs.drain(NOW)

    with connection.cursor() as cursor:
        cursor.execute("SELECT row(m.*)::text FROM notifications_message m")
        rows = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT row(t.*)::text FROM notifications_demotext t")
        rows += [row[0] for row in cursor.fetchall()]

    dump = "".join(rows)
    for secret in ("K7MN", "Karkh", "7700000002", b"K7MN".hex(), b"7700000002".hex()):
        assert secret not in dump


def test_a_rolled_back_change_tells_nobody():
    user = people.citizen()

    with transaction.atomic():
        tell(user)
        transaction.set_rollback(True)

    assert jobs.drain(NOW) == 0
    assert not Message.objects.exists()


class Shaky:
    """A channel that fails as often as it is told to."""

    name, carries, failures, permanent, sent = "shaky", channels.SMS, 0, False, 0

    def reaches(self, _message):
        return True

    def send(self, _message):
        if Shaky.failures > 0:
            Shaky.failures -= 1
            raise channels.ChannelError("GATEWAY_503", permanent=Shaky.permanent)
        Shaky.sent += 1
        return channels.Receipt(reference="gw-9")

    def check_config(self):
        return []


@pytest.fixture
def shaky(monkeypatch, settings):
    settings.WASL_CHANNELS = ["shaky"]
    real = channels.get
    monkeypatch.setattr(channels, "get", lambda name: Shaky() if name == "shaky" else real(name))
    Shaky.failures, Shaky.permanent, Shaky.sent = 0, False, 0
    return Shaky


def test_a_passing_failure_is_tried_again_later(shaky):
    shaky.failures = 2
    tell(people.citizen())

    at_once = jobs.drain(NOW)
    after_half_a_minute = jobs.drain(NOW + timedelta(seconds=30))
    later = jobs.drain(NOW + timedelta(minutes=2))

    message = Message.objects.get()
    assert (at_once, after_half_a_minute, later) == (1, 1, 1)
    assert (message.status, message.attempts, message.receipt) == ("SENT", 3, "gw-9")
    assert len(sent_events()) == 1


@pytest.mark.parametrize(("permanent", "attempts"), [(True, 1), (False, services.ATTEMPTS)])
def test_a_message_that_cannot_be_sent_is_given_up_and_says_so(shaky, permanent, attempts):
    shaky.failures, shaky.permanent = 99, permanent
    tell(people.citizen())

    for hours in range(12):
        jobs.drain(NOW + timedelta(hours=hours))

    message = Message.objects.get()
    assert (message.status, message.attempts, message.failure) == (
        "FAILED",
        attempts,
        "GATEWAY_503",
    )
    assert [event.data["status"] for event in sent_events()] == ["FAILED"]


def test_a_delivery_that_runs_twice_sends_once(shaky):
    (message,) = tell(people.citizen())

    services.deliver(message_id=message.id, now=NOW)
    services.deliver(message_id=message.id, now=NOW)

    assert shaky.sent == 1
    assert len(sent_events()) == 1


def test_a_sign_in_code_reaches_a_phone_that_nobody_knows():
    jobs.enqueue(
        "notifications.send_code",
        phone=crypto.encrypt_text("+9647701234567", "notifications.send_code:phone"),
        code=crypto.encrypt_text("482913", "notifications.send_code:code"),
        language="ar",
    )
    jobs.drain(NOW)

    (text,) = selectors.texts_for("٠٧٧٠ ١٢٣ ٤٥٦٧")

    assert "482913" in text.text
    assert "10" in text.text
    assert not Message.objects.exists()
    assert selectors.latest_texts() == [text]


def test_a_sign_in_code_is_tried_again_by_the_queue(shaky):
    shaky.failures = 1

    with pytest.raises(channels.ChannelError):
        services.send_code(phone="+9647701234567", code="482913", language="ar", now=NOW)
    services.send_code(phone="+9647701234567", code="482913", language="ar", now=NOW)

    assert shaky.sent == 1


def test_the_demo_phone_stays_dark_outside_the_demo(settings):
    user = people.citizen()
    tell(user)
    jobs.drain(NOW)

    settings.WASL_DEMO = False

    assert DemoText.objects.count() == 1
    assert selectors.texts_for(user) == selectors.latest_texts() == []


def test_a_person_reads_their_messages_and_nobody_elses(client):
    owner, other = people.citizen(language="en"), people.citizen()
    letter = tell(owner)[0]
    jobs.drain(NOW)

    assert selectors.unread_count(owner) == 1
    people.sign_in(client, other)
    assert client.get(f"/messages/{letter.id}/").status_code == 404
    assert "Review of" not in client.get("/messages/").content.decode()
    people.sign_in(client, owner)
    page = client.get(f"/messages/{letter.id}/").content.decode()
    assert "&lt;b&gt;Bold" in page
    assert "is being reviewed" in page
    assert "Review of" in client.get("/messages/").content.decode()
    assert selectors.unread_count(owner) == 0


def test_the_database_hides_other_peoples_messages():
    owner, other = people.citizen(), people.citizen()
    tell(owner)
    jobs.drain(NOW)

    with scope.within_person(other.id):
        assert not Message.objects.exists()
        assert not DemoText.objects.exists()
    with scope.within_person(owner.id):
        assert Message.objects.count() == 2
    with scope.within_staff([2]):
        assert not Message.objects.exists()


def test_letters_go_to_an_address_only_when_it_was_confirmed(client, settings):
    settings.WASL_CHANNELS = ["in_app", "email"]
    user = people.citizen(language="en")
    people.sign_in(client, user)

    client.post("/messages/e-mail/", {"address": "me@example.com"})
    jobs.drain(NOW)
    link = mail.outbox[0].body.split("http://", 1)[1].split()[0]
    path = "/" + link.split("/", 1)[1]
    tell(user)
    jobs.drain(NOW)
    before = len(mail.outbox)
    looked = client.get(path)
    confirmed = client.post(path)
    tell(user)
    jobs.drain(NOW)

    assert (before, len(mail.outbox)) == (1, 2)
    assert (looked.status_code, confirmed.status_code) == (200, 200)
    assert mail.outbox[1].subject == "Review of K7MN-4XPD-2"


def test_a_mail_link_of_an_older_address_is_refused(client, settings):
    settings.WASL_CHANNELS = ["in_app", "email"]
    user = people.citizen(language="en")
    services.give_mail_address(user=user, address="a@example.com", now=NOW)
    jobs.drain(NOW)
    path = "/" + mail.outbox[0].body.split("http://", 1)[1].split()[0].split("/", 1)[1]
    services.give_mail_address(user=user, address="b@example.com", now=NOW + timedelta(minutes=1))

    assert client.post(path).status_code == 410
    assert client.post("/messages/e-mail/nonsense/").status_code == 410
    assert selectors.mail_address_of(user).confirmed_at is None
