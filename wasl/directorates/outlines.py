"""
Schematic outlines: of a frame, each area gets the part that lies nearest to its own centre.

No official boundary of a quarter is public, so the map draws these (Voronoi) cells and says that
they are schematic. Pure geometry, on places as (latitude, longitude).
"""

from collections.abc import Mapping, Sequence

Place = tuple[float, float]
# A degree of longitude is shorter than one of latitude by this much, at 33° north.
SQUEEZE = 0.8387


def cells(centres: Mapping[str, Place], frame: Sequence[Place]) -> dict[str, list[list[float]]]:
    """
    The outline of each area, as a ring of [lat, lon] rounded to four decimals.

    Nothing without a frame. The frame may be concave: a cell is the frame cut by straight lines.
    """
    if len(frame) < 3:
        return {}
    found: dict[str, list[list[float]]] = {}
    for code, centre in centres.items():
        ring = [(lat, lon * SQUEEZE) for lat, lon in frame]
        own = (centre[0], centre[1] * SQUEEZE)
        for other_code, other in centres.items():
            if other_code != code:
                ring = _nearer(ring, own, (other[0], other[1] * SQUEEZE))
        found[code] = [[round(lat, 4), round(x / SQUEEZE, 4)] for lat, x in ring]
    return found


def _nearer(ring: list[Place], own: Place, other: Place) -> list[Place]:
    """The part of a ring that is nearer to one point than to another (Sutherland-Hodgman)."""
    away = (other[0] - own[0], other[1] - own[1])
    middle = ((own[0] + other[0]) / 2, (own[1] + other[1]) / 2)

    def beyond(point: Place) -> float:
        return (point[0] - middle[0]) * away[0] + (point[1] - middle[1]) * away[1]

    kept: list[Place] = []
    for number, point in enumerate(ring):
        before = ring[number - 1]
        here, there = beyond(point), beyond(before)
        if (here <= 0) != (there <= 0):
            share = there / (there - here)
            kept.append(
                (
                    before[0] + share * (point[0] - before[0]),
                    before[1] + share * (point[1] - before[1]),
                )
            )
        if here <= 0:
            kept.append(point)
    return kept


def contains(ring: Sequence[Sequence[float]], place: Place) -> bool:
    """Whether a place lies inside a ring (even-odd rule)."""
    lat, lon = place
    inside = False
    for number, (lat_b, lon_b) in enumerate(ring):
        lat_a, lon_a = ring[number - 1]
        if (lat_a > lat) != (lat_b > lat):
            crossing = lon_a + (lat - lat_a) / (lat_b - lat_a) * (lon_b - lon_a)
            inside ^= lon < crossing
    return inside
