# ruff: noqa: E501
"""The engine adapter: gateways, loops, joins, and a state that stays small."""

import pytest

from wasl.casework.engine import ENGINE, Step, UnableToAdvance
from wasl.casework.process_model import UnableToReadProcess

PROCESS = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:wasl="https://wasl.example/bpmn" targetNamespace="x" id="d">
<process id="p" isExecutable="true">
<startEvent id="s"/><sequenceFlow id="f0" sourceRef="s" targetRef="auto"/>
<serviceTask id="auto"/><sequenceFlow id="f1" sourceRef="auto" targetRef="gx"/>
<exclusiveGateway id="gx" default="f3"/>
<sequenceFlow id="f2" sourceRef="gx" targetRef="fix"><conditionExpression>ok == false</conditionExpression></sequenceFlow>
<sequenceFlow id="f3" sourceRef="gx" targetRef="merge"/>
<exclusiveGateway id="merge"/><sequenceFlow id="f3b" sourceRef="merge" targetRef="gp"/>
<userTask id="fix" wasl:role="CITIZEN"/><sequenceFlow id="f4" sourceRef="fix" targetRef="auto"/>
<parallelGateway id="gp"/><sequenceFlow id="f5" sourceRef="gp" targetRef="a"/><sequenceFlow id="f6" sourceRef="gp" targetRef="b"/>
<userTask id="a"/><userTask id="b"/>
<sequenceFlow id="f7" sourceRef="a" targetRef="gj"/><sequenceFlow id="f8" sourceRef="b" targetRef="gj"/>
<parallelGateway id="gj"/><sequenceFlow id="f9" sourceRef="gj" targetRef="again"/>
<exclusiveGateway id="again" default="f11"/>
<sequenceFlow id="f10" sourceRef="again" targetRef="merge"><conditionExpression>verdict == 'RETURN'</conditionExpression></sequenceFlow>
<sequenceFlow id="f11" sourceRef="again" targetRef="e"/>
<endEvent id="e"/>
</process></definitions>"""


def keys(step: Step) -> set[str]:
    return {task.key for task in step.opened}


def go(step: Step, key: str, **variables: object) -> Step:
    waiting = {t.key: t.engine_id for t in step.opened}
    return ENGINE.complete(ENGINE.compile(PROCESS), step.state, waiting[key], variables)


def test_service_task_waits_and_condition_chooses_the_way() -> None:
    first = ENGINE.start(ENGINE.compile(PROCESS), {"ok": False})
    assert keys(first) == {"auto"}
    assert keys(go(first, "auto", ok=False)) == {"fix"}
    assert keys(go(first, "auto", ok=True)) == {"a", "b"}


def test_join_waits_for_both_branches_in_either_order() -> None:
    both = go(ENGINE.start(ENGINE.compile(PROCESS), {}), "auto", ok=True)
    for one, other in (("a", "b"), ("b", "a")):
        half = go(both, one)
        assert not half.opened
        assert not half.is_finished
        waiting = {t.key: t.engine_id for t in both.opened}
        done = ENGINE.complete(ENGINE.compile(PROCESS), half.state, waiting[other], {})
        assert done.is_finished
        assert done.end_key == "e"


def test_a_loop_through_the_join_needs_both_branches_again() -> None:
    both = go(ENGINE.start(ENGINE.compile(PROCESS), {}), "auto", ok=True)
    for _round in range(60):
        waiting = {t.key: t.engine_id for t in both.opened}
        half = ENGINE.complete(ENGINE.compile(PROCESS), both.state, waiting["a"], {})
        assert not half.opened
        both = ENGINE.complete(
            ENGINE.compile(PROCESS), half.state, waiting["b"], {"verdict": "RETURN"}
        )
        assert keys(both) == {"a", "b"}
    assert len(both.state.encode()) < 1024


def test_a_step_is_done_once() -> None:
    first = ENGINE.start(ENGINE.compile(PROCESS), {})
    second = go(first, "auto", ok=True)
    with pytest.raises(UnableToAdvance):
        ENGINE.complete(ENGINE.compile(PROCESS), second.state, first.opened[0].engine_id, {})


def test_cancel_names_every_waiting_step() -> None:
    both = go(ENGINE.start(ENGINE.compile(PROCESS), {}), "auto", ok=True)
    ended = ENGINE.cancel(ENGINE.compile(PROCESS), both.state)
    assert set(ended.cancelled) == {task.engine_id for task in both.opened}
    assert ended.is_finished


@pytest.mark.parametrize(
    "hostile",
    [
        PROCESS.replace(
            b'<serviceTask id="auto"/>', b'<scriptTask id="auto"><script>1</script></scriptTask>'
        ),
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + PROCESS,
        PROCESS.replace(b"ok == false", b"__import__('os').getpid() == 1"),
        b"<x/>",
        b"not xml",
        b"\xff\xfe" + PROCESS.decode().encode("utf-16"),
    ],
)
def test_hostile_files_are_refused_and_never_run(hostile: bytes) -> None:
    from wasl.core.errors import Unable

    with pytest.raises((UnableToReadProcess, Unable)):
        first = ENGINE.start(ENGINE.compile(hostile), {})
        go_on = {t.key: t.engine_id for t in first.opened}
        ENGINE.complete(ENGINE.compile(hostile), first.state, go_on["auto"], {"ok": True})
