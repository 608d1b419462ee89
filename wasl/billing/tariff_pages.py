"""What the pages about tariffs show: the published versions, and what a use would cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from wasl.billing import drawings, rating
from wasl.billing.models import Tariff, TariffBlock
from wasl.customers.models import Account
from wasl.directorates import selectors as directorates


@dataclass(frozen=True, kw_only=True)
class InForce:
    """Where a tariff is billed, and since when."""

    where: str
    since: date
    until: date | None


@dataclass(frozen=True, kw_only=True)
class TariffShown:
    """One version with all that is known of it."""

    tariff: Tariff
    name: str
    class_label: str
    blocks: list[drawings.Block]
    sources: list[str]
    in_force: list[InForce]


def tariff_class_label(code: str) -> str:
    """The words for a class of customers."""
    return str(dict(Account.Tariff.choices).get(code, code))


def all_tariffs() -> list[Tariff]:
    """Every version: those that are billed with first, by class, the newest first."""
    order = {code: place for place, code in enumerate(Account.Tariff.values)}
    found = Tariff.objects.prefetch_related("blocks", "uses")
    return sorted(
        found,
        key=lambda t: (
            not t.is_published,
            order.get(t.tariff_class, len(order)),
            -t.valid_from.toordinal(),
            t.code,
        ),
    )


def tariffs_page(language: str) -> list[TariffShown]:
    """Every tariff with its blocks, source, legal basis, and where it is in force."""
    return [_shown(tariff, language) for tariff in all_tariffs()]


def published(code: str) -> Tariff | None:
    """The published version of that code."""
    return Tariff.objects.filter(code=code, status=Tariff.Status.PUBLISHED).first()


def by_class(codes: Sequence[str]) -> dict[str, Tariff]:
    """The versions of these codes, one of each class: of two, the last by code."""
    found = Tariff.objects.filter(code__in=codes).order_by("code")
    return {each.tariff_class: each for each in found}


def _shown(tariff: Tariff, language: str) -> TariffShown:
    ordered = sorted(tariff.blocks.all(), key=lambda block: block.position)
    return TariffShown(
        tariff=tariff,
        name=tariff.name(language),
        class_label=tariff_class_label(tariff.tariff_class),
        blocks=[as_drawn(block) for block in ordered],
        sources=[block.source for block in ordered],
        in_force=[
            InForce(
                where=directorates.by_id(use.directorate_id).name(language),
                since=use.valid_from,
                until=use.valid_to,
            )
            for use in sorted(tariff.uses.all(), key=lambda u: (u.directorate_id, u.valid_from))
        ],
    )


def as_drawn(block: TariffBlock) -> drawings.Block:
    """A block as the tariff has it, for as many days as the tariff counts in."""
    return drawings.Block(
        from_kwh=block.from_kwh, to_kwh=block.to_kwh, rate=block.price_fils / 1000
    )


def choices(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The tariffs to choose from, by class; what nobody confirmed says so."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for tariff in all_tariffs():
        name = tariff.name(language)
        if not tariff.is_verified:
            name = _("%(name)s (unverified)") % {"name": name}
        groups.setdefault(tariff_class_label(tariff.tariff_class), []).append((tariff.code, name))
    return list(groups.items())


@dataclass(frozen=True, kw_only=True)
class BlocksShown:
    """The lines of one tariff and stretch of days, as a drawing and as a table."""

    tariff: str
    days: int
    from_on: date | None
    blocks: list[drawings.Block]
    drawing: SafeString
    amount: int
    kwh: float


def groups(lines: Sequence[dict[str, Any]], language: str) -> list[BlocksShown]:
    """
    The lines of a bill or quote, a group for each stretch of days on one tariff.

    The blocks that the use did not reach are shown too, as wide as the days make them.
    """
    parted: dict[tuple[int, str, str], list[dict[str, Any]]] = {}
    for line in lines:
        key = (line["part"], line.get("from_on") or "", line["tariff"])
        parted.setdefault(key, []).append(line)
    known = _blocks_of({key[2] for key in parted})
    return [_group(found, known.get(key[2], []), language) for key, found in parted.items()]


def _blocks_of(codes: set[str]) -> dict[str, list[TariffBlock]]:
    found: dict[str, list[TariffBlock]] = {}
    rows = TariffBlock.objects.filter(tariff_id__in=codes).select_related("tariff")
    for block in rows.order_by("tariff_id", "position"):
        found.setdefault(block.tariff_id, []).append(block)
    return found


def _group(lines: list[dict[str, Any]], known: list[TariffBlock], language: str) -> BlocksShown:
    used = [
        drawings.Block(
            from_kwh=line["from"],
            to_kwh=line["to"],
            rate=line["rate"],
            kwh=line["kwh"],
            amount=line["amount"],
        )
        for line in lines
    ]
    first = next((block for block in known if block.position == lines[0]["block"]), None)
    wide = lines[0]["to"] / first.to_kwh if first and first.to_kwh and lines[0]["to"] else 1
    further = [
        drawings.Block(
            from_kwh=block.from_kwh * wide,
            to_kwh=None if block.to_kwh is None else block.to_kwh * wide,
            rate=block.price_fils / 1000,
        )
        for block in known
        if block.position > lines[-1]["block"]
    ]
    from_on = lines[0].get("from_on")
    name = known[0].tariff.name(language) if known else lines[0]["tariff"]
    return BlocksShown(
        tariff=name,
        days=lines[0]["days"],
        from_on=date.fromisoformat(from_on) if from_on else None,
        blocks=used + further,
        drawing=drawings.blocks(
            used + further,
            is_rtl=language != "en",
            title=_("How the use fills the blocks of the tariff. The table below says the same."),
        ),
        amount=sum(block.amount for block in used),
        kwh=sum(block.kwh for block in used),
    )


def answer(*, tariff: str, kwh: int, days: int, language: str) -> dict[str, Any]:
    """What a use costs on a tariff, by the rating that makes the bills."""
    quote = rating.quote(kwh=kwh, stretches=[rating.Stretch(tariff=tariff, days=days)])
    chosen = Tariff.objects.get(code=tariff)
    return {
        "total": quote.total,
        "kwh": kwh,
        "days": days,
        "tariff": chosen,
        "name": chosen.name(language),
        "groups": groups(quote.lines, language),
    }


def open_data() -> list[dict[str, Any]]:
    """Every tariff as plain data. Prices in fils, of which a dinar has a thousand."""
    return [
        {
            "code": tariff.code,
            "class": tariff.tariff_class,
            "names": {code: tariff.name(code) for code in ("ar", "ckb", "en")},
            "valid_from": tariff.valid_from.isoformat(),
            "status": tariff.status,
            "is_verified": tariff.is_verified,
            "proration": tariff.proration,
            "base_days": tariff.base_days,
            "source": tariff.source,
            "legal_basis": tariff.legal_basis,
            "published_at": tariff.published_at.isoformat() if tariff.published_at else None,
            "blocks": [
                {
                    "from_kwh": block.from_kwh,
                    "to_kwh": block.to_kwh,
                    "price_fils": block.price_fils,
                    "source": block.source,
                }
                for block in sorted(tariff.blocks.all(), key=lambda each: each.position)
            ],
            "in_force": [
                {
                    "directorate": use.directorate_id,
                    "from": use.valid_from.isoformat(),
                    "until": use.valid_to.isoformat() if use.valid_to else None,
                }
                for use in tariff.uses.all()
            ],
        }
        for tariff in all_tariffs()
    ]
