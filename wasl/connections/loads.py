"""The load calculator: appliances → watts. Pure; the list of appliances is data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("data") / "appliances.toml"
# Above this a single-phase service line of the usual section does not carry it (sample rule).
SINGLE_PHASE_WATTS = 11_000


@dataclass(frozen=True, kw_only=True)
class Appliance:
    """An appliance: watts when it runs, and the share of them that runs at once (per cent)."""

    code: str
    watts: int
    diversity: int
    labels: Mapping[str, str]


@lru_cache(maxsize=1)
def appliances() -> tuple[Appliance, ...]:
    """Every appliance of the calculator, in its order."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["appliance"]
    return tuple(
        Appliance(
            code=row["code"],
            watts=row["watts"],
            diversity=row["diversity"],
            labels={language: row[language] for language in ("ar", "ckb", "en")},
        )
        for row in rows
    )


def demand_watts(counts: Mapping[str, int]) -> int:
    """The watts that these appliances draw together, diversity counted, rounded up to 100."""
    exact = sum(
        counts.get(appliance.code, 0) * appliance.watts * appliance.diversity
        for appliance in appliances()
    )
    return -(-exact // (100 * 100)) * 100


def phases_for(watts: int) -> int:
    """One phase or three, by the load."""
    return 1 if watts <= SINGLE_PHASE_WATTS else 3
