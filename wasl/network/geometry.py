"""
From a place to a point of the map, and back. Pure.

A view is a square around a centre. At the size of a city the earth is flat enough: a degree of
longitude counts as 0.8387 of one of latitude (33° north) throughout, as in the database's index.
"""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

SQUEEZE = 0.8387
METRES_PER_DEGREE = 111_320.0
_EARTH_RADIUS_M = 6_371_000.0


@dataclass(frozen=True, kw_only=True)
class MapView:
    """A square of `size` pixels, `metres` wide, around a centre. x grows eastward, y southward."""

    lat: float
    lon: float
    metres: float
    size: int
    zoom: int = 0

    @property
    def metres_per_pixel(self) -> float:
        """How much ground one pixel shows."""
        return self.metres / self.size

    def to_pixel(self, lat: float, lon: float) -> tuple[float, float]:
        """Where a place is on the map."""
        east = (lon - self.lon) * SQUEEZE * METRES_PER_DEGREE
        north = (lat - self.lat) * METRES_PER_DEGREE
        half = self.size / 2
        return half + east / self.metres_per_pixel, half - north / self.metres_per_pixel

    def to_place(self, x: float, y: float) -> tuple[float, float]:
        """The place under a point of the map, to five decimals (about a metre)."""
        half = self.size / 2
        east = (x - half) * self.metres_per_pixel
        north = (half - y) * self.metres_per_pixel
        lat = self.lat + north / METRES_PER_DEGREE
        return round(lat, 5), round(self.lon + east / (SQUEEZE * METRES_PER_DEGREE), 5)

    def shows(self, x: float, y: float, margin: float = 0) -> bool:
        """Whether a point lies on the map, or no further than the margin beyond its edge."""
        return -margin <= x <= self.size + margin and -margin <= y <= self.size + margin


def metres_between(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """The distance of two places over the ground (haversine)."""
    height = sin(radians(lat_b - lat_a) / 2) ** 2
    width = sin(radians(lon_b - lon_a) / 2) ** 2
    share = height + cos(radians(lat_a)) * cos(radians(lat_b)) * width
    return 2 * _EARTH_RADIUS_M * asin(min(1.0, sqrt(share)))
