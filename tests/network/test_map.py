"""The map: from place to point and back, what it shows, and what it answers to nonsense."""

from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.network.conftest import KARKH
from wasl.network import geometry, pictures, selectors
from wasl.network.geometry import MapView

TODAY = date(2026, 11, 23)
views = st.builds(
    MapView,
    lat=st.floats(33.1, 33.5),
    lon=st.floats(44.1, 44.6),
    metres=st.sampled_from([1000.0, 8000.0, 35000.0]),
    size=st.sampled_from([288, 640]),
)


@settings(deadline=None)
@given(views, st.floats(0, 1), st.floats(0, 1))
def test_a_click_is_found_again_within_a_pixel(view, across, down):
    x, y = across * view.size, down * view.size

    again = view.to_pixel(*view.to_place(x, y))

    assert abs(again[0] - x) < 0.5 + 1.2 / view.metres_per_pixel
    assert abs(again[1] - y) < 0.5 + 1.2 / view.metres_per_pixel


@settings(deadline=None)
@given(views, st.floats(0, 1), st.floats(0, 1))
def test_pixels_are_metres_over_the_ground(view, across, down):
    lat, lon = view.to_place(across * view.size, down * view.size)
    x, y = view.to_pixel(lat, lon)
    flat = ((x - view.size / 2) ** 2 + (y - view.size / 2) ** 2) ** 0.5 * view.metres_per_pixel

    # 0.8387 holds at 33 degrees; within the city it errs by less than a hundredth.
    assert geometry.metres_between(view.lat, view.lon, lat, lon) == pytest.approx(
        flat, rel=0.01, abs=2
    )


def test_north_is_up_and_east_is_right():
    view = MapView(lat=33.3, lon=44.3, metres=1000, size=100)

    assert view.to_pixel(33.3, 44.3) == (50, 50)
    assert view.to_pixel(33.301, 44.3)[1] < 50
    assert view.to_pixel(33.3, 44.301)[0] > 50


def test_the_view_is_around_the_pin_or_the_district_or_everything(seeded):
    around_pin = selectors.map_view(KARKH, on=TODAY, lat=33.3, lon=44.3, zoom=3)
    around_district = selectors.map_view(KARKH, on=TODAY, district="KARKH-DORA", zoom=1)
    everything = selectors.map_view(KARKH, on=TODAY, district="KARKH-DORA", lat=33.3, lon=44.3)

    assert (around_pin.lat, around_pin.metres) == (33.3, 2000)
    assert (around_district.lat, around_district.metres) == (33.248, 8000)
    assert everything.metres > 25_000
    assert selectors.map_view(2, on=TODAY).metres == 30_000  # Rusafa has no outlines yet
    assert selectors.map_view(KARKH, on=TODAY, size=300).size == 288


def test_a_place_is_found_in_its_district(seeded):
    assert selectors.district_at(KARKH, 33.312, 44.346, TODAY).code == "KARKH-MANSOUR"
    assert selectors.district_at(KARKH, 33.0, 44.0, TODAY) is None


def draw(**values):
    svg = pictures.map_svg(KARKH, on=TODAY, language=values.pop("language", "ar"), **values)
    return svg, etree.fromstring(svg.encode())


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
@pytest.mark.parametrize("zoom", range(5))
def test_the_picture_is_well_formed_and_small(seeded, language, zoom):
    svg, tree = draw(language=language, zoom=zoom, lat=33.312, lon=44.346, size=640)

    assert len(svg.encode()) < 20_000
    assert tree.tag.endswith("svg")
    assert "script" not in svg
    assert tree.findall(".//{*}path[@class='pin']")


def test_the_chosen_district_is_named_and_marked(seeded):
    for zoom in (1, 2, 3, 4):
        svg, tree = draw(district="KARKH-MANSOUR", zoom=zoom, lat=33.312, lon=44.346)
        assert len(tree.findall(".//{*}polygon[@class='on']")) == 1
        assert "المنصور" in svg


def test_names_do_not_lie_on_one_another(seeded):
    _svg, tree = draw(size=640)
    boxes = []
    for text in tree.findall(".//{*}text"):
        x, y, height = (float(text.get(name)) for name in ("x", "y", "font-size"))
        half = len(text.text) * height * 0.29
        boxes.append((x - half, y - height, x + half, y))

    assert len(boxes) > 25
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            assert not (
                one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]
            )


def test_a_name_cannot_break_out(seeded):
    from wasl.directorates.models import District

    District.objects.filter(code="KARKH-DORA").update(name_en="</text><script>&")

    svg, _tree = draw(language="en", district="KARKH-DORA", zoom=1)

    assert "<script" not in svg
    assert "&lt;script&gt;&amp;" in svg


def test_the_map_is_for_everybody_and_is_cached_by_the_reader_only(seeded, client):
    address = f"{reverse('network:map')}?directorate={KARKH}&lat=33.312000&lon=٤٤.٣٤٦&zoom=2"

    first = client.get(address)
    second = client.get(address, headers={"if-none-match": first["ETag"]})

    assert first["Content-Type"] == "image/svg+xml"
    assert first["Cache-Control"] == "private, max-age=3600"
    assert "script" not in first["Content-Security-Policy"]
    assert (second.status_code, second.content) == (304, b"")
    assert 'class="pin"' in first.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "directorate=x",
        "directorate=1&lat=nan&lon=44",
        "directorate=1&lat=inf&lon=44",
        "directorate=1&lat=90&lon=44",
        "directorate=1&zoom=9",
        "directorate=1&size=100000",
        "directorate=1&district=%3Csvg%3E",
        "directorate=1&theme=url(x)",
        "directorate=999999999999",
    ],
)
def test_nonsense_is_refused_plainly(seeded, client, query):
    assert client.get(f"{reverse('network:map')}?{query}").status_code == 400


def test_a_directorate_without_outlines_still_has_a_map(seeded, client):
    assert client.get(f"{reverse('network:map')}?directorate=2").status_code == 200


def test_the_picture_takes_few_queries(seeded, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        draw(zoom=2, lat=33.3, lon=44.3)
