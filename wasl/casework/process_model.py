"""
A process file as Wasl reads it: nodes, flows, lanes, stages, standards, and where things are drawn.

Engine-independent. Extension attributes live in the namespace `https://wasl.example/bpmn`
(docs/process-authoring.md). Reading is safe for hostile files: a document type or an entity is
refused before the parser sees it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from django.utils.translation import gettext_lazy as _
from lxml import etree

from wasl.core.errors import Unable

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DDI = "http://www.omg.org/spec/DD/20100524/DI"
WASL = "https://wasl.example/bpmn"
LANGUAGES = ("ar", "ckb", "en")
MAX_BYTES = 512 * 1024
MAX_ELEMENTS = 3000

TASKS = {"userTask": "TASK", "serviceTask": "AUTOMATIC"}
GATEWAYS = {"exclusiveGateway": "EXCLUSIVE", "parallelGateway": "PARALLEL"}
EVENTS = {"startEvent": "START", "endEvent": "END"}


class UnableToReadProcess(Unable):
    """The file is not a BPMN file that can be read safely."""

    code = "UNREADABLE_PROCESS"
    message = _("The file cannot be read as a process: %(why)s")


@dataclass(frozen=True, kw_only=True)
class Node:
    """A node of the process. `kind`: START, END, EXCLUSIVE, PARALLEL, STAFF, CITIZEN, AUTOMATIC."""

    key: str
    element: str
    kind: str
    label: Mapping[str, str]
    attributes: Mapping[str, str]
    lane: str
    is_terminating: bool
    default_flow: str

    def words(self, name: str) -> tuple[str, ...]:
        """An attribute that lists words separated by commas."""
        return tuple(w.strip() for w in self.attributes.get(name, "").split(",") if w.strip())


@dataclass(frozen=True, kw_only=True)
class Flow:
    """An arrow, with its condition where it leaves an exclusive gateway."""

    key: str
    source: str
    target: str
    condition: str
    label: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A public stage. `limit` is its published time limit, for example 2wd."""

    key: str
    labels: Mapping[str, str]
    order: int
    limit: str
    # Shown only to a case that came there: refusal and appeal are not what everybody goes through.
    is_exceptional: bool = False

    def label(self, language: str) -> str:
        """The stage in a language."""
        return self.labels.get(language) or self.labels.get("en", self.key)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A rectangle of the drawing, in the file's units."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class ProcessModel:
    """Everything that a file says."""

    key: str
    label: Mapping[str, str]
    attributes: Mapping[str, str]
    nodes: Mapping[str, Node]
    flows: tuple[Flow, ...]
    stages: tuple[Stage, ...]
    variables: Mapping[str, str]
    lanes: Mapping[str, Mapping[str, str]]
    shapes: Mapping[str, Shape]
    edges: Mapping[str, tuple[tuple[float, float], ...]]
    foreign: tuple[tuple[str, str], ...] = field(default=())

    def outgoing(self, key: str) -> list[Flow]:
        """The arrows that leave a node."""
        return [flow for flow in self.flows if flow.source == key]

    def incoming(self, key: str) -> list[Flow]:
        """The arrows that reach a node."""
        return [flow for flow in self.flows if flow.target == key]


def safe_tree(xml: bytes) -> etree._Element:
    """
    The parsed file.

    :raises UnableToReadProcess: for a document type, an entity, a huge or a broken file.
    """
    if len(xml) > MAX_BYTES:
        raise UnableToReadProcess(why=f"> {MAX_BYTES // 1024} KB")
    upper = xml.upper()
    # Other encodings could hide the words looked for, so only UTF-8 is read.
    if b"<!DOCTYPE" in upper or b"<!ENTITY" in upper or b"\x00" in xml:
        raise UnableToReadProcess(why="DOCTYPE, ENTITY")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8"
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise UnableToReadProcess(why=str(error)[:120]) from None
    if sum(1 for _element in root.iter()) > MAX_ELEMENTS:
        raise UnableToReadProcess(why=f"> {MAX_ELEMENTS} elements")
    return root


def without_drawing(xml: bytes) -> bytes:
    """The file without its diagram, of which the engine needs nothing."""
    root = safe_tree(xml)
    for drawing in root.findall(f"{{{DI}}}BPMNDiagram"):
        root.remove(drawing)
    return bytes(etree.tostring(root, encoding="utf-8"))


@lru_cache(maxsize=128)
def parse(xml: bytes) -> ProcessModel:
    """
    The model of a file.

    :raises UnableToReadProcess: when it cannot be read safely, or holds no single process.
    """
    root = safe_tree(xml)
    processes = root.findall(f"{{{BPMN}}}process")
    if etree.QName(root).localname != "definitions" or len(processes) != 1:
        raise UnableToReadProcess(why="<definitions> with one <process>")
    process = processes[0]
    lanes, lane_of = _lanes(process)
    return ProcessModel(
        key=process.get("id", ""),
        label=_labels(process),
        attributes=_own(process),
        nodes=_nodes(process, lane_of),
        flows=tuple(_flows(process)),
        stages=tuple(_stages(process)),
        variables={
            v.get("name", ""): v.get("type", "") for v in process.iter(f"{{{WASL}}}variable")
        },
        lanes=lanes,
        shapes=_shapes(root),
        edges=_edges(root),
        foreign=(*_foreign_beside(root), *_foreign(process)),
    )


def _own(element: etree._Element) -> dict[str, str]:
    prefix = f"{{{WASL}}}"
    return {
        str(name)[len(prefix) :]: str(value)
        for name, value in element.attrib.items()
        if str(name).startswith(prefix)
    }


def _labels(element: etree._Element) -> dict[str, str]:
    own = _own(element)
    english = element.get("name") or element.get("label-en") or ""
    return {
        "en": english,
        "ar": own.get("label-ar") or element.get("label-ar") or "",
        "ckb": own.get("label-ckb") or element.get("label-ckb") or "",
    }


def _lanes(process: etree._Element) -> tuple[dict[str, Mapping[str, str]], dict[str, str]]:
    lanes: dict[str, Mapping[str, str]] = {}
    lane_of: dict[str, str] = {}
    for lane in process.iter(f"{{{BPMN}}}lane"):
        key = lane.get("id", "")
        lanes[key] = _labels(lane)
        for reference in lane.findall(f"{{{BPMN}}}flowNodeRef"):
            lane_of[(reference.text or "").strip()] = key
    return lanes, lane_of


def _nodes(process: etree._Element, lane_of: Mapping[str, str]) -> dict[str, Node]:
    nodes = {}
    for element in process:
        if not isinstance(element.tag, str):
            continue
        name = etree.QName(element).localname
        if name not in TASKS | GATEWAYS | EVENTS:
            continue
        own = _own(element)
        kind = (TASKS | GATEWAYS | EVENTS)[name]
        if kind == "TASK":
            kind = "CITIZEN" if own.get("role") == "CITIZEN" else "STAFF"
        key = element.get("id", "")
        nodes[key] = Node(
            key=key,
            element=name,
            kind=kind,
            label=_labels(element),
            attributes=own,
            lane=lane_of.get(key, ""),
            is_terminating=element.find(f"{{{BPMN}}}terminateEventDefinition") is not None,
            default_flow=element.get("default", ""),
        )
    return nodes


def _flows(process: etree._Element) -> list[Flow]:
    found = []
    for element in process.findall(f"{{{BPMN}}}sequenceFlow"):
        condition = element.find(f"{{{BPMN}}}conditionExpression")
        found.append(
            Flow(
                key=element.get("id", ""),
                source=element.get("sourceRef", ""),
                target=element.get("targetRef", ""),
                condition=(condition.text or "").strip() if condition is not None else "",
                label=_labels(element),
            )
        )
    return found


def _stages(process: etree._Element) -> list[Stage]:
    found = [
        Stage(
            key=element.get("key", ""),
            labels={lang: element.get(f"label-{lang}", "") for lang in LANGUAGES},
            order=int(element.get("order", "0")) if element.get("order", "0").isdigit() else 0,
            limit=element.get("limit", ""),
            is_exceptional=element.get("exceptional") == "true",
        )
        for element in process.iter(f"{{{WASL}}}stage")
    ]
    return sorted(found, key=lambda stage: stage.order)


def _number(element: etree._Element, name: str) -> float:
    try:
        value = float(element.get(name, "0"))
    except ValueError:
        return 0.0
    return max(-20000.0, min(20000.0, value))


def _shapes(root: etree._Element) -> dict[str, Shape]:
    found = {}
    for element in root.iter(f"{{{DI}}}BPMNShape"):
        bounds = element.find(f"{{{DC}}}Bounds")
        if bounds is not None:
            found[element.get("bpmnElement", "")] = Shape(
                x=_number(bounds, "x"),
                y=_number(bounds, "y"),
                width=_number(bounds, "width"),
                height=_number(bounds, "height"),
            )
    return found


def _edges(root: etree._Element) -> dict[str, tuple[tuple[float, float], ...]]:
    return {
        element.get("bpmnElement", ""): tuple(
            (_number(point, "x"), _number(point, "y"))
            for point in element.findall(f"{{{DDI}}}waypoint")
        )
        for element in root.iter(f"{{{DI}}}BPMNEdge")
    }


_KNOWN = {
    *TASKS,
    *GATEWAYS,
    *EVENTS,
    "sequenceFlow",
    "laneSet",
    "extensionElements",
    "documentation",
}
_BESIDE = {"process", "collaboration", "documentation", "extensionElements"}
_INSIDE = {
    "lane", "flowNodeRef", "childLaneSet", "incoming", "outgoing", "conditionExpression",
    "terminateEventDefinition", "documentation", "extensionElements", "variable", "stage",
}  # fmt: skip


def _foreign_beside(root: etree._Element) -> list[tuple[str, str]]:
    """What stands beside the process and is neither its frame nor its drawing: imports, messages."""
    found = []
    for element in root:
        if not isinstance(element.tag, str):
            continue
        name = etree.QName(element)
        known = name.namespace == DI or (name.namespace == BPMN and name.localname in _BESIDE)
        if not known:
            found.append((name.localname, element.get("id", "")))
    return found


def _foreign(process: etree._Element) -> list[tuple[str, str]]:
    """Elements that Wasl does not run: (name, id)."""
    found = []
    for element in process.iter():
        if element is process or not isinstance(element.tag, str):
            continue
        name = etree.QName(element).localname
        namespace = etree.QName(element).namespace
        direct = element.getparent() is process
        known = name in (_KNOWN if direct else _INSIDE)
        if not known or namespace not in {BPMN, WASL}:
            found.append((name, element.get("id", "")))
    return found
