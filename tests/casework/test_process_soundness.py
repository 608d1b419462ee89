"""A drawing that looks innocent and would strand a case is refused, in words."""

import ast
from pathlib import Path

import pytest

from wasl.casework import process_lint, process_model, process_soundness, seeds

ROOT = Path(__file__).resolve().parents[2]
GOOD = next(path for path in seeds.shipped_processes() if path.stem == "new-connection")
FRAME = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d">
<process id="p">{nodes}{flows}</process></definitions>"""


def drawn(**arrows: str) -> process_model.ProcessModel:
    """A process of arrows; the first letters of a name tell what it is: x, p, t (task), s, e."""
    kinds = {
        "s": "startEvent",
        "e": "endEvent",
        "x": "exclusiveGateway",
        "p": "parallelGateway",
        "t": "userTask",
        "k": "endEvent",
    }
    pairs = [(source, target) for source, ends in arrows.items() for target in ends.split()]
    names = sorted({name for pair in pairs for name in pair})
    inside = {"k": "<terminateEventDefinition/>"}
    nodes = "".join(
        f'<{kinds[n[0]]} id="{n}">{inside.get(n[0], "")}</{kinds[n[0]]}>' for n in names
    )
    flows = "".join(
        f'<sequenceFlow id="f{i}" sourceRef="{a}" targetRef="{b}"/>'
        for i, (a, b) in enumerate(pairs)
    )
    return process_model.parse(FRAME.format(nodes=nodes, flows=flows).encode())


def test_branches_that_part_and_meet_are_sound() -> None:
    model = drawn(s="x2", x2="p1", p1="t1 t2", t1="p2", t2="p2", p2="x1", x1="t3 e", t3="x2")
    assert process_soundness.faults(model) == []


def test_a_loop_back_into_a_fork_waits_for_ever() -> None:
    model = drawn(s="p1", p1="t1 t2", t1="p2", t2="p2", p2="x1", x1="p1 e")
    assert process_soundness.faults(model) == [("CAN_STICK", "p1")]


def test_an_exclusive_way_into_a_join_waits_for_ever() -> None:
    model = drawn(s="x1", x1="t1 t2", t1="p1", t2="p1", p1="e")
    assert process_soundness.faults(model) == [("CAN_STICK", "p1")]


def test_a_refusal_out_of_a_branch_strands_the_other() -> None:
    model = drawn(s="p1", p1="t1 t2", t1="x1", x1="e1 p2", t2="p2", p2="e2")
    assert ("CAN_STICK", "p2") in process_soundness.faults(model)


def test_a_terminating_end_leaves_nothing_behind() -> None:
    model = drawn(s="p1", p1="t1 t2", t1="x1", x1="k p2", t2="p2", p2="e2")
    assert process_soundness.faults(model) == []


def test_branches_that_never_meet_reach_a_step_twice() -> None:
    model = drawn(s="p1", p1="t1 t2", t1="x1", t2="x1", x1="t3", t3="e")
    assert ("TWO_AT_ONCE", "t3") in process_soundness.faults(model)


def test_what_is_too_tangled_is_not_followed_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_soundness, "MOST_MARKINGS", 50)
    wide = " ".join(f"t{n}" for n in range(12))
    model = drawn(s="p1", p1=wide, **{f"t{n}": "p2" for n in range(12)}, p2="e")
    assert process_soundness.faults(model) == [("TOO_TANGLED", "")]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('wasl:limit="3wd"', 'wasl:limit="30d"', "NOT_WORKING_TIME"),
        ('wasl:expires="30d"', 'wasl:expires="2wd"', "NOT_DAYS"),
        ('wasl:outcome="REFUSED"', 'wasl:outcome="LOST"', "UNKNOWN_ENDING"),
        ('<parallelGateway id="fork"', '<exclusiveGateway id="fork"', "CAN_STICK"),
        ("<process ", '<import location="http://example.org/x" /><process ', "FOREIGN_ELEMENT"),
        (
            "</process>",
            '<include xmlns="http://www.w3.org/2001/XInclude" href="/etc/passwd"/></process>',
            "FOREIGN_ELEMENT",
        ),
        (
            "</userTask>",
            '<multiInstanceLoopCharacteristics isSequential="false"/></userTask>',
            "FOREIGN_ELEMENT",
        ),
        ('default="f20"', "", "NO_DEFAULT"),
        ('targetRef="close"', 'targetRef="confirm_merge"', "UNREACHABLE"),
        ("review_outcome == 'RETURN'", "review_outcome == 'AGAIN'", "UNKNOWN_OUTCOME"),
        ("capacity_fits == false", "capacity_fits in [false, 'EXPIRED']", None),
    ],
)
def test_the_linter_finds_it(old: str, new: str, code: str | None) -> None:
    text = GOOD.read_text(encoding="utf-8")
    assert old in text
    changed = text.replace(old, new)
    if new.startswith("<exclusiveGateway"):
        head, tail = changed.split(new, 1)
        changed = head + new + tail.replace("</parallelGateway>", "</exclusiveGateway>", 1)

    found = {f.code for f in process_lint.lint_installed(changed.encode(), key="new-connection")}

    assert code in found if code else found == set()


def test_only_the_adapter_knows_the_engine() -> None:
    knowing = set()
    for path in (ROOT / "wasl").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            if any(name.startswith("SpiffWorkflow") for name in [module, *names]):
                knowing.add(path.relative_to(ROOT).as_posix())
    assert knowing == {"wasl/casework/engine.py"}
