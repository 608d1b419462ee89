"""The citizen's bills: whose they are, what they say, and how few queries that takes."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import people
from tests.billing import billed, town
from wasl.accounts.actors import Actor
from wasl.billing import citizen_pages, reading_photos, selectors, services
from wasl.billing.models import BillCancellation, BillDispute, Reading, SimilarUse
from wasl.core import jobs
from wasl.core.uploads import CleanUpload
from wasl.customers import services as customers

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 10, 9, tzinfo=UTC)
DAY = NOW.date()


@pytest.fixture
def mine(client: Client, billed_account: billed.Billed) -> Client:
    client.cookies["wasl_lang"] = "en"
    return people.sign_in(client, billed_account.holder)


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def test_my_bills_add_up_what_is_due_on_all_accounts(mine, billed_account) -> None:
    page = mine.get("/bills/")

    assert page.context["to_pay"] == billed_account.last.amount > 0
    assert [card.account.account_no for card in page.context["cards"]] == [
        billed_account.account_no
    ]


def test_a_bill_says_what_is_owed_by_when_and_why(mine, billed_account) -> None:
    bill = billed_account.last
    text = text_of(mine, billed_account.url())

    assert f"{bill.amount:,}" in text
    assert "15 November 2026" in text  # the bill of the first is due in fourteen days
    for line in bill.lines:
        assert f"{line['amount']:,}" in text
    assert f"{bill.opening_kwh:,}" in text
    assert "This is an estimate." not in text


def test_a_paid_bill_is_shown_as_paid(mine, billed_account) -> None:
    page = mine.get(billed_account.url(billed_account.bills[3]))

    assert page.context["is_paid"]
    assert not page.context["open"].is_overdue


def test_an_estimate_says_what_it_means(client: Client, tariffs) -> None:
    made = billed.build(estimated=1)
    client.cookies["wasl_lang"] = "en"
    page = people.sign_in(client, made.holder).get(made.url())

    assert "This is an estimate." in page.content.decode()
    assert [each.is_estimate for each in page.context["readings"]] == [True]


@pytest.mark.parametrize("page", ["", "proof/"])
def test_nobody_elses_bill_can_be_opened(client: Client, billed_account, page) -> None:
    stranger = people.sign_in(client, people.citizen())

    assert stranger.get(billed_account.url(page=page)).status_code == 404
    assert stranger.get(f"/bills/account/{billed_account.account_no}/").status_code == 404
    assert stranger.get("/bills/").context["cards"] == []


@pytest.mark.parametrize("slug", ["202610-9", "209901-0", "202610", "x", "202613-0", "99999999-0"])
def test_a_bill_that_is_not_there_is_not_found(mine, billed_account, slug) -> None:
    assert mine.get(f"/bills/account/{billed_account.account_no}/{slug}/").status_code == 404


def test_what_an_earlier_holder_used_stays_theirs(mine, billed_account) -> None:
    new = people.citizen()
    with transaction.atomic():
        customers.change_holder(
            directorate_id=1, account_no=billed_account.account_no, holder_id=new.id,
            case_id=uuid4(), actor=Actor.system(), now=datetime(2026, 9, 15, tzinfo=UTC),
        )  # fmt: skip
    jobs.drain(NOW)
    theirs = people.sign_in(Client(), new)

    assert mine.get(billed_account.url()).status_code == 404
    assert theirs.get(billed_account.url()).status_code == 200
    assert theirs.get(billed_account.url(billed_account.bills[2])).status_code == 404
    page = theirs.get(f"/bills/account/{billed_account.account_no}/?all").context
    assert [row["bill"].period for row in page["bills"]] == ["2026-10", "2026-09"]
    assert min(line.on for line in page["movements"]) > date(2026, 9, 15)


def test_a_cancelled_bill_leads_to_the_one_in_its_place(mine, billed_account) -> None:
    bill = billed_account.last
    BillCancellation.objects.create(
        directorate_id=1, account_no=bill.account_no, period=bill.period, revision=0,
        reason="WRONG_READING", asked_by=uuid4(), agreed_by=uuid4(), cancelled_at=NOW,
    )  # fmt: skip
    billed.issue(bill.account_no, bill.from_on, bill.to_on, bill.opening_kwh, 500, revision=1)
    text = text_of(mine, billed_account.url())

    assert "This bill is cancelled" in text
    assert f"/bills/account/{bill.account_no}/202610-1/" in text


def test_the_statement_ends_with_what_is_owed(mine, billed_account) -> None:
    page = mine.get(f"/bills/account/{billed_account.account_no}/?all").context

    assert page["movements"][0].owed_after == selectors.balance(1, billed_account.account_no)
    assert len(page["movements"]) == 14 + 13
    assert page["carried"] == 0
    cut = mine.get(f"/bills/account/{billed_account.account_no}/").context
    assert cut["carried"] == cut["movements"][-1].owed_after - cut["movements"][-1].amount


def test_the_use_is_held_against_the_year_before(billed_account) -> None:
    months = citizen_pages.months_of(
        billed_account.bills, billed.account_of(billed_account), place=None
    )

    assert [month.period for month in months] == [
        bill.period for bill in billed_account.bills[-12:]
    ]
    last = billed_account.bills[-1]
    before = next(bill for bill in billed_account.bills if bill.period == "2025-10")
    assert months[-1].kwh == round(last.kwh * 30 / last.days)
    assert months[-1].before_kwh == round(before.kwh * 30 / before.days)
    assert months[0].before_kwh is None


@pytest.mark.parametrize(("homes", "is_told"), [(19, False), (20, True)])
def test_similar_homes_are_told_of_only_from_twenty_on(tariffs, homes, is_told) -> None:
    numbers = town.build(homes, first_read=date(2026, 10, 1))
    for place, number in enumerate(numbers):
        billed.issue(number, date(2026, 10, 1), date(2026, 11, 1), 0, 310 + 31 * place)
    services.compare_homes(directorate_id=1, period="2026-10")
    services.compare_homes(directorate_id=1, period="2026-10")  # as often as one likes

    found = SimilarUse.objects.all()
    assert found.count() == int(is_told)
    if is_told:
        assert found[0].homes == 20
        assert found[0].median_wh_a_day == 19_500  # between the tenth and the eleventh
        with pytest.raises(IntegrityError), transaction.atomic():
            SimilarUse.objects.update(homes=19)


def test_the_photograph_of_the_reading_is_the_holders_to_see(
    client, tariffs, settings, tmp_path
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }
    made = billed.build(months=2)
    name = reading_photos.store(CleanUpload(content=b"jpeg", content_type="image/jpeg"), now=NOW)
    on = date(2026, 10, 20)
    Reading.objects.create(
        directorate_id=1, account_no=made.account_no, read_on=on, serial=f"T{made.account_no}",
        register_kwh=10**5, source="READER", status="HELD", code=7, recorded_at=NOW,
        details={"photo": name},
    )  # fmt: skip
    address = f"/bills/account/{made.account_no}/reading/{on}/0/photo/"

    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"jpeg" not in stored
    assert people.sign_in(Client(), people.citizen()).get(address).status_code == 404
    answer = people.sign_in(client, made.holder).get(address)
    assert (answer.status_code, answer.content) == (200, b"jpeg")
    for wrong in ("2026-10-21/0", "nonsense/0", "2026-10-20/1"):
        assert (
            client.get(f"/bills/account/{made.account_no}/reading/{wrong}/photo/").status_code
            == 404
        )


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_ten_years_of_history_cost_no_more_queries(tariffs) -> None:
    counted = {}
    for months in (3, 120):
        with transaction.atomic():
            made = billed.build(months=months, until=date(2026, 11, 1), unpaid=2)
            client = people.sign_in(Client(), made.holder)
            counted[months] = [
                queries(client, page)
                for page in ("/bills/", f"/bills/account/{made.account_no}/", made.url())
            ]
            transaction.set_rollback(True)

    assert counted[3] == counted[120]
    assert max(counted[120]) <= 34, counted


# --- contested bills in what is due


def dispute(bill, **values: object) -> BillDispute:
    given = {
        "directorate_id": 1, "case_id": uuid4(), "account_no": bill.account_no,
        "period": bill.period, "revision": bill.revision, "reason": "TOO_HIGH",
        "amount": bill.amount, "opened_at": NOW,
    }  # fmt: skip
    return BillDispute.objects.create(**given | values)


LATE = DAY + timedelta(days=90)


def test_what_is_contested_is_neither_overdue_nor_collected(billed_account) -> None:
    bill = billed_account.last
    before = selectors.dues(1, bill.account_no, LATE)
    assert before.overdue == before.to_pay == before.owed == bill.amount

    dispute(bill)
    during = selectors.dues(1, bill.account_no, LATE)

    assert (during.owed, during.disputed, during.to_pay, during.overdue) == (
        bill.amount, bill.amount, 0, 0,
    )  # fmt: skip
    assert not during.bills[-1].is_overdue


def test_a_part_that_is_not_contested_stays_due(billed_account) -> None:
    bill = billed_account.last
    dispute(bill, amount=1000)
    found = selectors.dues(1, bill.account_no, LATE)

    assert (found.disputed, found.overdue) == (1000, bill.amount - 1000)
    assert found.bills[-1].is_overdue


def test_what_is_paid_of_a_contested_bill_is_contested_no_more(billed_account) -> None:
    bill = billed_account.last
    dispute(bill)
    billed.pay(bill.account_no, bill.amount - 300, DAY)

    assert selectors.dues(1, bill.account_no, LATE).disputed == 300


def test_a_bill_contested_in_vain_is_due_later(billed_account) -> None:
    bill = billed_account.last
    made = dispute(bill)
    made.closed_at, made.outcome, made.due_again_on = NOW, "UPHELD", LATE
    made.save()

    assert selectors.dues(1, bill.account_no, LATE).overdue == 0
    assert selectors.dues(1, bill.account_no, LATE + timedelta(days=1)).overdue == bill.amount


def test_the_database_keeps_disputes_straight(billed_account) -> None:
    bill = billed_account.last
    made = dispute(bill)
    wrong = [
        lambda: dispute(bill),  # one open dispute a bill
        lambda: dispute(billed_account.bills[0], amount=billed_account.bills[0].amount + 1),
        lambda: dispute(billed_account.bills[0], amount=0),
        lambda: BillDispute.objects.filter(case_id=made.case_id).update(amount=1),
        lambda: BillDispute.objects.filter(case_id=made.case_id).delete(),
        lambda: BillDispute.objects.filter(case_id=made.case_id).update(closed_at=NOW),
    ]
    for attempt in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    made.closed_at, made.outcome = NOW, "CORRECTED"
    made.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        BillDispute.objects.filter(case_id=made.case_id).update(outcome="UPHELD")
