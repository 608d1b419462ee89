"""
Reading bank statements (camt.053) and notices (camt.054) of ISO 20022, whatever their version.

A file is checked against its schema before it is read. One entry may hold many transactions: each
is one movement here, and together they are the entry. Amounts carry three decimals for the dinar:
a fraction that is not zero makes no amount, and a person looks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from lxml import etree

from wasl.core.errors import Unable
from wasl.payments.bank import schemas

LARGEST = 50 * 2**20
CURRENCY = "IQD"


class UnableToReadStatement(Unable):
    """It is no statement of a bank that we can take over."""

    code = "UNREADABLE_STATEMENT"
    message = _("The bank's file cannot be read: %(cause)s")


@dataclass(frozen=True, kw_only=True)
class Movement:
    """
    One movement: `amount` is positive in, negative out; None when it has a fraction.

    `entry_reference` is the bank's name of the entry, `own_reference` the transaction's own.
    `position` is its place among `of` transactions of the entry.
    """

    amount: int | None
    amount_text: str
    status: str
    is_reversal: bool
    booked_on: date | None
    entry_reference: str
    own_reference: str
    end_to_end_id: str
    structured_reference: str
    text: str
    position: int
    of: int


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What a message says of one account. Balances are None where it names none (camt.054)."""

    format: str
    message_id: str
    statement_no: str
    account: str
    first_on: date | None
    last_on: date | None
    opening: int | None
    closing: int | None
    movements: list[Movement]

    @property
    def booked(self) -> list[Movement]:
        """Those that are money already."""
        return [each for each in self.movements if each.status == "BOOK"]


def read(content: bytes) -> list[Statement]:
    """
    The statements of a message.

    :raises UnableToReadStatement: when it is not XML, not of a known version, not as its schema
        says, in another currency, or does not sum up.
    """
    root, version = _parsed(content)
    body = root[0]
    message_id = _text(body, "GrpHdr/MsgId")
    kind = "Stmt" if version.startswith("camt.053") else "Ntfctn"
    return [_statement(found, version, message_id) for found in _all(body, kind)]


def _parsed(content: bytes) -> tuple[etree._Element, str]:
    if len(content) > LARGEST:
        raise UnableToReadStatement(cause=_("it is larger than 50 MB."))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnableToReadStatement(cause=_("it is no XML.")) from error
    if root.getroottree().docinfo.doctype:
        raise UnableToReadStatement(cause=_("it defines entities of its own."))
    named = schemas.NAMESPACE.fullmatch(etree.QName(root).namespace or "")
    found = schemas.schema(named[1]) if named else None
    if named is None or found is None:
        raise UnableToReadStatement(
            cause=_("it is neither camt.053 nor camt.054 of a known version.")
        )
    if not found.validate(root):
        said = found.error_log.last_error
        where = f"{said.line}: {said.message[:200]}" if said else ""
        raise UnableToReadStatement(
            cause=_("it is not as its schema says, line %(where)s") % {"where": where}
        )
    return root, named[1]


def _statement(found: etree._Element, version: str, message_id: str) -> Statement:
    account = _text(found, "Acct/Id/IBAN") or _text(found, "Acct/Id/Othr/Id")
    if _text(found, "Acct/Ccy") not in {"", CURRENCY}:
        raise UnableToReadStatement(cause=_("the account is not in dinars."))
    balances = {_text(each, "Tp/CdOrPrtry/Cd"): each for each in _all(found, "Bal")}
    movements = [each for entry in _all(found, "Ntry") for each in _movements(entry)]
    days = sorted(each.booked_on for each in movements if each.booked_on)
    made = Statement(
        format=version,
        message_id=message_id,
        statement_no=_text(found, "Id"),
        account=account.replace(" ", ""),
        first_on=_day(found, "FrToDt/FrDtTm") or (days[0] if days else None),
        last_on=_day(found, "FrToDt/ToDtTm") or (days[-1] if days else None),
        opening=_balance(balances.get("OPBD", balances.get("PRCD"))),
        closing=_balance(balances.get("CLBD")),
        movements=movements,
    )
    _require_sum(made)
    return made


def _require_sum(made: Statement) -> None:
    if made.opening is None or made.closing is None or not made.format.startswith("camt.053"):
        return
    booked = [each.amount for each in made.booked]
    moved = sum(amount for amount in booked if amount is not None)
    if None not in booked and made.opening + moved != made.closing:
        raise UnableToReadStatement(
            cause=_("its entries do not lead from the opening to the closing balance.")
        )


def _movements(entry: etree._Element) -> Iterator[Movement]:
    amount_text = _money(entry)
    is_out = _text(entry, "CdtDbtInd") == "DBIT"
    status = _text(entry, "Sts/Cd") or _text(entry, "Sts/Prtry") or _text(entry, "Sts")
    details = [each for part in _all(entry, "NtryDtls") for each in _all(part, "TxDtls")]
    # A single transaction often repeats no amount; of several each must name its own.
    texts = [_of_transaction(each) for each in details]
    if len(details) > 1 and not any(texts):
        details, texts = [], []  # Which amount belongs to which reference is anybody's guess.
    elif len(details) == 1:
        texts = [amount_text]
    elif details and (
        None in texts or sum(map(Decimal, filter(None, texts))) != Decimal(amount_text)
    ):
        raise UnableToReadStatement(cause=_("the transactions of an entry do not sum up to it."))
    for place, (detail, text) in enumerate(
        zip(details or [None], texts or [amount_text], strict=True)
    ):
        yield Movement(
            amount=_whole(text, is_out),
            amount_text=f"{'-' if is_out else ''}{text}",
            status=status if status in {"BOOK", "PDNG"} else "INFO",
            is_reversal=_text(entry, "RvslInd") in {"true", "1"},
            booked_on=_day(entry, "BookgDt/Dt") or _day(entry, "BookgDt/DtTm"),
            entry_reference=_text(entry, "AcctSvcrRef"),
            position=place,
            of=len(details) or 1,
            **_references(detail),
        )


def _references(detail: etree._Element | None) -> dict[str, str]:
    if detail is None:
        return {"own_reference": "", "end_to_end_id": "", "structured_reference": "", "text": ""}
    own = (
        _text(detail, "Refs/AcctSvcrRef")
        or _text(detail, "Refs/TxId")
        or _text(detail, "Refs/UETR")
    )
    end_to_end = _text(detail, "Refs/EndToEndId")
    words = [_joined(each) for each in _all(detail, "RmtInf", "Ustrd")]
    return {
        "own_reference": own[:80],
        "end_to_end_id": "" if end_to_end == "NOTPROVIDED" else end_to_end[:80],
        "structured_reference": _text(detail, "RmtInf/Strd/CdtrRefInf/Ref")[:80],
        "text": " ".join([*words, _text(detail, "AddtlTxInf")]).strip()[:500],
    }


def _of_transaction(detail: etree._Element) -> str | None:
    """The amount of a transaction in the account's currency, in the older or the newer place."""
    for place in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        found = _first(detail, place)
        if found is not None and found.get("Ccy") == CURRENCY:
            return _joined(found)
    return None


def _money(parent: etree._Element) -> str:
    found = _first(parent, "Amt")
    if found is None or found.get("Ccy") != CURRENCY:
        raise UnableToReadStatement(cause=_("an amount is not in dinars."))
    return _joined(found)


def _whole(text: str | None, is_out: bool) -> int | None:
    exact = Decimal(text or "0")
    if exact != exact.to_integral_value():
        return None
    return -int(exact) if is_out else int(exact)


def _balance(found: etree._Element | None) -> int | None:
    if found is None:
        return None
    return _whole(_money(found), _text(found, "CdtDbtInd") == "DBIT")


def _day(parent: etree._Element, path: str) -> date | None:
    text = _text(parent, path)
    return date.fromisoformat(text[:10]) if text else None


def _first(parent: etree._Element, path: str) -> etree._Element | None:
    found = parent
    for name in path.split("/"):
        found = next((each for each in found if etree.QName(each).localname == name), None)
        if found is None:
            return None
    return found


def _all(parent: etree._Element, *path: str) -> list[etree._Element]:
    found = [parent]
    for name in path:
        found = [each for one in found for each in one if etree.QName(each).localname == name]
    return found


def _text(parent: etree._Element, path: str) -> str:
    """The text under a path; nothing for an element that holds others instead of text."""
    found = _first(parent, path)
    return "" if found is None or len(found) else _joined(found)


def _joined(found: etree._Element) -> str:
    return "".join(found.itertext()).strip()
