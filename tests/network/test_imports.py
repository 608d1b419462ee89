"""Network files: every kind of fault by its place, all or nothing, two people, and the oracle."""

import contextlib
import io
import json
import zipfile
from datetime import timedelta
from decimal import Decimal
from math import sqrt
from uuid import uuid4

import pandapower
import pytest
from django.db import IntegrityError, transaction

from tests import people
from tests.network import published as oracle
from tests.network.conftest import KARKH, NOW
from wasl.accounts.actors import Actor
from wasl.accounts.roles import Role
from wasl.events.models import Event
from wasl.network import grids, load_flow, published, services
from wasl.network.files import faults
from wasl.network.files.rows import UnableToReadNetworkFile
from wasl.network.models import (
    Feeder,
    FeederSection,
    LowVoltageNode,
    NetworkImport,
    ServicePoint,
    Substation,
    Transformer,
)

pytestmark = pytest.mark.django_db

GOOD = {
    "substations.csv": "code,name_ar,lat,lon\nSS-9,المنصور,33.312,44.346\n",
    "feeders.csv": "code,substation\nF-9,SS-9\n",
    "sections.csv": "code,feeder,upstream,switch,path\n"
    "S-1,F-9,,BREAKER,33.312 44.346;33.313 44.346\nS-2,F-9,S-1,ISOLATOR,\n",
    "transformers.csv": "code,feeder,section,kind,rated_kva,lat,lon,impedance_pct,resistance_pct\n"
    "T-9,F-9,S-2,POLE,250,33.313,44.346,4,1.2\n",
    "nodes.csv": "code,transformer,upstream,length_m,r_ohm_per_km,x_ohm_per_km,max_amps,"
    "connected_kw,lat,lon\n"
    "N0,T-9,,,,,,0,33.3130,44.3460\nN1,T-9,N0,٣٠,0.44,0.07,270,20,33.3133,44.3460\n"
    "N2,T-9,N1,40,0.44,0.07,270,30,33.3137,44.3460\n",
    "points.csv": "account_no,transformer,node,load_kw,phases\n0100000010,T-9,N2,10,1\n",
}


def packed(files: dict[str, str | bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made.getvalue()


@pytest.fixture
def pair(seeded) -> tuple[Actor, Actor]:
    """Two engineers."""
    return tuple(  # type: ignore[return-value]
        Actor.for_user(people.staff(Role.ENGINEER, directorate_id=KARKH), Role.ENGINEER, KARKH)
        for _turn in range(2)
    )


@pytest.fixture
def look(pair):
    def look_(content: bytes | dict[str, str], name: str = "net.zip", **more) -> NetworkImport:
        return services.look_through(
            directorate_id=KARKH,
            name=name,
            content=packed(content) if isinstance(content, dict) else content,
            actor=pair[0],
            now=NOW,
            **more,
        )

    return look_


@pytest.fixture
def apply(pair):
    def apply_(made: NetworkImport) -> NetworkImport:
        return services.apply_file(directorate_id=KARKH, import_id=made.id, actor=pair[1], now=NOW)

    return apply_


def told(made: NetworkImport) -> str:
    return "\n".join(f"{faults.place(each)}: {faults.words(each)}" for each in made.faults)


def changed(file: str, old: str, new: str) -> dict[str, str]:
    assert old in GOOD[file]
    return GOOD | {file: GOOD[file].replace(old, new)}


def added(file: str, line: str) -> dict[str, str]:
    return GOOD | {file: GOOD[file] + line + "\n"}


def test_a_whole_network_from_tables(look, apply):
    made = look(GOOD)

    assert told(made) == ""
    assert made.status == "READY"
    assert made.report["kinds"]["NODE"]["added"] == 3
    assert not Substation.objects.exists()
    done = apply(made)
    assert done.status == "APPLIED"
    transformer = Transformer.objects.get(code="T-9")
    assert transformer.section.upstream.code == "S-1"
    assert transformer.connected_kw == 50
    assert LowVoltageNode.objects.get(code="N2").length_m == 40
    assert ServicePoint.objects.get().node.code == "N2"
    assert transformer.low_voltage.state.is_solved
    event = Event.objects.get(kind="network.import.applied")
    assert event.data["added"] == 9


def test_the_same_file_again_changes_nothing(look, apply):
    apply(look(GOOD))

    again = look(GOOD)

    assert all(
        kind[what] == 0
        for kind in again.report["kinds"].values()
        for what in ("added", "changed", "removed")
    ), again.report


def test_what_changes_and_what_goes_is_said(look, apply):
    apply(look(GOOD))
    text = GOOD["nodes.csv"].replace("N1,T-9,N0,٣٠", "N1,T-9,N0,35")

    made = look(
        {"nodes.csv": text.split("N2,T-9")[0], "points.csv": GOOD["points.csv"].replace("N2", "N1")}
    )

    assert told(made) == ""
    nodes = made.report["kinds"]["NODE"]
    assert (nodes["added"], nodes["changed"], nodes["removed"]) == (0, 1, 1)
    assert ["changed", "T-9 N1", ["length_m"]] in nodes["listed"]
    apply(made)
    assert ServicePoint.objects.get().node.code == "N1"
    assert Transformer.objects.get(code="T-9").connected_kw == 20


def test_a_node_that_somebody_hangs_on_does_not_go(look, apply):
    apply(look(GOOD))

    made = look({"nodes.csv": GOOD["nodes.csv"].split("N2,T-9")[0]})

    assert "T-9 N2 would be removed, but 1 still hang on it" in told(made)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (added("nodes.csv", "N1,T-9,N0,30,0.4,0.07,270,1,33.313,44.346"),
         "nodes.csv, line 5: N1 stands in the file twice, first in nodes.csv 3"),
        (added("transformers.csv", "T-9,F-9,S-2,POLE,250,33.313,44.346,4,1.2"), "T-9 stands in the file twice"),
        (added("nodes.csv", "N1,T-9,N2,30,0.4,0.07,270,1,33.313,44.346"),
         "N1 is fed twice, by N0 and by N2"),
        (changed("nodes.csv", "N1,T-9,N0", "N1,T-9,N2"), "A loop: N1, N2"),
        (changed("sections.csv", "S-1,F-9,,", "S-1,F-9,S-2,"), "A loop: S-2, S-1"),
        (changed("nodes.csv", "N2,T-9,N1,40", "N2,T-9,,40"), "nothing feeds N0, N2"),
        (changed("nodes.csv", "N2,T-9,N1,40", "N2,T-9,N7,40"), "upstream names N7, which neither"),
        (changed("sections.csv", "S-2,F-9,S-1", "S-2,F-9,S-8"), "sections.csv, line 3: upstream names S-8"),
        (changed("transformers.csv", "33.313,44.346", "33.313,34.346"),
         "transformers.csv, line 2: T-9 lies outside the directorate, at 33.313, 34.346"),
        (changed("substations.csv", "33.312,44.346", "44.346,33.312"), "SS-9 lies outside"),
        (changed("sections.csv", "33.313 44.346", "12.1 44.346"), "S-1 lies outside"),
        (changed("nodes.csv", "40,0.44", "40,443"),
         "nodes.csv, line 4: r_ohm_per_km is 443; between 0.01 and 20 Ω/km is believed"),
        (changed("nodes.csv", "N1,40,", "N1,NaN,"), "length_m is “NaN”, which is no number"),
        (changed("nodes.csv", "N1,40,", "N1,Infinity,"), "length_m is “Infinity”, which is no number"),
        (changed("nodes.csv", "N1,40,", "N1,-40,"), "length_m is -40; between 0.5 and 5000"),
        (changed("nodes.csv", "0.07,270,30", "0.07,,30"), "line 4: max_amps is missing"),
        (changed("nodes.csv", "33.3137,44.3460", "33.3637,44.3460"), "m from its transformer"),
        (changed("feeders.csv", "F-9,SS-9", "F-9,SS-8"), "substation names SS-8"),
        (changed("transformers.csv", "POLE", "TREE"), "kind is “TREE”; it may be POLE, KIOSK, ROOM"),
        (changed("transformers.csv", "T-9,", "=1+1,"), "The code “=1+1” holds characters"),
        (changed("transformers.csv", ",4,1.2", ",,"), "T-9: impedance_pct is missing"),
        (changed("points.csv", "N2,10,1", "N2,10,2"), "phases is “2”; it may be 1, 3"),
        (changed("points.csv", "T-9,N2", "T-9,N5"), "node names N5"),
        (changed("substations.csv", "المنصور", "=cmd()"), "begins like a formula"),
    ],
)  # fmt: skip
def test_each_fault_is_named_at_its_place(look, apply, files, words):
    made = look(files)

    assert words in told(made), told(made)
    assert made.status == "FAULTY"
    with pytest.raises(services.UnableToApplyNetwork):
        apply(made)
    assert not Substation.objects.exists()


def test_meshed_lines_need_an_open_switch(look):
    nodes = "code,transformer,busbar,connected_kw\nN0,T-9,1,0\nN1,T-9,,20\nN2,T-9,,30\n"
    head = "code,transformer,from_node,to_node,length_m,r_ohm_per_km,x_ohm_per_km,max_amps,open\n"
    line = "L{0},T-9,N{1},N{2},30,0.4,0.07,270,{3}\n"
    ring = [(1, 0, 1), (2, 1, 2), (3, 2, 0)]

    def files(is_open: str) -> dict[str, str]:
        lines = "".join(line.format(*each, is_open if each[0] == 2 else "") for each in ring)
        return GOOD | {"nodes.csv": nodes, "lines.csv": head + lines}

    closed, opened = look(files("")), look(files("1"))

    assert "A loop: N1, N0, N2. Open a switch in it" in told(closed)
    assert "lines.csv, line 3" in told(closed)
    assert told(opened) == ""
    assert "The line L2 is open" in faults.words(opened.remarks[0])


def test_a_line_between_two_networks_is_two_feeds(look):
    more = GOOD["transformers.csv"] + "T-8,F-9,S-2,POLE,250,33.313,44.346,4,1.2\n"
    nodes = GOOD["nodes.csv"] + "M0,T-8,,,,,,0,33.3130,44.3460\n"
    lines = (
        "code,transformer,from_node,to_node,length_m,r_ohm_per_km,x_ohm_per_km,max_amps\n"
        "L1,T-9,N2,M0,30,0.4,0.07,270\n"
    )

    made = look(GOOD | {"transformers.csv": more, "nodes.csv": nodes, "lines.csv": lines})

    assert "lines.csv, line 2: L1 is fed twice, by T-9 and by T-8" in told(made)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("nodes.csv", "code,transformer\nN1,محول\n".encode("cp1256"), "nodes.csv line 2 is not UTF-8"),
        ("nodes.csv", b"code,code\n1,2\n", "must name each column once"),
        ("nodes.csv", b'code,transformer\n"' + b"x" * 200_000 + b'",T\n', "is no line of a table"),
        ("whatever.csv", b"a,b\n1,2\n", "a single table is named after what it holds"),
        ("x.json", b'{"type":"FeatureCollection","features":[NaN]}', "NaN is no number in JSON"),
        ("x.json", b'{"type":"FeatureCollection","features":[1e999]}', "1e999 is no number in JSON"),
        ("x.json", b'{"type":"FeatureCollection",\n"features":[', "line 2, column"),
        ("x.json", b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
        ("x.json", b'{"a":' * 60 + b"1" + b"}" * 60, "nested too deeply"),
        ("x.json", b'{"type":"Feature"}', "no GeoJSON FeatureCollection"),
        ("x.json", b"", "it is empty"),
        ("x.zip", b"PK\x03\x04garbage", "no zip that can be opened"),
        ("x.zip", packed(GOOD, zipfile.ZIP_LZMA), "no zip that can be opened"),
        ("x.zip", packed({"readme.txt": "hello"}), "neither tables of a network"),
        ("x.zip", packed({"nodes.csv": b"a" * 21 * 2**20}), "unpacks to more than is taken"),
        ("x.zip", packed({f"{n}.csv": "" for n in range(70)}), "holds too many files"),
        ("x.json", b'{"_class":"pandapowerNet","_object":{"bus":1}}', "the table bus is missing"),
        ("x.zip", packed({"Node.csv": "id;vmR\n", "Line.csv": "id\n"}), "these tables are missing"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_in_words(look, name, content, words):
    with pytest.raises(UnableToReadNetworkFile, match=words):
        look(content, name)


def feature(element: str, geometry: object, **values: object) -> dict:
    return {"type": "Feature", "geometry": geometry, "properties": {"element": element, **values}}


def point(lat: float, lon: float) -> dict:
    return {"type": "Point", "coordinates": [lon, lat]}


def collection(*more: dict) -> bytes:
    plate = {"impedance_pct": 4, "resistance_pct": 1.2}
    wire = {"length_m": 30, "r_ohm_per_km": 0.4, "x_ohm_per_km": 0.07, "max_amps": 270}
    path = {"type": "LineString", "coordinates": [[44.346, 33.312], [44.346, 33.313]]}
    features = [
        feature("substation", point(33.312, 44.346), code="SS-9", name_ar="المنصور"),
        feature("feeder", None, code="F-9", substation="SS-9"),
        feature("section", path, code="S-1", feeder="F-9"),
        feature("transformer", point(33.313, 44.346), code="T-9", feeder="F-9", section="S-1",
                kind="POLE", rated_kva=250, **plate),
        feature("node", point(33.313, 44.346), code="N0", transformer="T-9", busbar=True),
        feature("node", point(33.3132, 44.346), code="N1", transformer="T-9", connected_kw=12),
        feature("line", path, transformer="T-9", from_node="N0", to_node="N1", **wire),
        feature("point", None, account_no="0100000010", transformer="T-9", node="N1", load_kw=5,
                phases=3),
        *more,
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_a_whole_network_from_geojson(look, apply):
    made = look(collection(), "net.geojson")

    assert told(made) == ""
    apply(made)
    assert FeederSection.objects.get(code="S-1").path == [[33.312, 44.346], [33.313, 44.346]]
    node = LowVoltageNode.objects.get(code="N1")
    assert (node.upstream.code, node.length_m, node.connected_kw) == ("N0", 30, Decimal(12))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (feature("windmill", None), "feature 9: “WINDMILL” is no kind of element"),
        (feature("node", {"type": "Polygon", "coordinates": [[]]}, code="N5", transformer="T-9"),
         "feature 9: A node is drawn as a Point, not as “Polygon”"),
        (feature("substation", point(0, 0), code="SS-8", name_ar="x"), "feature 9: SS-8 lies outside"),
        (feature("node", point(33.313, 44.346), code="N1", transformer="T-9"),
         "feature 9: N1 stands in the file twice"),
        (feature("node", point(33.313, 44.346), code="N8", transformer="T-9"),
         "feature 9: N8: connected with nothing that feeds it"),
        (feature("node", {"type": "Point", "coordinates": ["x", {}]}, code="N9", transformer="T-9"),
         "which is no number"),
    ],
)  # fmt: skip
def test_a_feature_with_a_fault_is_named(look, wrong, words):
    made = look(collection(wrong), "net.geojson")

    assert words in told(made), told(made)
    assert made.status == "FAULTY"


def study(name: str = "kerber-landnetz-kabel-2"):
    """A published network with the power factor in force."""
    net = oracle.net(name)
    net.load["q_mvar"] = net.load.p_mw * sqrt(1 - 0.85**2) / 0.85
    return net


@pytest.mark.parametrize("name", ["kerber-landnetz-kabel-2", "kerber-dorfnetz"])
def test_a_pandapower_file_gives_pandapowers_own_voltages(look, apply, transformer, name):
    net = study(name)
    net.trafo["tap_side"], net.trafo["tap_neutral"], net.trafo["tap_pos"] = "hv", 0, -1
    net.trafo["tap_step_percent"], net.trafo["tap_changer_type"] = 2.5, "Ratio"
    oracle.solve(net)
    found = transformer("T-1", rated_kva=round(net.trafo.sn_mva.iloc[0] * 1000))

    made = look(pandapower.to_json(net).encode(), "net.json", target="T-1")
    assert told(made) == ""
    apply(made)

    flow = grids.flow_of(grids.modelled(Transformer.objects.get(pk=found.pk), now=NOW))
    by_name = {
        row["name"] if list(net.bus.name).count(row["name"]) == 1 else f"bus {key}": key
        for key, row in net.bus.iterrows()
    }
    assert len(flow.nodes) == len(net.bus) - 1
    for state in flow.nodes:
        key = by_name.get(state.code)
        if key is not None:
            assert abs(state.voltage_pu - net.res_bus.vm_pu[key]) < 1e-4
    assert flow.lowest.voltage_pu == pytest.approx(net.res_bus.vm_pu[1:].min(), abs=1e-4)
    assert flow.transformer_loading_pct == pytest.approx(
        net.res_trafo.loading_percent.iloc[0], abs=0.1
    )
    assert flow.fullest.line_loading_pct == pytest.approx(
        net.res_line.loading_percent.max(), abs=0.1
    )
    assert "drawn around their transformer" in " ".join(faults.words(r) for r in made.remarks)


def test_a_ring_in_a_study_opens_at_its_switch(look, transformer):
    transformer("T-1")
    net = study()
    ends = [int(each) for each in net.load.bus.iloc[[0, -1]]]
    line = pandapower.create_line(net, *ends, 0.05, "NAYY 4x50", name="ring")

    closed = look(pandapower.to_json(net).encode(), "net.json", target="T-1")
    pandapower.create_switch(net, ends[0], line, et="l", closed=False)
    opened = look(pandapower.to_json(net).encode(), "net.json", target="T-1")

    assert "A loop: " in told(closed)
    assert told(opened) == ""


def test_a_bus_without_supply_is_an_orphan(look, transformer):
    transformer("T-1")
    net = study()
    net.line.loc[net.line.index[-1], "in_service"] = False

    made = look(pandapower.to_json(net).encode(), "net.json", target="T-1")

    assert "connected with nothing that feeds it" in told(made)


def test_a_study_without_a_transformer_of_ours_says_what_is_missing(look):
    made = look(pandapower.to_json(study()).encode(), "net.json")

    assert "feeder is missing" in told(made)


@pytest.mark.parametrize(
    ("table", "column", "value", "words"),
    [
        ("bus", "vn_kv", 10**400, "vn_kv of row 0 is no number"),
        ("bus", "vn_kv", 0, "a voltage of a transformer is zero"),
        ("trafo", "vn_hv_kv", 0, "a voltage of a transformer is zero"),
        ("line", "index", "9" * 5_000, ""),
        ("bus", "geo", '{"coordinates":[1' + "0" * 400 + ",1]}", ""),
        ("bus", "columns", [{}], "bus is missing or misshapen"),
    ],
)  # fmt: skip
def test_figures_that_no_network_has_are_refused_in_words(look, table, column, value, words):
    data = json.loads(pandapower.to_json(study()))
    frame = json.loads(data["_object"][table]["_object"])
    if column == "index":
        frame["index"][0] = value
    elif column == "columns":
        frame["columns"] = value
    else:
        frame["data"][0][frame["columns"].index(column)] = value
    data["_object"][table]["_object"] = json.dumps(frame)
    is_refused = pytest.raises(UnableToReadNetworkFile, match=words or None)
    with is_refused if words else contextlib.nullcontext():
        look(json.dumps(data).encode(), "net.json", target="T-1")


def test_a_study_runs_nothing(look):
    """Classes named in the file are never looked at, let alone made."""
    data = json.loads(pandapower.to_json(study()))
    data["_object"]["bus"]["_module"], data["_object"]["bus"]["_class"] = "os", "system"
    data["_object"]["load"]["_object"] = "__import__('os').abort()"

    with pytest.raises(UnableToReadNetworkFile, match="not JSON"):
        look(json.dumps(data).encode(), "net.json", target="T-1")


SIMBENCH = {
    "Node.csv": "id;type;vmR;coordID\nMV Bus 1;busbar;11;c0\nMV Bus 2;node;11;c1\n"
    "LV Bus 0;busbar;0.4;c1\nLV Bus 1;node;0.4;c2\nLV Bus 2;node;0.4;c3\n",
    "Coordinates.csv": "id;x;y\nc0;44.346;33.312\nc1;44.346;33.314\nc2;44.3462;33.3142\n"
    "c3;44.3464;33.3144\n",
    "LineType.csv": "id;r;x;b;iMax;type\nMV;0.3;0.1;0;300;cable\n"
    "NAYY 4x150SE;0.2067;0.0804248;260.752;270;cable\n",
    "Line.csv": "id;nodeA;nodeB;type;length;loadingMax\nMV Line 1;MV Bus 1;MV Bus 2;MV;0.3;100\n"
    "LV Line 1;LV Bus 1;LV Bus 0;NAYY 4x150SE;0.05;100\n"
    "LV Line 2;LV Bus 1;LV Bus 2;NAYY 4x150SE;0.06;100\n",
    "TransformerType.csv": "id;sR;vmHV;vmLV;va0;vmImp;pCu;pFe;iNoLoad;tapable;tapside;dVm;tapNeutr\n"
    "0.4 MVA;0.4;11;0.4;150;6;4.8;1.2;0.30001;1;HV;2.5;0\n",
    "Transformer.csv": "id;nodeHV;nodeLV;type;tappos\nTrafo 1;MV Bus 2;LV Bus 0;0.4 MVA;0\n",
    "Load.csv": "id;node;pLoad;qLoad\nL1;LV Bus 2;0.02;0.01\nL2;LV Bus 1;0.01;NULL\n",
    "ExternalNet.csv": "id;node;calc_type;dspf\nE;MV Bus 1;vavm;1.0\n",
}


def test_simbench_tables_become_feeder_section_and_network(look, apply):
    made = look({f"1-LV/{name}": text for name, text in SIMBENCH.items()})

    assert told(made) == ""
    apply(made)
    transformer = Transformer.objects.get(code="Trafo 1")
    assert (transformer.feeder.substation.code, transformer.section.code) == (
        "MV Bus 1",
        "MV Line 1",
    )
    assert transformer.rated_kva == 400
    node = LowVoltageNode.objects.get(code="LV Bus 2")
    assert (node.upstream.code, round(node.length_m)) == ("LV Bus 1", 60)
    assert node.connected_kw == 50  # 20 kW at the peak, diversity 40 %
    assert transformer.low_voltage.resistance_pct == pytest.approx(1.2)
    assert transformer.low_voltage.state.lowest_node == "LV Bus 2"


def test_an_absurd_unit_in_a_study_is_named_at_its_row(look):
    wrong = SIMBENCH | {"LineType.csv": SIMBENCH["LineType.csv"].replace("0.2067", "206.7")}

    assert "r_ohm_per_km is 206.7" in told(look(wrong))


def test_whoever_brought_a_file_cannot_apply_it(look, pair):
    made = look(GOOD)

    with pytest.raises(services.UnableToApplyNetwork, match="a second person"):
        services.apply_file(directorate_id=KARKH, import_id=made.id, actor=pair[0], now=NOW)
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        NetworkImport.objects.filter(pk=made.pk).update(
            status="APPLIED", ended_by=made.uploaded_by, ended_at=NOW
        )


def test_an_import_ends_once(look, apply, pair):
    made = apply(look(GOOD))

    with pytest.raises(services.UnableToApplyNetwork):
        apply(made)
    with pytest.raises(services.UnableToApplyNetwork):
        services.drop_file(directorate_id=KARKH, import_id=made.id, actor=pair[1], now=NOW)
    with pytest.raises(IntegrityError, match="ends_once"), transaction.atomic():
        NetworkImport.objects.update(staged=[])


def test_a_register_that_changed_meanwhile_is_looked_at_again(look, apply):
    made = look({"feeders.csv": "code,substation\nF-9,SS-9\n"} | {
        "substations.csv": GOOD["substations.csv"]})  # fmt: skip
    later = look(GOOD)
    apply(later)
    apply(made)
    only_nodes = look({"nodes.csv": GOOD["nodes.csv"]})
    Transformer.objects.update(removed_date=NOW.date() + timedelta(days=1))

    with pytest.raises(services.UnableToApplyNetwork, match="names T-9"):
        apply(only_nodes)
    assert Feeder.objects.count() == 1


def test_the_database_has_the_last_word_and_nothing_is_half_imported(look, apply, monkeypatch):
    from wasl.network.services import applying

    made = look(GOOD)
    monkeypatch.setattr(
        applying,
        "_points",
        lambda *_a: LowVoltageNode.objects.filter(code="N1").update(
            upstream=LowVoltageNode.objects.get(code="N2")
        ),
    )

    with pytest.raises(services.UnableToApplyNetwork, match="network_node_no_loop"):
        apply(made)
    assert not Substation.objects.exists()
    assert not LowVoltageNode.objects.exists()
    made.refresh_from_db()
    assert made.status == "READY"


def test_what_is_kept_for_cases_follows_its_node(look, apply, transformer):
    found = transformer("T-1", rated_kva=160, connected_kw="104")
    published.hang_on(found, "kerber-landnetz-freileitung-1", NOW.date())
    services.check_and_reserve(
        directorate_id=KARKH, case_id=uuid4(), lat=found.lat, lon=found.lon,
        load_kw=Decimal(5), now=NOW,
    )  # fmt: skip
    kept = found.reservations.get()
    node = kept.node.code
    net = oracle.net("kerber-landnetz-freileitung-1")
    net.bus["name"] = [f"N{key}" for key in net.bus.index]

    apply(look(pandapower.to_json(net).encode(), "net.json", target="T-1"))

    kept.refresh_from_db()
    assert kept.node.code == node
    assert load_flow.is_available()


def test_the_desk_takes_a_file_from_one_and_applies_it_by_another(seeded):
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client
    from django.urls import reverse

    one, other = (
        people.sign_in(Client(), people.staff(Role.ENGINEER, directorate_id=KARKH))
        for _turn in range(2)
    )
    clerk = people.sign_in(Client(), people.staff(Role.STORE_KEEPER, directorate_id=KARKH))
    away = people.sign_in(Client(), people.staff(Role.ENGINEER, directorate_id=2))

    def send(content: bytes):
        return one.post(reverse("grid:imports"), {"file": SimpleUploadedFile("net.zip", content)})

    sent = send(packed(GOOD))
    address = sent["Location"]
    assert send(b"PK\x03\x04no").status_code == 422
    assert b"Make the network" not in one.get(address).content
    assert clerk.get(address).status_code == 403
    assert away.get(address).status_code == 404
    assert away.post(address + "apply/").status_code == 404
    one.post(address + "apply/")
    assert not Substation.objects.exists()
    other.post(address + "apply/")
    assert Substation.objects.get().code == "SS-9"
    assert other.get(address).status_code == 200
    assert other.get(reverse("grid:imports")).status_code == 200


def test_the_command_tries_and_applies(seeded, tmp_path, capsys):
    from django.core.management import call_command

    for name in ("eng1", "eng2"):
        people.staff(Role.ENGINEER, directorate_id=KARKH, username=name)
    for name, text in GOOD.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    given = {"directorate": "KARKH", "username": "eng1"}

    call_command("network_import", tmp_path, **given)
    assert "Trial only" in capsys.readouterr().out
    assert not Substation.objects.exists()
    call_command("network_import", tmp_path, apply=True, second="eng2", **given)

    assert "Applied." in capsys.readouterr().out
    assert Transformer.objects.get().code == "T-9"
    (tmp_path / "feeders.csv").write_text("code,substation\nF-9,SS-0\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="3"):
        call_command("network_import", tmp_path, **given)
    assert "feeders.csv, line 2" in capsys.readouterr().out
