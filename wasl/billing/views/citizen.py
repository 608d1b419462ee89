"""The citizen's bills: what I owe, why, what I used, and the proof."""

from datetime import date, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from wasl.accounts.policies import CITIZEN, policy, user_of
from wasl.billing import bill_pages, bill_paper, citizen_pages, export, reading_photos
from wasl.billing.models import Bill
from wasl.core import scope
from wasl.core.calendars import BAGHDAD
from wasl.customers import selectors as customers
from wasl.customers.models import Account
from wasl.transparency import responses
from wasl.transparency import selectors as log


def today() -> date:
    """The date in Baghdad."""
    return timezone.now().astimezone(BAGHDAD).date()


def language() -> str:
    """The reader's language."""
    return get_language() or "ar"


def own_account(request: HttpRequest, account_no: str) -> Account:
    """The account of that number, if it is in the reader's name. :raises Http404: otherwise."""
    for account in customers.accounts_of(user_of(request).id):
        if account.account_no == account_no:
            return account
    raise Http404


def own_bill(account: Account, slug: str) -> Bill:
    """The bill of an own account. :raises Http404: when there is none."""
    bill, _since = _own_bill(account, slug)
    return bill


def _own_bill(account: Account, slug: str) -> tuple[Bill, datetime | None]:
    since = citizen_pages.own_since(account)
    bill = bill_pages.find_bill(account, slug, since=since)
    if bill is None:
        raise Http404
    return bill, since


@policy(CITIZEN)
def my_bills(request: HttpRequest) -> HttpResponse:
    """The accounts in my name, and what is due."""
    accounts = customers.accounts_of(user_of(request).id)
    with scope.within_system():
        context = citizen_pages.my_bills(accounts, language())
    return render(request, "billing/citizen/my_bills.html", context)


@policy(CITIZEN)
def account(request: HttpRequest, account_no: str) -> HttpResponse:
    """One account: balance, bills, use by month, statement."""
    found = own_account(request, account_no)
    with scope.within_system():
        context = citizen_pages.account_page(
            found, on=today(), is_whole="all" in request.GET, language=language()
        )
    return render(request, "billing/citizen/account.html", context)


@policy(CITIZEN)
def bill(request: HttpRequest, account_no: str, slug: str) -> HttpResponse:
    """One bill: what I owe and by when, why, and what can be done about it."""
    found = own_account(request, account_no)
    with scope.within_system():
        shown, since = _own_bill(found, slug)
        context = bill_pages.bill_page(found, shown, since=since, on=today(), language=language())
    return render(request, "billing/citizen/bill.html", context)


@policy(CITIZEN)
def proof(request: HttpRequest, account_no: str, slug: str) -> HttpResponse:
    """The proof that the bill was issued so, as a file that any C2SP tool reads."""
    found = own_account(request, account_no)
    with scope.within_system():
        event_id = bill_pages.event_of(own_bill(found, slug))
        receipt = log.receipt_for(event_id=event_id) if event_id else None
    if receipt is None:
        return render(
            request,
            "billing/citizen/proof_pending.html",
            {"account_no": account_no, "slug": slug},
            status=202,
        )
    return responses.receipt_response(receipt)


@policy(CITIZEN)
def reading_photo(
    request: HttpRequest, account_no: str, read_on: str, revision: int
) -> HttpResponse:
    """The photograph that was taken of the register."""
    found = own_account(request, account_no)
    with scope.within_system():
        photo = reading_photos.of(found, read_on, revision)
    if photo is None:
        raise Http404
    response = HttpResponse(photo.content, content_type=photo.content_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response


@policy(CITIZEN)
def pdf(request: HttpRequest, account_no: str, slug: str) -> HttpResponse:
    """The bill on paper, in the reader's language or in the one asked for."""
    found = own_account(request, account_no)
    wanted = request.GET.get("language", "")
    with scope.within_system():
        bill = own_bill(found, slug)
        content = bill_paper.bill_pdf(
            found,
            bill,
            user_of(request),
            on=today(),
            language=wanted if wanted in {"ar", "ckb", "en"} else language(),
        )
    return _file(content, "application/pdf", f"wasl-{bill.number}.pdf")


@policy(CITIZEN)
def data(request: HttpRequest, account_no: str, name: str) -> HttpResponse:
    """All that is kept of one's use and payments, to take away."""
    found = own_account(request, account_no)
    if name not in export.FILES:
        raise Http404
    with scope.within_system():
        content = export.content(found, name, now=timezone.now())
    return _file(content, export.FILES[name], f"wasl-{account_no}-{name}")


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
