"""The load flow of a low-voltage network inside a web request, against the bare engine and pandapower."""

import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import connection
from django.test import Client, override_settings

from bench.scratch import NOW, directorate

Row = dict[str, Any]
ROUNDS = 60
NAMES = ("kerber-dorfnetz", "kerber-vorstadtnetz-kabel-1")


def run() -> list[Row]:
    """Measure; rows for the table of `make bench`."""
    rows: list[Row] = []
    with directorate("bench_network", meters=1), override_settings(ALLOWED_HOSTS=["*"]):
        from wasl.network import sample

        sample.load_sample_low_voltage(directorate_id=1, now=NOW)
        for name in NAMES:
            rows += _network(name)
    return rows


def _network(name: str) -> list[Row]:
    from tests import people
    from wasl.accounts.roles import Role
    from wasl.core import scope
    from wasl.network import grids, load_flow
    from wasl.network.models import LowVoltageNetwork

    with scope.within_system():
        found = LowVoltageNetwork.objects.filter(attribution__contains=name).first()
        assert found is not None, name
        modelled = grids.modelled(found.transformer, now=NOW)
    assert modelled is not None
    client = people.sign_in(Client(), people.staff(Role.ENGINEER, directorate_id=1, now=NOW))
    address = f"/grid/transformer/{found.transformer.code}/"
    web = _as_the_web_server(lambda: client.get(address), 200)
    picture = _as_the_web_server(lambda: client.get(f"{address}picture.svg"), 200)
    bare = _median(lambda: load_flow.solve(modelled.grid))
    nodes = len(modelled.nodes)
    rows = [
        _row(f"load flow of {nodes} nodes in a web request, its page", web, "ms", "< 50"),
        _row(f"the picture of {nodes} nodes, load flow included", picture, "ms", "< 50"),
        _row(f"load flow of {nodes} nodes alone, with its conversion", bare, "ms"),
    ]
    engine = _engine_alone(modelled.grid)
    rows.append(_row(f"power-grid-model alone on {nodes} nodes", engine, "ms"))
    rows.append(_row("our conversion and load flow against the engine", bare / engine, "times"))
    with suppress(ImportError):  # pandapower is for tests; without it there is nothing to compare
        other = _pandapower(name)
        rows.append(_row(f"pandapower's runpp on {nodes} nodes", other, "ms"))
        rows.append(_row("pandapower against our load flow", other / bare, "times"))
    return rows


def _row(name: str, value: float, unit: str, limit: str = "") -> Row:
    return {"name": name, "value": round(value, 2), "unit": unit, "limit": limit}


def _median(work: Callable[[], Any]) -> float:
    """The median time in milliseconds, after one turn that does not count."""
    work()
    times = []
    for _turn in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def _as_the_web_server(work: Callable[[], Any], status: int) -> float:
    """The same as the role that web servers have; the answer must be the right one."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE wasl_app")
    try:
        assert work().status_code == status
        return _median(work)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


def _engine_alone(grid: Any) -> float:
    """What the engine takes for a network that it holds already."""
    import power_grid_model

    from wasl.network import load_flow

    held: list[Any] = []
    whole = power_grid_model.PowerGridModel

    def keep(data: Any) -> Any:
        held.append(whole(data))
        return held[-1]

    power_grid_model.PowerGridModel = keep  # type: ignore[misc,assignment]
    try:
        load_flow.solve(grid)
    finally:
        power_grid_model.PowerGridModel = whole  # type: ignore[misc]
    return _median(lambda: held[0].calculate_power_flow(symmetric=True, error_tolerance=1e-10))


def _pandapower(name: str) -> float:
    from tests.network import published

    net = published.net(name)
    return _median(lambda: published.solve(net))
