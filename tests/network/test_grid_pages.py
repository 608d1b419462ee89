"""The network's pages: who may open them, what they say, what their pictures hold."""

import csv
import io
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from lxml import etree

from tests import people
from tests.network.conftest import KARKH, NOW
from tests.network.test_checks import ask, node
from wasl.accounts.roles import Role
from wasl.network import grid_pages, low_voltage_drawing, published, selectors, services
from wasl.network.models import LowVoltageNode

pytestmark = pytest.mark.django_db


@pytest.fixture
def modelled(transformer):
    found = transformer("T-1", rated_kva=160, connected_kw="104")
    published.hang_on(found, "kerber-landnetz-freileitung-1", date(2026, 11, 1))
    transformer("T-2", lat=33.32, connected_kw="900")
    return found


@pytest.fixture
def engineer(modelled) -> Client:
    return people.sign_in(Client(), people.staff(Role.ENGINEER, directorate_id=KARKH))


def shown(client: Client, name: str, *args: object, query: str = "") -> str:
    answer = client.get(reverse(f"grid:{name}", args=args) + query)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def test_the_way_from_feeder_to_low_voltage(engineer):
    assert reverse("grid:feeder", args=["F-T"]) in shown(engineer, "home")
    assert reverse("grid:transformer", args=["T-1"]) in shown(engineer, "feeder", "F-T")
    page = shown(engineer, "transformer", "T-1")
    assert reverse("grid:picture", args=["T-1"]) in page
    assert "BSD-3-Clause" in page
    assert "N13" in page


def test_a_load_is_tried_and_nothing_is_kept(engineer, modelled):
    page = shown(engineer, "transformer", "T-1", query="?node=N13&load_kw=٣٠٠")

    assert "ليست" not in page
    assert page.count("w-notice--bad") == 1
    assert LowVoltageNode.objects.get(code="N13").connected_kw == 8
    assert not modelled.reservations.exists()


@pytest.mark.parametrize("query", ["?node=<b>&load_kw=1", "?load_kw=NaN", "?node=N13&load_kw=-4"])
def test_nonsense_tries_nothing(engineer, query):
    assert "<b>&" not in shown(engineer, "transformer", "T-1", query=query)


def test_the_picture_holds_every_node_and_no_script(engineer):
    picture = shown(engineer, "picture", "T-1", query="?node=N13&load_kw=10")
    tree = etree.fromstring(picture.encode())

    marks = tree.findall(".//{*}circle") + tree.findall(".//{*}rect")
    assert len(tree.findall(".//{*}line")) == 13
    assert len([each for each in marks if each.get("class") == "asked"]) == 1
    assert "N13" in picture
    assert "script" not in picture


def test_what_breaks_a_limit_is_told_by_more_than_colour():
    assert [low_voltage_drawing.step_of(pu, 9) for pu in (1.0, 0.95, 0.92, 0.90, 1.1)] == [
        0, 1, 2, 3, 3,
    ]  # fmt: skip


def test_overloaded_transformers_are_listed_the_fullest_first(engineer, transformer):
    transformer("T-3", lat=33.33, connected_kw="600")
    services.solve_networks(directorate_id=KARKH, now=NOW)

    found = list(grid_pages.overloaded(KARKH, NOW))
    rows = list(csv.reader(io.StringIO(shown(engineer, "overloaded_csv").lstrip("\ufeff"))))

    assert [each.code for each in found] == ["T-2", "T-3"]
    assert [row[0] for row in rows] == ["transformer", "T-2", "T-3"]
    assert "T-2" in shown(engineer, "overloaded")


def test_a_load_flow_goes_before_the_plate_in_the_list(engineer, modelled):
    LowVoltageNode.objects.filter(code="N13").update(connected_kw=420, length_m=60)
    services.solve_networks(directorate_id=KARKH, now=NOW)

    rows = {each.code: each for each in grid_pages.by_loading(KARKH, NOW)}

    assert rows["T-1"].pct == rows["T-1"].flow_pct > 80
    assert rows["T-1"].rule_pct < 80
    assert "T-1" in shown(engineer, "voltages")


def test_a_checks_picture_is_for_its_directorate(engineer, modelled):
    case_id = uuid4()
    ask("20", node("N13"), case_id)
    other = people.sign_in(Client(), people.staff(Role.ENGINEER, directorate_id=2))

    assert "N13" in shown(engineer, "check", case_id)
    assert other.get(reverse("grid:check", args=[case_id])).status_code == 404
    LowVoltageNode.objects.filter(code="N14").delete()
    assert engineer.get(reverse("grid:check", args=[case_id])).status_code == 404
    assert selectors.latest_check(case_id) is not None


def test_other_directorates_and_citizens_see_none_of_it(modelled):
    other = people.sign_in(Client(), people.staff(Role.ENGINEER, directorate_id=2))
    citizen = people.sign_in(Client(), people.citizen())
    clerk = people.sign_in(Client(), people.staff(Role.STORE_KEEPER, directorate_id=KARKH))

    for name, args in (("feeder", ["F-T"]), ("transformer", ["T-1"]), ("picture", ["T-1"])):
        assert other.get(reverse(f"grid:{name}", args=args)).status_code == 404
        assert citizen.get(reverse(f"grid:{name}", args=args)).status_code == 403
        assert clerk.get(reverse(f"grid:{name}", args=args)).status_code == 403
    assert "T-2" not in other.get(reverse("grid:overloaded")).content.decode()


def test_pages_take_few_queries(engineer, django_assert_max_num_queries):
    services.solve_networks(directorate_id=KARKH, now=NOW)
    for name, args in (
        ("home", []), ("feeder", ["F-T"]), ("transformer", ["T-1"]), ("overloaded", []),
        ("voltages", []),
    ):  # fmt: skip
        with django_assert_max_num_queries(30):
            shown(engineer, name, *args)
