"""The API of being told of places: chosen by a citizen, for themselves, and ended with one key."""

from datetime import datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Router, Schema, Status
from pydantic import Field

from wasl.accounts.api_access import CITIZEN, PUBLIC, Admit, caller, moment, person
from wasl.core import limits, scope
from wasl.core.api_shapes import PROBLEMS, AccountNo, Given
from wasl.core.problems import Refusal
from wasl.directorates import selectors as directorates
from wasl.outages import my_place, services, subscription_pages
from wasl.outages.api_asked import DirectorateCode, language, office, site, today
from wasl.outages.models import Subscription

router = Router(tags=["subscriptions"])
# From one address, as on the page.
STOPS, PER_SECONDS = 60, 3600
PlaceKind = Literal["ACCOUNT", "TRANSFORMER", "FEEDER", "DISTRICT"]


class GivenSubscription(Given):
    """
    Of which place to tell, and over what besides the person's own list of messages.

    Messages go to their own number and browsers: there is nothing to name somebody else's by. `place`
    is an account number of their own, or the code of a transformer, feeder or district.
    """

    directorate: DirectorateCode
    kind: PlaceKind
    place: Annotated[str, Field(min_length=1, max_length=64)]
    by_sms: bool = False
    by_push: bool = False


class Followed(Schema):
    """A place of which a person is told; `label` is what people call it."""

    id: UUID
    directorate: str
    kind: PlaceKind
    place: str
    label: str
    by_sms: bool
    by_push: bool
    since: datetime


class OwnAccount(Schema):
    """An account in the person's name that hangs on a network: what `ACCOUNT` may be told of."""

    directorate: str
    account_no: str


class Subscriptions(Schema):
    """Of what a person is told, the newest first, and the homes that are theirs."""

    items: list[Followed]
    accounts: list[OwnAccount]


class GivenAccount(Given):
    """An account of one's own."""

    directorate: DirectorateCode
    account_no: AccountNo


class GivenCalendar(GivenAccount):
    """With `renew` the earlier address opens nothing from now on."""

    renew: bool = False


class Calendar(Schema):
    """The secret address of a home's calendar: whoever knows it reads it, until it is renewed."""

    href: str
    webcal: str


class GivenKey(Given):
    """The key at the end of the address that stands in each message."""

    key: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,16}$")]


def _followed(found: Subscription, label: str) -> Followed:
    return Followed(
        id=found.id,
        directorate=directorates.by_id(found.directorate_id).code,
        kind=cast(PlaceKind, found.kind),
        place=found.place_code,
        label=label,
        by_sms=found.by_sms,
        by_push=found.by_push,
        since=found.created_at,
    )


@router.get(
    "/my/subscriptions", auth=Admit(CITIZEN), operation_id="listMySubscriptions",
    response={200: Subscriptions, **PROBLEMS},
)  # fmt: skip
def list_mine(request: HttpRequest) -> Any:
    """Of which places the citizen who is signed in is told, and over what."""
    user = person(request)
    with scope.within_system():
        rows = subscription_pages.of(user, language())
        accounts = my_place.own_accounts(user)
        return Subscriptions(
            items=[_followed(each.subscription, each.label) for each in rows],
            accounts=[
                OwnAccount(
                    directorate=directorates.by_id(each.directorate_id).code,
                    account_no=each.account_no,
                )
                for each in accounts
            ],
        )


@router.post(
    "/my/subscriptions", auth=Admit(CITIZEN), operation_id="subscribe",
    response={200: Followed, **PROBLEMS},
)  # fmt: skip
def subscribe(request: HttpRequest, given: GivenSubscription) -> Any:
    """Be told of a place; a second time changes over what. Twenty places at most."""
    with scope.within_system():
        made = services.subscribe(
            user=person(request), directorate_id=office(given.directorate).id, kind=given.kind,
            place=given.place, by_sms=given.by_sms, by_push=given.by_push, on=today(request),
            now=moment(request),
        )  # fmt: skip
        return _followed(made, subscription_pages.label(made.kind, made.place_code, language()))


@router.post(
    "/my/subscriptions/{uuid:subscription_id}/end", auth=Admit(CITIZEN),
    operation_id="endSubscription", response={204: None, **PROBLEMS},
)  # fmt: skip
def end(request: HttpRequest, subscription_id: UUID) -> Any:
    """Be told no more of a place."""
    ended = services.end_subscription(
        user=person(request), subscription_id=subscription_id, now=moment(request)
    )
    if not ended:
        raise Refusal(404, "NOT_FOUND")
    return Status(204, None)


@router.post(
    "/my/subscriptions/decline", auth=Admit(CITIZEN), operation_id="declineSms",
    response={204: None, **PROBLEMS},
)  # fmt: skip
def decline(request: HttpRequest, given: GivenAccount) -> Any:
    """No SMS about a home of one's own, not even of planned work; messages stay in the list."""
    with scope.within_system():
        services.decline_account(
            user=person(request), directorate_id=office(given.directorate).id,
            account_no=given.account_no, now=moment(request),
        )  # fmt: skip
    return Status(204, None)


@router.post(
    "/my/calendars", auth=Admit(CITIZEN), operation_id="getCalendarLink",
    response={200: Calendar, **PROBLEMS},
)  # fmt: skip
def calendar(request: HttpRequest, given: GivenCalendar) -> Any:
    """The secret address of the calendar of an own home: planned work and programmed cuts."""
    with scope.within_system():
        token = services.calendar_link(
            user=person(request), directorate_id=office(given.directorate).id,
            account_no=given.account_no, now=moment(request), renew=given.renew,
        )  # fmt: skip
    href = site() + reverse("outages:calendar", args=[token])
    return Calendar(href=href, webcal="webcal:" + href.partition(":")[2])


@router.post(
    "/subscriptions/stop", auth=Admit(PUBLIC), operation_id="stopSubscription",
    response={204: None, **PROBLEMS},
)  # fmt: skip
def stop(request: HttpRequest, given: GivenKey) -> Any:
    """End the subscription whose messages carry the key; the same answer whether or not there is one."""
    now = moment(request)
    limits.require(
        f"outage-stop:{caller(request).address}", limit=STOPS, per_seconds=PER_SECONDS, now=now
    )
    services.stop(key=given.key, now=now)
    return Status(204, None)
