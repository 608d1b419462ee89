"""What the storm breaks: known to nobody but the player, who compares at the end."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from wasl.customers.models import MeterAssignment
from wasl.network import topology
from wasl.network.models import Feeder, ServicePoint, Transformer
from wasl.network.topology import Element
from wasl.outages.models import OutageStep

# Fewer customers under an element than these cannot speak for it.
FEWEST = 3


@dataclass(frozen=True, kw_only=True)
class Home:
    """A customer under what fails; `serial` where the meter can tell of it."""

    account_no: str
    transformer_code: str
    serial: str = ""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """An element that fails, how long before now, and who is without supply by it."""

    element: Element
    ago: timedelta
    homes: tuple[Home, ...]

    @property
    def transformers(self) -> frozenset[str]:
        """Those whose customers are without supply by it."""
        return frozenset(each.transformer_code for each in self.homes)


@dataclass(frozen=True, kw_only=True)
class Weather:
    """Everything that fails at once, and a transformer whose own fault hides behind the first."""

    failures: tuple[Failure, ...]
    hidden: Failure | None


def brew(directorate_id: int, chance: Random) -> Weather | None:
    """A feeder, with a fault hidden behind it, and transformers elsewhere; None without a network."""
    dark = set(OutageStep.objects.filter(ended_at=None).values_list("group", flat=True))
    homes = _homes(directorate_id, dark)
    feeders = [
        (sum(len(homes.get(code, ())) for code in codes), feeder, codes)
        for feeder, codes in _feeders(directorate_id).items()
        if not dark & set(codes)
    ]
    feeders = sorted((each for each in feeders if each[0] >= FEWEST), reverse=True)
    if not feeders:
        return None
    _count, first, codes = feeders[0]
    ago = timedelta(minutes=chance.randint(45, 70))
    under = tuple(home for code in codes for home in homes.get(code, ()))
    failures = [Failure(element=Element("FEEDER", first), ago=ago, homes=under)]
    for _count, _feeder, others in feeders[1:4]:
        code = max(others, key=lambda each: (len(homes.get(each, ())), each))
        if len(homes.get(code, ())) >= FEWEST:
            ago = timedelta(minutes=chance.randint(15, 40))
            element = Element("TRANSFORMER", code)
            failures.append(Failure(element=element, ago=ago, homes=tuple(homes[code])))
    crowded = max(codes, key=lambda each: (len(homes.get(each, ())), each))
    hidden = None
    if len(homes.get(crowded, ())) >= FEWEST:
        hidden = Failure(
            element=Element("TRANSFORMER", crowded), ago=ago, homes=tuple(homes[crowded])
        )
    return Weather(failures=tuple(failures), hidden=hidden)


def _feeders(directorate_id: int) -> dict[str, list[str]]:
    return {
        feeder.code: sorted(
            topology.transformers_under(directorate_id, Element("FEEDER", feeder.code))
        )
        for feeder in Feeder.objects.filter(directorate_id=directorate_id)
    }


def _homes(directorate_id: int, dark: set[str]) -> dict[str, list[Home]]:
    """Who hangs on which transformer that has supply now."""
    serials = dict(
        MeterAssignment.objects.filter(directorate_id=directorate_id, valid_to=None).values_list(
            "account_no", "serial"
        )
    )
    points = ServicePoint.objects.filter(directorate_id=directorate_id, disconnected_at=None)
    working = Transformer.objects.filter(directorate_id=directorate_id, removed_date=None)
    known = set(working.values_list("code", flat=True)) - dark
    found: dict[str, list[Home]] = {}
    rows = points.order_by("account_no").values_list("account_no", "transformer__code")
    for account_no, code in rows:
        if code in known and f"S:{account_no}" not in dark:
            home = Home(
                account_no=account_no, transformer_code=code, serial=serials.get(account_no, "")
            )
            found.setdefault(code, []).append(home)
    return found
