"""Each published process, walked: every outcome of every step leads on, and to an end."""

import json
from pathlib import Path

import pytest

from wasl.casework import seeds
from wasl.casework.engine import ENGINE

MOST_STATES = 1500
CHOICES = {
    "check": [{"is_complete": True, "is_duplicate": False}, {"is_complete": False, "is_duplicate": False}],
    "capacity": [{"capacity_fits": True}, {"capacity_fits": False}],
}  # fmt: skip
# What a case may begin with, where its first way depends on it.
BEGINNINGS = {"complaint": [{"complaint_group": each} for each in ("MATTER", "DANGER", "CONDUCT")]}


@pytest.mark.parametrize("path", seeds.shipped_processes(), ids=lambda p: p.stem)
def test_every_step_and_outcome_leads_on(path: Path) -> None:
    process = ENGINE.compile(path.read_bytes())
    begun = [ENGINE.start(process, given) for given in BEGINNINGS.get(path.stem, [{}])]
    todo, seen, ends, done = begun, set(), set(), set()
    while todo and len(seen) < MOST_STATES:
        step = todo.pop(0)
        if step.is_finished:
            ends.add(step.end_key)
            continue
        marking = json.loads(step.state)
        where = json.dumps(
            [sorted(t["at"] for t in marking["tokens"]), marking["variables"]], sort_keys=True
        )
        if where in seen:
            continue
        seen.add(where)
        for token in marking["tokens"]:
            node = process.model.nodes[token["at"]]
            for told in _tellings(node):
                done.add((node.key, json.dumps(told)))
                todo.append(ENGINE.complete(process, step.state, token["id"], told))

    nodes = process.model.nodes.values()
    expected = {
        (n.key, json.dumps(t)) for n in nodes if n.element.endswith("Task") for t in _tellings(n)
    }
    assert expected == done
    assert ends == {n.key for n in nodes if n.kind == "END"}


def _tellings(node) -> list[dict]:
    if node.key in CHOICES:
        return CHOICES[node.key]
    outcomes = [*node.words("outcomes"), *(["EXPIRED"] if node.attributes.get("expires") else [])]
    variable = node.attributes.get("outcome-variable")
    return [{variable: outcome} for outcome in outcomes] if variable else [{}]
