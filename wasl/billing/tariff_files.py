"""A tariff as people hand it in: lines of blocks, or a TOML file in the shape of data/tariffs.toml."""

import tomllib
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from wasl.billing.services import Block, Draft
from wasl.core.arabic import to_western_digits
from wasl.core.errors import Unable

LARGEST = 100_000
_TEXTS = ("code", "tariff_class", "name_ar", "name_ckb", "name_en", "proration", "source")
LONGEST = 120


class UnableToReadTariff(Unable):
    """The text is no tariff."""

    code = "UNREADABLE_TARIFF"
    message = _("This cannot be read as a tariff: %(cause)s")


def blocks(text: str) -> list[Block]:
    """
    A line for each block: up to how many kWh, and dinars a kWh; "-" where there is no end.

    :raises UnableToReadTariff: when a line says something else.
    """
    found = []
    for line in to_western_digits(text).splitlines():
        words = line.replace(",", " ").replace(";", " ").split()
        if not words:
            continue
        if len(words) != 2:
            raise UnableToReadTariff(cause=_("write a bound and a price in each line."))
        found.append(_block(None if words[0] == "-" else words[0], words[1]))
    return found


def _block(to: object, price: object) -> Block:
    try:
        fils = Decimal(str(price)) * 1000
        end = None if to is None else int(str(to))
    except (InvalidOperation, ValueError):
        raise UnableToReadTariff(cause=_("a bound or a price is no number.")) from None
    is_possible = fils.is_finite() and 0 <= fils < 10**8 and (end is None or 0 < end < 10**7)
    if not is_possible or fils != int(fils):
        raise UnableToReadTariff(cause=_("a bound or a price is no number."))
    return Block(to_kwh=end, price_fils=int(fils))


def read(content: bytes) -> list[tuple[Draft, list[Block]]]:
    """
    The tariffs of a file, in the shape of the published ones.

    :raises UnableToReadTariff: when it is too large, no TOML, or lacks something.
    """
    if len(content) > LARGEST:
        raise UnableToReadTariff(cause=_("the file is too large."))
    try:
        entries = tomllib.loads(content.decode("utf-8"))["tariff"]
        found = [_entry(entry) for entry in entries]
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise UnableToReadTariff(cause=_("it is no TOML file.")) from None
    except (KeyError, TypeError, AttributeError):
        raise UnableToReadTariff(cause=_("something is missing.")) from None
    if not found:
        raise UnableToReadTariff(cause=_("something is missing."))
    return found


def _entry(entry: dict[str, Any]) -> tuple[Draft, list[Block]]:
    texts = {name: str(entry[name]).strip() for name in _TEXTS}
    is_short = all(texts[n] and len(texts[n]) <= LONGEST for n in _TEXTS if n != "source")
    days = entry.get("base_days", 30)
    if not (
        is_short
        and isinstance(entry["valid_from"], date)
        and texts["proration"] in {"STRETCH", "MONTHS", "NONE"}
        and isinstance(days, int)
        and 1 <= days <= 366
    ):
        raise UnableToReadTariff(cause=_("something is missing."))
    draft = Draft(
        valid_from=entry["valid_from"],
        base_days=days,
        legal_basis=str(entry.get("legal_basis", "")),
        **texts,
    )
    return draft, [_block(block.get("to"), block["price"]) for block in entry["blocks"]]
