"""A checked network file into the register's tables, all of it. Only imports.py calls this."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, Sum
from django.db.models.functions import Greatest
from django.utils import timezone

from wasl.network import published, register
from wasl.network.files.checking import Meant, has_plate
from wasl.network.files.fields import LOW_VOLTAGE
from wasl.network.models import (
    CapacityReservation,
    Feeder,
    FeederSection,
    LowVoltageNetwork,
    LowVoltageNode,
    ServicePoint,
    Substation,
    Transformer,
)

_ZERO = Decimal(0)


def apply(directorate_id: int, meant: Meant, now: datetime) -> list[int]:
    """This function will write what a file means; the keys of the transformers whose model changed."""
    on = timezone.localdate(now)
    _substations(directorate_id, meant)
    _feeders(directorate_id, meant)
    _sections(directorate_id, meant)
    _transformers(directorate_id, meant, on)
    gone = [each.pk for each in register.removed_sections(directorate_id, meant)]
    FeederSection.objects.filter(pk__in=gone).update(upstream=None)
    FeederSection.objects.filter(pk__in=gone).delete()
    changed = _networks(directorate_id, meant, on)
    changed |= _points(directorate_id, meant, now)
    return sorted(changed)


def _said(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The values that the file gives; what it leaves open stays as it is."""
    return {name: values[name] for name in names if values[name] is not None}


def _substations(directorate_id: int, meant: Meant) -> None:
    for code, values in meant.elements.get("SUBSTATION", {}).items():
        Substation.objects.update_or_create(
            directorate_id=directorate_id,
            code=code,
            defaults=_said(values, "name_ar", "lat", "lon"),
        )


def _by_code(model: Any, directorate_id: int) -> dict[str, int]:
    found = model.objects.filter(directorate_id=directorate_id)
    return dict(found.values_list("code", "pk"))


def _feeders(directorate_id: int, meant: Meant) -> None:
    stations = _by_code(Substation, directorate_id)
    for code, values in meant.elements.get("FEEDER", {}).items():
        given = {"substation_id": stations[values["substation"]]} if values["substation"] else {}
        Feeder.objects.update_or_create(directorate_id=directorate_id, code=code, defaults=given)


def _sections(directorate_id: int, meant: Meant) -> None:
    """First every section without what feeds it, then the tree: no way in between makes a circle."""
    given = meant.elements.get("SECTION", {})
    if not given:
        return
    feeders = _by_code(Feeder, directorate_id)
    for code, values in given.items():
        FeederSection.objects.update_or_create(
            directorate_id=directorate_id,
            code=code,
            defaults={
                "feeder_id": feeders[values["feeder"]],
                "upstream": None,
                **_said(values, "switch", "path"),
            },
        )
    keys = _by_code(FeederSection, directorate_id)
    for code, values in given.items():
        if values["upstream"]:
            FeederSection.objects.filter(pk=keys[code]).update(upstream_id=keys[values["upstream"]])


def _transformers(directorate_id: int, meant: Meant, on: date) -> None:
    feeders, sections = _by_code(Feeder, directorate_id), _by_code(FeederSection, directorate_id)
    for code, values in meant.elements.get("TRANSFORMER", {}).items():
        given = _said(values, "kind", "rated_kva", "lat", "lon", "installed_date")
        if values["feeder"]:
            given |= {"feeder_id": feeders[values["feeder"]], "section_id": None}
        if values["section"]:
            given["section_id"] = sections[values["section"]]
        made, _is_new = Transformer.objects.update_or_create(
            directorate_id=directorate_id,
            code=code,
            defaults=given,
            create_defaults={"installed_date": on, **given},
        )
        if has_plate(values) and (code in meant.nodes or hasattr(made, "low_voltage")):
            plate = _said(values, *LOW_VOLTAGE)
            LowVoltageNetwork.objects.update_or_create(
                transformer=made, defaults={**plate, "surveyed_date": on}
            )


def _networks(directorate_id: int, meant: Meant, on: date) -> set[int]:
    """
    Each network of the file in place of the one before it; what hangs on its nodes follows by code.
    """
    keys = _by_code(Transformer, directorate_id)
    before = register.node_rows(directorate_id, meant.nodes)
    for code, nodes in meant.nodes.items():
        pk = keys[code]
        network, _is_new = LowVoltageNetwork.objects.get_or_create(
            transformer_id=pk, defaults={"surveyed_date": on}
        )
        points = dict(
            ServicePoint.objects.filter(transformer_id=pk, node__isnull=False).values_list(
                "pk", "node__code"
            )
        )
        held = dict(
            CapacityReservation.objects.filter(transformer_id=pk, node__isnull=False).values_list(
                "pk", "node__code"
            )
        )
        ServicePoint.objects.filter(pk__in=points).update(node=None)
        CapacityReservation.objects.filter(pk__in=held).update(node=None)
        with connection.cursor() as cursor:
            # In one statement: what feeds a node goes with it.
            cursor.execute("DELETE FROM network_lowvoltagenode WHERE network_id = %s", [pk])
        made = {name: _node(network, name, each, before.get(f"{code} {name}", {}))
                for name, each in nodes.items()}  # fmt: skip
        published.save_tree(made, {name: each["upstream"] for name, each in nodes.items()})
        for model, kept in ((ServicePoint, points), (CapacityReservation, held)):
            for key, name in kept.items():
                if name in made:
                    model.objects.filter(pk=key).update(node=made[name])
        total = LowVoltageNode.objects.filter(network=network).aggregate(kw=Sum("connected_kw"))
        Transformer.objects.filter(pk=pk).update(connected_kw=total["kw"] or _ZERO)
    return {keys[code] for code in meant.nodes}


def _node(
    network: LowVoltageNetwork, code: str, values: Mapping[str, Any], before: Mapping[str, Any]
) -> LowVoltageNode:
    load = values["connected_kw"]
    kw = Decimal(str(round(load, 2))) if load is not None else before.get("connected_kw", _ZERO)
    line = (
        _said(values, "length_m", "r_ohm_per_km", "x_ohm_per_km", "max_amps", "parallel", "cable")
        if values["upstream"]
        else {}
    )
    return LowVoltageNode(
        network=network, code=code, connected_kw=kw, lat=values["lat"], lon=values["lon"], **line
    )


def _points(directorate_id: int, meant: Meant, now: datetime) -> set[int]:
    """
    Accounts onto transformers and nodes. Their load counts at once, unless the file itself says what
    hangs on the node: that figure holds them already.
    """
    if not meant.points:
        return set()
    keys = _by_code(Transformer, directorate_id)
    # In the order of their keys, as every service locks them.
    list(Transformer.objects.select_for_update().filter(pk__in=keys.values()).order_by("pk"))
    nodes = {
        (each.network_id, each.code): each
        for each in LowVoltageNode.objects.filter(network_id__in=keys.values())
    }
    busbars = {pk: each for (pk, _code), each in nodes.items() if each.upstream_id is None}
    there = {
        each.account_no: each
        for each in ServicePoint.objects.filter(
            directorate_id=directorate_id, account_no__in=meant.points, disconnected_at=None
        ).select_related("node", "transformer")
    }
    moves: dict[tuple[int, int | None], Decimal] = {}

    def move(transformer: str, node: LowVoltageNode | None, kw: Decimal) -> None:
        if transformer in meant.nodes and node is None:
            return  # it hung on a node that is gone, and its load went with it
        given = meant.nodes.get(transformer, {}).get(node.code if node else "", {})
        if given.get("connected_kw") is None:
            key = (keys[transformer], node.pk if node else None)
            moves[key] = moves.get(key, _ZERO) + kw

    for account_no, values in meant.points.items():
        pk = keys[values["transformer"]]
        node = nodes[pk, values["node"]] if values["node"] else busbars.get(pk)
        load = Decimal(str(round(values["load_kw"], 2)))
        point = there.get(account_no)
        if point is not None:
            if not values["node"] and point.transformer_id == pk:
                node = point.node
            move(point.transformer.code, point.node, -point.load_kw)
        else:
            point = ServicePoint(
                directorate_id=directorate_id, account_no=account_no, connected_at=now
            )
        point.transformer_id, point.node = pk, node
        point.load_kw, point.phases = load, values["phases"]
        point.save()
        move(values["transformer"], node, load)
    for (pk, node_pk), kw in moves.items():
        more = Greatest(F("connected_kw") + kw, _ZERO)
        Transformer.objects.filter(pk=pk).update(connected_kw=more)
        if node_pk is not None:
            LowVoltageNode.objects.filter(pk=node_pk).update(connected_kw=more)
    return {pk for pk, _node_pk in moves if pk in busbars}
