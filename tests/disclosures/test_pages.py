"""The pages: what a reporter sees, what nobody else does, and what the answers carry."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone
from PIL import Image

from tests import people
from tests.disclosures.conftest import Office
from wasl.accounts.models import SignedInSession
from wasl.accounts.roles import Role
from wasl.core import addresses, scope
from wasl.core.arabic import to_eastern_digits
from wasl.disclosures import bundles, exports, services, tickets
from wasl.disclosures.models import Box, Report, Step
from wasl.disclosures.patience import is_shared
from wasl.disclosures.views import reporter as reporter_views

PAGE = "/protected/"
SECRET = "أخذ رشوة في مكتب الكاشف"
RECEIPT = re.compile(r"\d{4}-\d{4}-\d{4}-\d{4}")
TICKET = re.compile(r'name="ticket" value="([^"]+)"')


def ticket_of(response) -> str:
    return TICKET.findall(response.content.decode())[-1]


def begin(client: Client) -> str:
    return ticket_of(client.post(PAGE, {"do": "begin"}))


def send(client: Client, ticket: str = "", **values):
    given = {"do": "send", "ticket": ticket or begin(client), "matter": "BRIBERY", "office": "1"}
    return client.post(PAGE, {**given, "words": SECRET, **values})


def receipt_on(response) -> str:
    assert response.status_code == 200, response.content.decode()[:2000]
    return RECEIPT.findall(re.sub(r"<[^>]+>", "", response.content.decode()))[0]


def photograph() -> bytes:
    """A photograph with a place and a device in its Exif."""
    image, made = Image.new("RGB", (64, 48), "navy"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SPY-PHONE-MAKER"
    exif[0x9003] = "2026:11:20 10:11:12"
    exif.get_ifd(0x8825)[2] = (33.0, 18.0, 44.0)
    image.save(made, "JPEG", exif=exif, comment=b"taken by somebody")
    return made.getvalue()


def test_from_the_first_page_to_an_answer_and_back(office: Office, reporter: Client) -> None:
    receipt = receipt_on(send(reporter))
    report = Report.objects.get()
    officer = office.officers[0]
    office.reply(report, officer, "أي كاشف؟", timezone.now())

    page = reporter.post(PAGE, {"do": "open", "receipt": to_eastern_digits(receipt)})
    text = page.content.decode()
    assert SECRET in text
    assert "أي كاشف؟" in text
    assert receipt not in text
    said = reporter.post(PAGE, {"do": "say", "ticket": ticket_of(page), "words": "كاشف الحي"})
    assert "كاشف الحي" in said.content.decode()
    with scope.within_system():
        assert office.words(report, officer.private)[-1] == "كاشف الحي"


def test_the_answers_carry_nothing_and_are_kept_nowhere(office: Office, reporter: Client) -> None:
    first = reporter.get(PAGE)
    write = reporter.post(PAGE, {"do": "begin"})
    sent = send(reporter)
    opened = reporter.post(PAGE, {"do": "open", "receipt": receipt_on(sent)})
    wrong = reporter.post(PAGE, {"do": "open", "receipt": "1" * 16})
    figures = reporter.get(PAGE + "figures/")

    for response in (first, write, sent, opened, wrong, figures):
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert not response.cookies
        assert "Set-Cookie" not in response.headers
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "form-action 'self';" in policy
        assert "connect-src" not in policy
        text = response.content.decode()
        assert "csrfmiddlewaretoken" not in text
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', text)
        assert "app.js" not in text  # it would register the service worker
        # Forms lead to the address itself: it never changes.
        assert not re.findall(r'<form[^>]*action="(?!/protected/)', text)
    assert not reporter.cookies


def test_who_is_signed_in_is_nobody_here(office: Office, reporter: Client) -> None:
    people.sign_in(reporter, office.officers[0].user)
    reporter.get("/integrity/")
    before = list(SignedInSession.objects.values())
    cookies = dict(reporter.cookies.items())
    sent = send(reporter)

    assert office.officers[0].user.username not in sent.content.decode()
    assert "/account/" not in sent.content.decode()
    assert list(SignedInSession.objects.values()) == before  # not even that it was in use
    assert dict(reporter.cookies.items()) == cookies
    assert Step.objects.get().by is None


def test_an_address_is_written_nowhere(office: Office, reporter: Client) -> None:
    ticket = begin(reporter)
    send(reporter, ticket, REMOTE_ADDR="203.0.113.77")
    reporter.post(PAGE, {"do": "open", "receipt": "1" * 16}, REMOTE_ADDR="203.0.113.77")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(r::text, ' ') FROM core_rate_limit r")
        held = cursor.fetchone()[0]

    assert "203.0.113" not in held
    # And of the time, ten minutes' steps only.
    times = re.findall(r"\d\d:(\d\d:\d\d(?:\.\d+)?)", held)
    assert all(re.fullmatch(r"\d0:00", each) or each == "00" for each in times), times


def test_nothing_in_the_launcher_writes_who_asks() -> None:
    from pathlib import Path

    source = (Path(services.__file__).parents[2] / "launcher" / "run.py").read_text()
    assert "access-log" not in source


def test_guessing_ends(office: Office, reporter: Client) -> None:
    limit = reporter_views.OPENINGS_WITHOUT_WORK
    answers = [
        reporter.post(PAGE, {"do": "open", "receipt": "2" * 16}, REMOTE_ADDR="203.0.113.5")
        for _n in range(limit + 1)
    ]
    texts = {re.sub(r'value="[^"]*"|nonce="[^"]*"', "", a.content.decode()) for a in answers}

    assert {a.status_code for a in answers} == {422}
    assert len(texts) == 2  # each wrong one the same answer, and then the refusal
    other = reporter.post(PAGE, {"do": "open", "receipt": "2" * 16}, REMOTE_ADDR="203.0.113.6")
    assert other.content.decode().count("alert") == answers[0].content.decode().count("alert")


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("203.0.113.77", False), ("2001:db8:7::9", False), ("127.0.0.1", True), ("::1", True),
        # A proxy on another machine of ours that tells nothing.
        ("10.0.3.4", True), ("192.168.7.7", True), ("fd12::1", True), ("nobody", True),
    ],
)  # fmt: skip
def test_only_a_machine_of_ours_stands_for_many(address: str, is_one: bool) -> None:
    request = RequestFactory().get(PAGE, REMOTE_ADDR=address)
    assert is_shared(addresses.of(request)) is is_one


def test_work_is_wanted_from_a_machine_and_missed_in_nobody() -> None:
    now = timezone.now()
    ticket = tickets.new_form(now)
    work = next(str(n) for n in range(5_000_000) if tickets.has_work(ticket, str(n)))

    assert tickets.has_work(ticket, work)
    assert not tickets.has_work(tickets.new_form(now), work)
    for wrong in ("", "-1", "1e9", "9" * 13, "١"):
        assert not tickets.has_work(ticket, wrong)


def test_a_form_sent_twice_is_one_report_with_its_receipt_told_again(
    office: Office, reporter: Client, monkeypatch
) -> None:
    ticket = begin(reporter)
    first = send(reporter, ticket)
    receipt = receipt_on(first)
    again = send(reporter, ticket, words="غيّرت رأيي وأضفت شيئاً")
    assert receipt_on(again) == receipt
    # Else whoever went back and wrote more would take it for sent.
    told = "ما غيّرته بعد ذلك ليس فيه"
    assert told in again.content.decode()
    assert told not in first.content.decode()
    assert Report.objects.count() == 1

    later = timezone.now() + timedelta(hours=1)
    monkeypatch.setattr(reporter_views.timezone, "now", lambda: later)
    again = send(reporter, ticket)
    assert again.status_code == 409
    assert receipt not in again.content.decode()
    # Nor when somebody presses once more, who found the page in another's browser.
    assert send(reporter, ticket).status_code == 409


def test_a_ticket_of_other_letters_is_refused_and_nothing_fails(
    office: Office, reporter: Client
) -> None:
    for ticket in ("é", "توكن", "A", "AAAA", "=" * 8):
        assert send(reporter, ticket).status_code == 422
        for doing in ("say", "proof"):
            answer = reporter.post(PAGE, {"do": doing, "ticket": ticket, "words": "x"})
            assert answer.status_code == 422


def test_nothing_is_fetched_that_only_reporters_fetch(office: Office, reporter: Client) -> None:
    """A file of these pages' own would stand in logs and caches that know nothing of /protected/."""
    sent = send(reporter)
    for response in (
        reporter.get(PAGE),
        reporter.post(PAGE, {"do": "begin"}),
        reporter.post(PAGE, {"do": "open", "receipt": receipt_on(sent)}),
    ):
        fetched = re.findall(r'(?:src|href)="(/static/[^"]+)"', response.content.decode())
        assert fetched
        assert all(address.startswith("/static/web/") for address in fetched)


def test_who_is_signed_in_is_not_noted_without_the_slash_either(
    office: Office, reporter: Client
) -> None:
    people.sign_in(reporter, office.officers[0].user)
    SignedInSession.objects.all().delete()
    answer = reporter.get("/protected")

    assert (answer.status_code, answer.headers["Location"]) == (301, PAGE)
    assert not SignedInSession.objects.exists()
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_decoding_files_has_its_patience_too(office: Office, reporter: Client) -> None:
    """Whatever is wrong with the rest of a form: whoever sends files makes the processor work."""
    ticket = begin(reporter)

    def again() -> str:
        file = SimpleUploadedFile("a.jpg", photograph(), "image/jpeg")
        values = {"words": "", "attachments": [file]}
        given = {"do": "send", "ticket": ticket, "matter": "BRIBERY", "office": "1", **values}
        return reporter.post(PAGE, given, REMOTE_ADDR="203.0.113.77").content.decode()

    decoded = [again() for _n in range(reporter_views.FILE_FORMS + 1)]
    assert not any("محاولات كثيرة" in text for text in decoded[:-1])
    assert "محاولات كثيرة" in decoded[-1]


def test_tickets_end_and_belong_to_their_page(office: Office, reporter: Client, monkeypatch):
    form = begin(reporter)
    receipt = receipt_on(send(reporter, form))
    dialogue = ticket_of(reporter.post(PAGE, {"do": "open", "receipt": receipt}))

    for ticket in ("", "nonsense", form, dialogue[:-4] + "AAAA"):
        answer = reporter.post(PAGE, {"do": "say", "ticket": ticket, "words": "x"})
        assert answer.status_code == 422
        assert SECRET not in answer.content.decode()
    assert send(reporter, dialogue).status_code == 422
    # Written with once: a copy does nothing more.
    for _n in range(2):
        reporter.post(PAGE, {"do": "say", "ticket": dialogue, "words": "مرة واحدة"})
    assert Step.objects.count() == 2
    later = timezone.now() + tickets.DIALOGUE_LASTS
    monkeypatch.setattr(reporter_views.timezone, "now", lambda: later)
    late = reporter.post(PAGE, {"do": "proof", "ticket": dialogue, "step": "1"})
    assert late.status_code == 422


def test_one_receipt_opens_one_dialogue(office: Office, reporter: Client) -> None:
    mine = receipt_on(send(reporter, words="كلامي أنا"))
    receipt_on(send(reporter, words="كلام غيري"))

    text = reporter.post(PAGE, {"do": "open", "receipt": mine}).content.decode()
    assert "كلامي أنا" in text
    assert "كلام غيري" not in text


def test_another_site_cannot_send(office: Office, reporter: Client) -> None:
    ticket = begin(reporter)
    assert send(reporter, ticket, HTTP_SEC_FETCH_SITE="cross-site").status_code == 200
    answer = reporter.post(
        PAGE, {"do": "begin"}, headers={"Sec-Fetch-Site": "cross-site"}
    )  # fmt: skip
    assert answer.status_code == 400


def test_a_photograph_loses_what_it_knows_before_it_is_sealed(
    office: Office, reporter: Client
) -> None:
    raw = photograph()
    assert b"SPY-PHONE-MAKER" in raw
    send(reporter, attachments=[SimpleUploadedFile("IMG_20261120_ALI.jpg", raw, "image/jpeg")])
    with scope.within_system():
        report = Report.objects.get()
        read = bundles.read(
            exports.sealed_report(report, timezone.now()), office.officers[0].private
        )
    kept = read[1].content

    assert kept is not None
    assert kept.content_type == "image/jpeg"
    for word in (b"SPY-PHONE-MAKER", b"2026:11:20", b"Exif", b"taken by somebody"):
        assert word not in kept.data
    assert b"ALI" not in kept.to_bytes()
    assert len(Image.open(io.BytesIO(kept.data)).getexif()) == 0


def test_files_never_touch_a_disk(office: Office, reporter: Client, monkeypatch, settings) -> None:
    """Django would put more than a megabyte into a temporary file, in clear."""
    import tempfile

    def refuse(*args, **kwargs):
        raise AssertionError("a temporary file")

    for name in ("NamedTemporaryFile", "TemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    sent = send(reporter, attachments=[SimpleUploadedFile("a.jpg", photograph(), "image/jpeg")])

    assert receipt_on(sent)
    assert Box.objects.count() == 2


def test_what_is_no_photograph_is_refused_with_words(office: Office, reporter: Client) -> None:
    files = [SimpleUploadedFile("a.jpg", b"MZ nothing", "image/jpeg")]
    answer = send(reporter, attachments=files)
    assert answer.status_code == 422
    assert SECRET in answer.content.decode()  # what was written is not lost
    assert send(reporter, words="").status_code == 422
    assert send(reporter, office="999").status_code == 422
    assert send(reporter, matter="X").status_code == 422
    assert reporter.post(PAGE, {"do": "send"}, CONTENT_LENGTH=str(60_000_000)).status_code == 400
    assert not Report.objects.exists()


def test_the_proof_is_a_receipt_that_the_verifier_takes(office: Office, reporter: Client) -> None:
    from wasl.transparency import installed_policy, proofs
    from wasl.transparency.services import sealing as log

    receipt = receipt_on(send(reporter))
    dialogue = ticket_of(reporter.post(PAGE, {"do": "open", "receipt": receipt}))
    pending = reporter.post(PAGE, {"do": "proof", "ticket": dialogue, "step": "1"})
    assert "text/html" in pending["Content-Type"]
    now = timezone.now()
    services.publish_batch(now=now)
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    log.advance(now=now)
    answer = reporter.post(PAGE, {"do": "proof", "ticket": dialogue, "step": "1"})

    verified = proofs.verify(proofs.Receipt.parse(answer.content), installed_policy.load())
    assert verified.payload["data"]["stage"] == "RECEIVED"
    assert verified.leaf["public"] == {}
    assert verified.leaf["seq"] == 1
    assert "KARKH" not in answer.content.decode() + str(verified)
    name = answer["Content-Disposition"]
    assert "report" not in name
    assert "protected" not in name
    assert not answer.cookies
    for step in ("2", "0", "x", ""):
        other = reporter.post(PAGE, {"do": "proof", "ticket": dialogue, "step": step})
        assert "text/html" in other["Content-Type"]


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_each_language_by_the_page_itself(office: Office, reporter: Client, language: str) -> None:
    text = reporter.get(PAGE, {"language": language}).content.decode()

    assert f'lang="{language}"' in text
    assert f'name="language" value="{language}"' in text


def test_every_role_finds_the_desk_closed_and_the_content_nowhere(
    office: Office, reporter: Client
) -> None:
    receipt = receipt_on(send(reporter))
    report = Report.objects.get()
    addresses = [
        "/integrity/", f"/integrity/report/{report.id}/", f"/integrity/report/{report.id}/sealed.json",
    ]  # fmt: skip
    for role in Role:
        client = people.sign_in(Client(raise_request_exception=False), people.staff(role))
        answers = [client.get(address) for address in addresses]
        expected = [403] * 3 if role != Role.INTEGRITY_OFFICER else [200, 404, 404]
        assert [answer.status_code for answer in answers] == expected, role
        for post in ("answer", "move"):
            answer = client.post(f"/integrity/report/{report.id}/{post}/", {"stage": "CLOSED"})
            assert answer.status_code in {403, 404}, role
        assert report.code not in answers[0].content.decode()
        assert receipt not in str(answers)
    assert Step.objects.count() == 1


def test_the_officers_desk(office: Office, reporter: Client) -> None:
    send(reporter)
    report, officer = Report.objects.get(), office.officers[0]
    client = people.sign_in(Client(), officer.user)
    assert report.code in client.get("/integrity/").content.decode()
    page = client.get(f"/integrity/report/{report.id}/")
    assert page.status_code == 200
    assert SECRET not in page.content.decode()
    sealed = client.get(f"/integrity/report/{report.id}/sealed.json")
    read = bundles.read(bundles.SealedReport.parse(sealed.content.decode()), officer.private)
    assert read[0].content is not None
    assert read[0].content.words == SECRET
    assert read[0].content.answers == {"matter": "BRIBERY", "office": "KARKH"}
    answer = bundles.answer(bundles.SealedReport.parse(sealed.content.decode()), "شكراً")
    client.post(f"/integrity/report/{report.id}/answer/", {"sealed": answer})
    client.post(f"/integrity/report/{report.id}/answer/", {"sealed": "words in clear"})
    client.post(f"/integrity/report/{report.id}/move/", {"stage": "CLOSED"})  # without outcome
    assert [step.stage for step in Step.objects.order_by("place")] == ["RECEIVED", "ANSWERED"]
    client.post(f"/integrity/report/{report.id}/move/", {"stage": "CLOSED", "outcome": "PARTLY"})
    assert Step.objects.latest("place").outcome == "PARTLY"
    assert client.post(f"/integrity/report/{report.id}/move/", {"stage": "X"}).status_code == 404
    assert client.get(f"/integrity/report/{report.id}/").status_code == 200


def test_keys_at_the_desk(office: Office) -> None:
    from wasl.disclosures import keyfiles, sealing

    one, two = (people.sign_in(Client(), officer.user) for officer in office.officers)
    auditor = people.sign_in(Client(), office.auditor)
    public = keyfiles.public_text(sealing.public_of(sealing.new_private()))
    assert one.post("/integrity/keys/", {"public": "junk"}).status_code == 422
    assert (
        auditor.post("/integrity/keys/", {"public": public}).status_code == 200
    )  # may not propose
    assert one.post("/integrity/keys/", {"public": public}).status_code == 302
    from wasl.disclosures.models import RecipientKey

    key = RecipientKey.objects.get(public_key=keyfiles.public_from(public))
    address = f"/integrity/keys/{key.id}/"
    one.post(address, {"move": "APPROVED"})
    assert key.steps.count() == 1
    auditor.post(address, {"move": "APPROVED"})
    assert key.steps.count() == 2
    two.post(address, {"move": "LEAVING"})
    assert two.get("/integrity/keys/").status_code == 200
    assert auditor.get("/integrity/").status_code == 403
    assert two.post(address, {"move": "X"}).status_code == 404


def test_the_demo_key_is_in_no_real_installation(office: Office, settings) -> None:
    settings.WASL_DEMO = False
    assert Client().get("/integrity/demo-key.json").status_code == 404


def test_an_installation_without_its_seed_shows_nothing_and_fails_at_nothing(db) -> None:
    assert Client().get("/protected/figures/").status_code == 200
    officer = people.sign_in(Client(), people.staff("INTEGRITY_OFFICER"))
    assert officer.get("/integrity/").status_code == 200
