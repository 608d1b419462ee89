"""
The stand-in's bank: statements and notices in ISO 20022, as its own bank would send them. Pure.

It writes what version 02 and version 08 and later have in common, and differs where they differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
IBAN = "IQ98NBIQ850123456789012"


@dataclass(frozen=True, kw_only=True)
class Booking:
    """
    An entry of the bank; negative is money out. Several `parts` make a batch that sums to it.

    `amount` is text, as the bank writes it: "15000.000".
    """

    amount: str
    reference: str = ""
    end_to_end_id: str = ""
    structured: str = ""
    text: str = ""
    status: str = "BOOK"
    is_reversal: bool = False
    parts: Sequence["Booking"] = field(default_factory=tuple)


def message(
    bookings: Sequence[Booking],
    *,
    day: date,
    number: str,
    opening: int | None = None,
    closing: int | None = None,
    version: str = "camt.053.001.08",
    account: str = IBAN,
    currency: str = "IQD",
) -> bytes:
    """A statement (camt.053) or a notice (camt.054) of one day."""
    is_old = int(version[-2:]) < 3
    status_is_code = int(version[-2:]) < 7
    outer, inner = (
        ("BkToCstmrStmt", "Stmt") if ".053." in version else ("BkToCstmrDbtCdtNtfctn", "Ntfctn")
    )
    if ".053." in version and opening is None:
        opening = 0
    if opening is not None and closing is None:
        closing = opening + sum(int(Decimal(b.amount)) for b in bookings if b.status == "BOOK")
    at = datetime(day.year, day.month, day.day, 20, 0).isoformat()  # noqa: DTZ001 (as banks write it)
    balances = "".join(
        _balance(code, amount, day, currency)
        for code, amount in (("OPBD", opening), ("CLBD", closing))
        if amount is not None
    )
    entries = "".join(
        _entry(each, day, currency, is_old=is_old, is_plain=status_is_code) for each in bookings
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{NAMESPACE}{version}"><{outer}>'
        f"<GrpHdr><MsgId>{escape(number)}</MsgId><CreDtTm>{at}</CreDtTm></GrpHdr>"
        f"<{inner}><Id>{escape(number)}-1</Id><CreDtTm>{at}</CreDtTm>"
        f"<Acct><Id><IBAN>{account}</IBAN></Id><Ccy>{currency}</Ccy></Acct>"
        f"{balances}{entries}</{inner}></{outer}></Document>"
    ).encode()


def _balance(code: str, amount: int, day: date, currency: str) -> str:
    sign = "DBIT" if amount < 0 else "CRDT"
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">'
        f"{abs(amount)}.000</Amt><CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _entry(booking: Booking, day: date, currency: str, *, is_old: bool, is_plain: bool) -> str:
    status = booking.status if is_plain else f"<Cd>{booking.status}</Cd>"
    parts = booking.parts or (booking,)
    details = "".join(
        _part(each, currency, repeats=bool(booking.parts), is_old=is_old) for each in parts
    )
    return (
        f'<Ntry><Amt Ccy="{currency}">{booking.amount.lstrip("-")}</Amt>'
        f"<CdtDbtInd>{'DBIT' if booking.amount.startswith('-') else 'CRDT'}</CdtDbtInd>"
        f"{'<RvslInd>true</RvslInd>' if booking.is_reversal else ''}<Sts>{status}</Sts>"
        f"<BookgDt><Dt>{day}</Dt></BookgDt>{_tag('AcctSvcrRef', booking.reference)}"
        f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"<NtryDtls>{details}</NtryDtls></Ntry>"
    )


def _part(booking: Booking, currency: str, *, repeats: bool, is_old: bool) -> str:
    own = _tag("AcctSvcrRef", booking.reference) if repeats else ""
    refs = own + _tag("EndToEndId", booking.end_to_end_id or "NOTPROVIDED")
    amount = f'<Amt Ccy="{currency}">{booking.amount.lstrip("-")}</Amt>'
    sign = "DBIT" if booking.amount.startswith("-") else "CRDT"
    own_amount = (
        f"<AmtDtls><TxAmt>{amount}</TxAmt></AmtDtls>"
        if is_old
        else f"{amount}<CdtDbtInd>{sign}</CdtDbtInd>"
    )
    structured = (
        f"<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
        f"<Ref>{escape(booking.structured)}</Ref></CdtrRefInf></Strd>"
        if booking.structured
        else ""
    )
    remittance = _tag("Ustrd", booking.text) + structured
    wrapped = f"<RmtInf>{remittance}</RmtInf>" if remittance else ""
    return f"<TxDtls><Refs>{refs}</Refs>{own_amount}{wrapped}</TxDtls>"


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""
