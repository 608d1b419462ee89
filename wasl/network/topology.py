"""
The network as a tree: substation, feeder, sections, transformer, service points. Reading only.

Everything is asked for many at once, and costs by how many are asked for.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection

from wasl.network import selectors

# A place further from every transformer than this hangs on none that we know.
FARTHEST_METRES = 1500
# A place this near is taken to hang on it.
CERTAIN_METRES = 250


@dataclass(frozen=True, order=True)
class Element:
    """A part of the network that can fail: its kind (SUBSTATION, FEEDER, SECTION, TRANSFORMER), its code."""

    kind: str
    code: str


@dataclass(frozen=True, kw_only=True)
class Located:
    """Where a place hangs on the network, and whether that is certain."""

    transformer_code: str
    feeder_code: str
    is_certain: bool
    metres: int


_TREE = """
WITH RECURSIVE wanted AS (
    SELECT t.code, t.section_id, f.code AS feeder, s.code AS substation
    FROM network_transformer t
    JOIN network_feeder f ON f.id = t.feeder_id
    JOIN network_substation s ON s.id = f.substation_id
    WHERE t.directorate_id = %(directorate)s AND t.removed_date IS NULL AND {which}
),
up AS (
    SELECT w.code, 1 AS turn, n.code AS section, n.upstream_id
    FROM wanted w JOIN network_feedersection n ON n.id = w.section_id
    UNION ALL
    SELECT up.code, up.turn + 1, n.code, n.upstream_id
    FROM up JOIN network_feedersection n ON n.id = up.upstream_id
)
SELECT w.code, w.feeder, w.substation,
    coalesce((SELECT array_agg(up.section ORDER BY up.turn) FROM up WHERE up.code = w.code), '{{}}')
FROM wanted w
"""
_OF = {
    "SUBSTATION": "s.code = ANY(%(codes)s)",
    "FEEDER": "f.code = ANY(%(codes)s)",
    "TRANSFORMER": "t.code = ANY(%(codes)s)",
    # The whole feeder of the section; what does not hang behind it is left out afterwards.
    "SECTION": (
        "t.feeder_id IN (SELECT feeder_id FROM network_feedersection"
        " WHERE directorate_id = %(directorate)s AND code = ANY(%(codes)s))"
    ),
}
_CUSTOMERS = """
SELECT t.code, count(p.id) FROM network_transformer t
LEFT JOIN network_servicepoint p ON p.transformer_id = t.id AND p.disconnected_at IS NULL
WHERE t.directorate_id = %(directorate)s AND t.code = ANY(%(codes)s) GROUP BY t.code
"""


def elements_above(
    directorate_id: int, transformer_codes: Iterable[str]
) -> dict[str, tuple[Element, ...]]:
    """For each transformer what feeds it, the nearest first; the transformer itself begins the row."""
    return _rows(directorate_id, "TRANSFORMER", set(transformer_codes))


def transformers_under(directorate_id: int, element: Element) -> dict[str, tuple[Element, ...]]:
    """The transformers that an element feeds, each with what feeds it."""
    found = _rows(directorate_id, element.kind, {element.code})
    return {code: above for code, above in found.items() if element in above}


def transformers_of_substations(
    directorate_id: int, codes: Collection[str]
) -> dict[str, tuple[Element, ...]]:
    """The transformers that some substations feed, each with what feeds it."""
    return _rows(directorate_id, "SUBSTATION", set(codes))


def customers_of(directorate_id: int, transformer_codes: Collection[str]) -> dict[str, int]:
    """How many customers hang on each transformer."""
    if not transformer_codes:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _CUSTOMERS, {"directorate": directorate_id, "codes": list(transformer_codes)}
        )
        return {str(code): int(count) for code, count in cursor.fetchall()}


def locate(
    directorate_id: int,
    *,
    account_no: str = "",
    lat: float | None = None,
    lon: float | None = None,
) -> Located | None:
    """Where an account, or else a place, hangs; None where nobody can tell."""
    if account_no:
        point = selectors.point_of(directorate_id, account_no)
        if point is not None:
            return Located(
                transformer_code=point.transformer.code,
                feeder_code=point.transformer.feeder.code,
                is_certain=True,
                metres=0,
            )
    if lat is None or lon is None:
        return None
    near = selectors.nearest_transformer(directorate_id, lat, lon)
    if near is None or near.metres > FARTHEST_METRES:
        return None
    return Located(
        transformer_code=near.transformer.code,
        feeder_code=near.transformer.feeder.code,
        is_certain=near.metres <= CERTAIN_METRES,
        metres=near.metres,
    )


def _rows(directorate_id: int, kind: str, codes: set[str]) -> dict[str, tuple[Element, ...]]:
    if not codes:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _TREE.format(which=_OF[kind]), {"directorate": directorate_id, "codes": list(codes)}
        )
        return {
            code: (
                Element("TRANSFORMER", code),
                *(Element("SECTION", section) for section in sections),
                Element("FEEDER", feeder),
                Element("SUBSTATION", substation),
            )
            for code, feeder, substation, sections in cursor.fetchall()
        }
