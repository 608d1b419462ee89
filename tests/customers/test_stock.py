"""The store is counted against the books; what is scrapped, two people scrap."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from tests import people
from tests.customers.conftest import KARKH, KEEPER, NOW, install, issue
from wasl.accounts.actors import Actor
from wasl.customers import selectors, services
from wasl.customers.models import ScrapRequest, StockCount
from wasl.events.models import Event

SUPERVISOR = Actor(kind="STAFF", user_id=uuid4(), role="SUPERVISOR", directorate_id=KARKH)


def count(*serials: str) -> StockCount:
    return services.count_stock(directorate_id=KARKH, serials=serials, actor=KEEPER, now=NOW)


def ask(*serials: str, reason: str = "BROKEN") -> ScrapRequest:
    return services.ask_to_scrap(
        directorate_id=KARKH, serials=serials, reason=reason, note="", actor=KEEPER, now=NOW
    )


def decide(asked: ScrapRequest, actor: Actor = SUPERVISOR, is_agreed: bool = True) -> ScrapRequest:
    return services.decide_scrap(
        directorate_id=KARKH, request_id=asked.id, is_agreed=is_agreed, actor=actor, now=NOW
    )


def test_a_count_that_agrees_says_so(store) -> None:
    issue(store[0], uuid4())
    made = count(*(each.lower() for each in store[1:]))
    assert (made.is_reconciled, made.counted, made.expected) == (True, 3, 3)
    event = Event.objects.get(kind="customers.stock.counted")
    assert event.public == {"counted": 3, "expected": 3, "missing": 0, "unexpected": 0}


def test_what_is_missing_is_listed_and_stays_in_the_books(store) -> None:
    case_id = uuid4()
    issue(store[3], case_id)
    install(store[3], case_id)
    made = count(store[0], store[3])
    assert made.missing == [store[1], store[2]]
    assert made.unexpected == [store[3]]
    assert selectors.store_stock(KARKH) == {("MAIN", 1): 3}
    assert selectors.stock_counts(KARKH) == [made]


@pytest.mark.parametrize("serials", [[], ["K26-00001", "K26-00001"], ["K26-00001", "?"]])
def test_a_list_that_is_none_is_refused(store, serials) -> None:
    with pytest.raises((services.UnableToCount, services.UnableToReadSerial)):
        count(*serials)
    assert StockCount.objects.count() == 0


def test_two_people_scrap_and_it_never_comes_back(store) -> None:
    asked = ask(store[0], store[1])
    assert selectors.store_stock(KARKH) == {("MAIN", 1): 4}
    with pytest.raises(services.UnableToScrap):
        decide(asked, KEEPER)
    decide(asked)
    assert selectors.store_stock(KARKH) == {("MAIN", 1): 2}
    assert [row.to_custodian for row in selectors.custody_of(KARKH, store[0])] == ["STORE", "SCRAP"]
    assert selectors.reconcile_stock(KARKH).is_reconciled
    with pytest.raises(services.UnableToScrap):
        decide(asked)
    with pytest.raises(services.UnableToIssueMeter):
        issue(store[0], uuid4())


def test_what_left_the_store_meanwhile_is_not_scrapped(store) -> None:
    asked = ask(store[0], store[1])
    issue(store[1], uuid4())
    with pytest.raises(services.UnableToScrap):
        decide(asked)
    assert selectors.store_stock(KARKH) == {("MAIN", 1): 3}
    asked.refresh_from_db()
    assert asked.status == "ASKED"
    assert decide(asked, is_agreed=False).status == "REFUSED"


def test_only_what_is_in_the_store_is_asked_for(store) -> None:
    with pytest.raises(services.UnableToScrap):
        ask("NOBODY-1")
    with pytest.raises(services.UnableToScrap):
        ask(store[0], reason="SOLD")


def test_the_database_wants_two_people_and_keeps_counts(store) -> None:
    asked = ask(store[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        ScrapRequest.objects.filter(id=asked.id).update(
            status="AGREED", decided_by=asked.asked_by, decided_at=NOW
        )
    made = count(store[0])
    with pytest.raises(DatabaseError), transaction.atomic():
        StockCount.objects.filter(id=made.id).update(missing=[])


def test_the_pages(store) -> None:
    keeper = people.sign_in(Client(), people.staff("STORE_KEEPER"))
    boss = people.sign_in(Client(), people.staff("SUPERVISOR"))
    assert keeper.post("/store/count/", {"serials": "\n".join(store[1:])}).status_code == 302
    page = keeper.get("/store/").content.decode()
    assert store[0] in page
    received = keeper.post(
        "/store/receive/", {"serials": "N-0001, N-0002", "phases": "3", "delivery_no": "D-9"}
    )
    assert received.status_code == 302
    assert selectors.store_stock(KARKH)["MAIN", 3] == 2
    assert keeper.post("/store/scrap/", {"serials": store[0], "reason": "BURNT"}).status_code == 302
    asked = ScrapRequest.objects.get()
    assert keeper.post(f"/store/scrap/{asked.id}/agree/").status_code in {403, 404}
    assert boss.post(f"/store/scrap/{asked.id}/agree/").status_code == 302
    asked.refresh_from_db()
    assert asked.status == "AGREED"
    wrong = keeper.post("/store/count/", {"serials": "?"})
    assert wrong.status_code == 422
