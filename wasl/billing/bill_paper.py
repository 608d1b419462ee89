"""A bill on paper: one page, in the reader's language, with its proof as a code."""

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from wasl.accounts.models import User
from wasl.billing import bill_pages, citizen_pages, drawings, tariff_pages
from wasl.billing.models import Bill
from wasl.core import pdf as paper
from wasl.core.templatetags.wasl import MONTHS
from wasl.customers.models import Account
from wasl.transparency import responses
from wasl.transparency import selectors as log

TEMPLATE = Path(__file__).parent / "pdf" / "bill.typ"
# More lines would not fit on the page: then slices of one price are added up.
MOST_LINES = 9


def bill_pdf(account: Account, bill: Bill, holder: User, *, on: date, language: str) -> bytes:
    """The bill as a PDF of one page, as things stand on the day."""
    with override(language):
        page = bill_pages.bill_page(
            account, bill, since=citizen_pages.own_since(account), on=on, language=language
        )
        return paper.render(TEMPLATE, _data(page, bill, holder, language))


def _data(page: dict[str, Any], bill: Bill, holder: User, language: str) -> dict[str, Any]:
    found, dues = page["open"], page["dues"]
    is_open = found is not None and found.amount_to_pay > 0
    return {
        "language": language,
        "title": _("Electricity bill"),
        "brand": _("Wasl – electricity services from home"),
        "office": page["office"],
        "kind": page["kind_label"],
        "number": bill.number,
        "amount": _dinars(bill.amount),
        "currency": _("IQD"),
        "void": _("CANCELLED. Nothing is owed for this bill.") if found is None else "",
        "facts": _facts(page, bill, holder, language),
        "due_label": _("To pay for this bill") if is_open else _("This bill comes to"),
        "due_amount": _dinars(found.amount_to_pay if is_open else bill.amount),
        "due_by": _due_words(found, language),
        "contested": _("Contested: not collected until it is decided.")
        if found is not None and found.disputed_amount
        else "",
        "use_title": _("What was used"),
        "reading_heads": [
            _("Read on"), _("New reading"), _("Old reading"), _("kWh"), _("By"),
        ],
        "readings": _readings(page, bill, language),
        "estimate": _(
            "This is an estimate: nobody could read the meter. The next real reading puts "
            "everything right."
        )
        if bill.is_estimated
        else "",
        "why_title": _("Why it is so much"),
        "why": _("Each slice of the use is charged at its own price."),
        "block_heads": [_("Block"), "", _("kWh"), _("Price of a kWh"), _("Amount")],
        "blocks": _blocks(page["groups"]),
        "sums": _sums(page, bill),
        "use_by_month": _months(page["use"]),
        "months_title": _("Use by month, in kWh for thirty days"),
        "qr": _code(page, bill),
        "qr_title": _("Proof") if page["is_proved"] else _("This bill on the Internet"),
        "qr_words": _(
            "Scan it: your telephone checks number and amount against the public log, without us."
        )
        if page["is_proved"]
        else _("Scan it to open the bill, pay it, or contest it."),
        "foot": _(
            "Do you think that this bill is wrong? Contest it in Wasl: until it is decided, what "
            "you contest is not collected. On the account today: %(amount)s dinars."
        )
        % {"amount": _dinars(dues.owed)},
    }  # fmt: skip


def _facts(page: dict[str, Any], bill: Bill, holder: User, language: str) -> list[dict[str, Any]]:
    place = page["place"]
    address = _("Mahalla %(mahalla)s, zuqaq %(zuqaq)s, dar %(dar)s") % {
        "mahalla": place.mahalla,
        "zuqaq": place.zuqaq,
        "dar": place.dar,
    }
    days = ngettext("%(count)s day", "%(count)s days", bill.days) % {"count": bill.days}
    rows = [
        (_("Account"), page["shown_no"], True),
        (_("Bill number"), bill.number, True),
        (_("Name"), holder.full_name or "", False),
        (_("Address"), address, False),
        (_("Class"), tariff_pages.tariff_class_label(bill.tariff_class), False),
        (
            _("Period"),
            f"{_day(bill.from_on, language)} – {_day(bill.to_on, language)} ({days})",
            False,
        ),
        (_("Issued on"), _day(bill.issued_on, language), False),
    ]
    return [{"label": a, "value": b, "ltr": c} for a, b, c in rows if b]


def _due_words(found: Any, language: str) -> str:
    if found is None:
        return ""
    if found.open_amount == 0:
        return _("Paid")
    return _("Pay by %(date)s") % {"date": _day(found.due_on, language)}


def _readings(page: dict[str, Any], bill: Bill, language: str) -> list[list[str]]:
    rows = [
        [
            _day(each.reading.read_on, language),
            _number(each.reading.register_kwh),
            _number(each.reading.basis_kwh),
            _number(each.reading.consumption_kwh),
            str(each.reading.get_source_display()),
        ]
        for each in page["readings"]
    ]
    if 0 < len(rows) <= 3:
        return rows
    whole = [_number(bill.closing_kwh), _number(bill.opening_kwh), _number(bill.kwh)]
    return [[_day(bill.to_on, language), *whole, ""]]


def _blocks(groups: list[tariff_pages.BlocksShown]) -> list[dict[str, Any]]:
    found = [block for group in groups for block in group.blocks]
    if len(found) > MOST_LINES:
        found = [block for block in found if block.is_used]
    if len(found) > MOST_LINES:
        found = _added_up(found)
    return [
        {
            "words": drawings.bounds(block) if block.from_kwh or block.to_kwh else "",
            "share": block.share,
            "kwh": drawings.figure(block.kwh),
            "rate": block.rate_shown,
            "amount": _dinars(block.amount),
        }
        for block in found
    ]


def _added_up(blocks: list[drawings.Block]) -> list[drawings.Block]:
    """One line for each price."""
    rates = sorted({block.rate for block in blocks})
    return [
        drawings.Block(
            from_kwh=0,
            to_kwh=None,
            rate=rate,
            kwh=sum(block.kwh for block in blocks if block.rate == rate),
            amount=sum(block.amount for block in blocks if block.rate == rate),
        )
        for rate in rates
    ]


def _sums(page: dict[str, Any], bill: Bill) -> list[dict[str, Any]]:
    rows = [(_("For the energy"), _dinars(bill.energy_amount), False)]
    if bill.credit_amount:
        rows.append((_("Given back of estimates"), f"−{_dinars(bill.credit_amount)}", False))
    rows.append((_("This bill"), _dinars(bill.amount), True))
    rows.append((_("Owed before it"), _dinars(bill.balance_before), False))
    paid = -sum(row.signed_amount for row in page["paid_since"])
    if paid:
        rows.append((_("Paid since"), _dinars(paid), False))
    return [{"label": a, "value": b, "strong": c} for a, b, c in rows]


def _months(use: citizen_pages.UseShown | None) -> list[dict[str, Any]]:
    """The last twelve months as bars, the tallest 1."""
    if use is None:
        return []
    highest = max(month.kwh for month in use.months) or 1
    return [
        {"label": month.label, "kwh": _number(month.kwh), "share": month.kwh / highest}
        for month in use.months
    ]


def _code(page: dict[str, Any], bill: Bill) -> str:
    """The receipt of the issue as a QR code; until it is sealed, number, amount and the page."""
    if page["is_proved"]:
        receipt = log.receipt_for(event_id=page["event_id"])
        code = str(responses.receipt_qr(receipt)) if receipt else ""
        if code:
            return code
    address = reverse("billing:bill", args=[bill.account_no, page["slug"]])
    public = settings.WASL_PUBLIC_URL.rstrip("/")
    return paper.qr_svg(f"{public}{address}?bill={bill.number}&amount={bill.amount}")


def _dinars(amount: int) -> str:
    return f"{amount:,}"


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _day(on: date, language: str) -> str:
    return f"{on.day} {MONTHS[language].split(',')[on.month - 1]} {on.year}"
