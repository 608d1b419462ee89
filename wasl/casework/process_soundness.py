"""
Whether a process can get stuck: a token game over the drawing, every way that parts being free.

Where an exclusive way enters a join of parallel branches, the join waits for ever; where parallel
branches are not joined, the same step runs twice. Both look innocent on paper.
"""

from collections import Counter
from collections.abc import Iterator

from wasl.casework.process_model import Flow, Node, ProcessModel

# Our largest process has a few hundred markings; one past this is too tangled to be judged.
MOST_MARKINGS = 20_000

Marking = frozenset[str]


def faults(model: ProcessModel) -> list[tuple[str, str]]:
    """
    The faults that some course of a case would meet: (code, step).

    Codes: CAN_STICK, the join that would wait for ever; TWO_AT_ONCE, the step that two tokens would
    reach together; TOO_TANGLED, when there are more courses than can be followed.
    """
    first = frozenset(f.key for f in model.flows if _kind(model, f.source) == "START")
    todo, seen, found = [first], {first}, Counter[tuple[str, str]]()
    while todo:
        here = todo.pop()
        moved = False
        for code, after in _moves(model, here):
            moved = True
            if code:
                found[code] += 1
            elif after not in seen:
                seen.add(after)
                todo.append(after)
        if here and not moved:
            found.update(("CAN_STICK", step) for step in _waiting(model, here))
        if len(seen) > MOST_MARKINGS:
            return [("TOO_TANGLED", "")]
    return list(found)


def _moves(model: ProcessModel, here: Marking) -> Iterator[tuple[tuple[str, str] | None, Marking]]:
    """Each step that could be taken now: a fault, or what is marked after it."""
    targets = {flow.target for flow in model.flows if flow.key in here}
    for node in (model.nodes[key] for key in sorted(targets) if key in model.nodes):
        incoming = [flow.key for flow in model.incoming(node.key)]
        arrived = [key for key in incoming if key in here]
        if node.kind == "PARALLEL" and len(arrived) < len(incoming):
            continue
        one_by_one = [frozenset({key}) for key in arrived]
        taken = [frozenset(arrived)] if node.kind == "PARALLEL" else one_by_one
        for consumed in taken:
            rest: Marking = frozenset() if node.is_terminating else here - consumed
            for produced in _produced(node, model.outgoing(node.key)):
                twice = next((flow for flow in produced if flow.key in rest), None)
                fault = ("TWO_AT_ONCE", twice.target) if twice else None
                yield fault, rest | {flow.key for flow in produced}


def _produced(node: Node, outgoing: list[Flow]) -> list[list[Flow]]:
    if node.kind == "EXCLUSIVE":
        return [[flow] for flow in outgoing]
    return [outgoing]


def _waiting(model: ProcessModel, here: Marking) -> set[str]:
    return {flow.target for flow in model.flows if flow.key in here}


def _kind(model: ProcessModel, key: str) -> str:
    return model.nodes[key].kind if key in model.nodes else ""
