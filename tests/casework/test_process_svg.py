"""The drawing: mirrored for those who read from the right, its place marked, its words safe."""

import re
from itertools import pairwise

import pytest
from lxml import etree

from wasl.casework import process_model, process_svg, seeds

FILES = seeds.shipped_processes()
SVG = "{http://www.w3.org/2000/svg}"


def draw(name: str, language: str, **states: str) -> etree._Element:
    path = next(path for path in FILES if path.stem == name)
    model = process_model.parse(path.read_bytes())
    svg = process_svg.render(model, states=states, language=language, title=model.label[language])
    return etree.fromstring(svg)


def boxes(svg: etree._Element) -> dict[str, float]:
    """Where each step stands, by its words."""
    return {
        " ".join(t.text for t in g.iter(f"{SVG}text")): float(g.find(f"{SVG}rect").get("x"))
        for g in svg.iter(f"{SVG}g")
    }


def test_arabic_runs_from_the_right_and_english_from_the_left() -> None:
    english, arabic = boxes(draw("new-connection", "en")), boxes(draw("new-connection", "ar"))
    assert english["Site inspection"] < english["Install the meter"]
    assert arabic["الكشف الموقعي"] > arabic["نصب المقياس"]


def test_the_place_of_a_case_is_marked() -> None:
    svg = draw("new-connection", "ar", review="DONE", inspect="CURRENT")
    classes = [g.get("class") for g in svg.iter(f"{SVG}g")]
    assert sum("process__task--done" in c for c in classes) == 1
    assert sum("process__task--current" in c for c in classes) == 1


def test_the_place_is_told_without_colours_and_can_be_led_to() -> None:
    states = {"review": "DONE", "engineer": "CURRENT", "inspect": "CURRENT"}
    svg = draw("new-connection", "en", **states)
    said = svg.find(f"{SVG}desc").text
    assert "Done: Documents review." in said
    assert "Now: " in said
    assert "Site inspection" in said.partition("Now: ")[2]
    assert len(svg.findall(f".//{SVG}g[@class='process__mark']")) == 3
    assert len([g for g in svg.iter(f"{SVG}g") if g.get("id") == "process-now"]) == 1
    assert draw("new-connection", "en").find(f".//{SVG}g[@id='process-now']") is None


def test_words_of_the_file_are_escaped() -> None:
    path = next(path for path in FILES if path.stem == "new-connection")
    xml = path.read_bytes().replace(b'name="Site inspection"', b'name="&lt;script&gt;x()"')
    svg = process_svg.render(process_model.parse(xml), states={}, language="en", title="t")
    assert "&lt;script&gt;x()" in svg
    assert "<script" not in svg


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_arrow_begins_and_ends_at_its_steps_and_crosses_none(path) -> None:
    model = process_model.parse(path.read_bytes())
    for flow in model.flows:
        points = model.edges[flow.key]
        assert _touches(model.shapes[flow.source], points[0]), flow.key
        assert _touches(model.shapes[flow.target], points[-1]), flow.key
        for key in model.nodes.keys() - {flow.source, flow.target}:
            assert not any(_crosses(model.shapes[key], *ends) for ends in pairwise(points)), (
                flow.key,
                key,
            )


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_no_two_steps_stand_on_each_other_and_each_stands_in_its_lane(path) -> None:
    model = process_model.parse(path.read_bytes())
    for node in model.nodes.values():
        here, lane = model.shapes[node.key], model.shapes[node.lane]
        assert lane.x <= here.x
        assert here.x + here.width <= lane.x + lane.width
        assert lane.y <= here.y
        assert here.y + here.height <= lane.y + lane.height
        for other in model.nodes.keys() - {node.key}:
            there = model.shapes[other]
            apart = here.x + here.width <= there.x or there.x + there.width <= here.x
            assert apart or here.y + here.height <= there.y or there.y + there.height <= here.y


def test_long_words_are_wrapped_in_three_lines_at_most() -> None:
    lines = process_svg._wrap("a long name of a step that nobody should have written so", 132)
    assert len(lines) == 3
    assert " ".join(lines) == "a long name of a step that nobody should have written so"


def test_there_is_no_inline_style_or_script() -> None:
    text = etree.tostring(draw("load-increase", "ckb"), encoding="unicode")
    assert not re.search(r"style=|<script|href=|on\w+=", text)


def _touches(shape: process_model.Shape, point: tuple[float, float]) -> bool:
    x, y = point
    return (
        shape.x - 1 <= x <= shape.x + shape.width + 1
        and shape.y - 1 <= y <= shape.y + shape.height + 1
    )


def _crosses(
    shape: process_model.Shape, begin: tuple[float, float], end: tuple[float, float]
) -> bool:
    left, right = sorted((begin[0], end[0]))
    top, bottom = sorted((begin[1], end[1]))
    return (
        right > shape.x
        and left < shape.x + shape.width
        and bottom > shape.y
        and top < shape.y + shape.height
    )
