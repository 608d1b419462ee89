"""The tariffs that are known, from data. What stands in the books is never changed by loading."""

import tomllib
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from wasl.billing.models import Tariff, TariffBlock, TariffUse
from wasl.directorates import selectors as directorates
from wasl.directorates.models import Directorate

DATA = Path(__file__).parent / "data" / "tariffs.toml"
_TEXTS = ("name_ar", "name_ckb", "name_en", "proration", "base_days", "source", "legal_basis")


def load(now: datetime) -> str:
    """This function will add the tariffs that are missing; those verified are published."""
    known = set(Tariff.objects.values_list("code", flat=True))
    new = [entry for entry in _entries() if entry["code"] not in known]
    offices = directorates.distribution(now.date())
    for entry in new:
        tariff = _add(entry)
        if tariff.is_verified:
            tariff.status, tariff.published_at = Tariff.Status.PUBLISHED, now
            tariff.save(update_fields=["status", "published_at"])
        for use in entry["uses"]:
            _put_in_force(tariff, use, offices)
    return f"{len(new)} tariffs added, {len(known)} known"


def load_prices() -> None:
    """This function will add every tariff of the data file, with its blocks only."""
    for entry in _entries():
        _add(entry)


def _entries() -> list[dict[str, Any]]:
    return list(tomllib.loads(DATA.read_text(encoding="utf-8"))["tariff"])


def _add(entry: dict[str, Any]) -> Tariff:
    tariff = Tariff.objects.create(
        code=entry["code"],
        tariff_class=entry["tariff_class"],
        valid_from=entry["valid_from"],
        is_verified=entry["is_verified"],
        **{name: entry[name] for name in _TEXTS},
    )
    begins = 0
    blocks = []
    for position, block in enumerate(entry["blocks"], start=1):
        blocks.append(
            TariffBlock(
                tariff=tariff,
                position=position,
                from_kwh=begins,
                to_kwh=block.get("to"),
                price_fils=int(Decimal(block["price"]) * 1000),
                source=block.get("source", ""),
            )
        )
        begins = block.get("to", 0)
    TariffBlock.objects.bulk_create(blocks)
    return tariff


def _put_in_force(tariff: Tariff, use: dict[str, Any], offices: Sequence[Directorate]) -> None:
    known = TariffUse.objects.filter(
        tariff_class=tariff.tariff_class, valid_from=use["valid_from"]
    ).values_list("directorate_id", flat=True)
    TariffUse.objects.bulk_create(
        TariffUse(
            directorate_id=directorate.id,
            tariff_class=tariff.tariff_class,
            valid_from=use["valid_from"],
            tariff=tariff,
        )
        for directorate in offices
        if use["directorate"] in {"*", directorate.code} and directorate.id not in set(known)
    )
