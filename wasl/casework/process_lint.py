"""
The process linter: what a quality officer must mend before a file can be published.

Each finding has a code, the element it is about, and words that need no knowledge of BPMN.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wasl.accounts.roles import Role
from wasl.casework import (
    expressions,
    form_names,
    listed_reasons,
    process_model,
    process_soundness,
)
from wasl.casework.engine import ENGINE
from wasl.casework.process_model import Node, ProcessModel
from wasl.core import operations as registered_operations
from wasl.core.calendars import Limit
from wasl.core.errors import Unable

WORDS: dict[str, str | Promise] = {
    "UNREADABLE": _("The file cannot be read as a process: %(why)s"),
    "WRONG_KEY": _("The process is called “%(found)s”, but the service is “%(key)s”."),
    "FOREIGN_ELEMENT": _("“%(name)s” is not allowed in a process. Use tasks, gateways and events only."),
    "NO_START": _("The process needs exactly one start."),
    "NO_END": _("The process has no end."),
    "UNKNOWN_ROLE": _("The role “%(role)s” is not known."),
    "UNKNOWN_FORM": _("The form “%(form)s” is not known."),
    "UNKNOWN_OPERATION": _("The automatic work “%(operation)s” is not known."),
    "NO_STAGE": _("The step has no public stage, or one that is not declared."),
    "NO_LIMIT": _("The step has no time limit, for example 2wd for two working days."),
    "WRONG_LIMIT": _("“%(limit)s” is no time limit. Write 2wd, 8wh or 30d."),
    "NO_LABEL": _("The step has no name in %(language)s."),
    "NO_OUTCOME": _("The step lists no outcomes, or names no variable for them."),
    "UNHANDLED_OUTCOME": _("Nothing in the process asks for the outcome “%(outcome)s”, and no default way exists."),
    "UNKNOWN_OUTCOME": _("The condition asks for “%(outcome)s”, which no step can answer in “%(name)s”."),
    "UNDECLARED_VARIABLE": _("The condition asks for “%(name)s”, which the process does not declare."),
    "UNREADABLE_CONDITION": _("The condition is not understood: %(why)s"),
    "NO_CONDITION": _("Where ways part, each way but the default one needs a condition."),
    "NO_DEFAULT": _("Where ways part there must be a default way, or a case could get stuck."),
    "DEAD_END": _("Nothing follows this step, and it is not an end."),
    "UNREACHABLE": _("No way leads to this step."),
    "NO_WAY_OUT": _("From this step no end can be reached."),
    "UNKNOWN_STEP": _("“%(step)s” is not a step of this process."),
    "NO_DRAWING": _("The step is not on the drawing. Save the file with its diagram."),
    "NOT_WORKING_TIME": _("“%(limit)s” is not working time. The limit of our own steps is written 2wd or 8wh."),
    "NOT_DAYS": _("“%(limit)s” cannot end the waiting for a citizen. Write days, for example 30d."),
    "CAN_STICK": _("A case could wait here for ever: not every way that parts before it arrives here."),
    "TWO_AT_ONCE": _("A case could reach this step twice at once: ways that run side by side must meet before it."),
    "TOO_TANGLED": _("The process has too many courses to be checked. Divide it or draw it more simply."),
    "UNKNOWN_ENDING": _("An end says how the case ended: COMPLETED, REFUSED or EXPIRED."),
    "NO_REASONS": _("The outcome “%(outcome)s” needs a closed list of reasons."),
    "UNKNOWN_REASONS": _("“%(group)s” is not one of the closed lists of reasons."),
    "UNKNOWN_CAUSE": _("“%(cause)s” is not one of the listed causes for which the clock may stop."),
    "UNDECLARED_OUTPUT": _("The automatic work sets “%(name)s”, which the process does not declare as %(type)s."),
}  # fmt: skip


# The declared types into which a value of an output's type fits.
_TAKES = {"integer": {"integer", "number"}, "string": {"string", "code"}}
ENDINGS = {"COMPLETED", "REFUSED", "EXPIRED"}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something to mend. `severity` is ERROR or WARNING."""

    code: str
    element: str
    values: dict[str, str]
    severity: str = "ERROR"

    def __str__(self) -> str:
        text = str(WORDS[self.code])
        return text % self.values if self.values else text


def lint_installed(xml: bytes, *, key: str = "") -> list[Finding]:
    """The findings against the roles, forms and operations of this installation."""
    return lint(
        xml,
        roles={role.value for role in Role},
        forms=form_names.form_names(),
        operations=registered_operations.names(),
        key=key,
    )


def lint(
    xml: bytes, *, roles: set[str], forms: set[str], operations: set[str], key: str = ""
) -> list[Finding]:
    """This function will list everything that keeps a file from being published."""
    try:
        model = process_model.parse(xml)
    except process_model.UnableToReadProcess as error:
        return [_found("UNREADABLE", "", why=str(error.values.get("why", "")))]
    found = list(_shape(model, key))
    for node in model.nodes.values():
        if node.kind in {"STAFF", "CITIZEN", "AUTOMATIC"}:
            found += _labels(node)
            found += _step(node, model, roles, forms, operations)
        found += _ways(node, model)
    found += _reach(model)
    found += [_found(code, step) for code, step in process_soundness.faults(model)]
    return found or _by_engine(xml)


def _by_engine(xml: bytes) -> list[Finding]:
    """The last word is the engine's: what it cannot take in is not published."""
    try:
        ENGINE.compile(xml)
    except process_model.UnableToReadProcess as error:
        return [_found("UNREADABLE", "", why=str(error.values.get("why", "")))]
    return []


def _found(code: str, element: str, **values: str) -> Finding:
    return Finding(code=code, element=element, values=values)


def _shape(model: ProcessModel, key: str) -> Iterator[Finding]:
    if key and model.key != key:
        yield _found("WRONG_KEY", model.key, found=model.key, key=key)
    for name, element in model.foreign:
        yield _found("FOREIGN_ELEMENT", element, name=name)
    kinds = [node.kind for node in model.nodes.values()]
    if kinds.count("START") != 1:
        yield _found("NO_START", "")
    if "END" not in kinds:
        yield _found("NO_END", "")
    for node in model.nodes.values():
        if node.key not in model.shapes:
            yield _found("NO_DRAWING", node.key)
        if node.kind == "END" and node.attributes.get("outcome") not in ENDINGS:
            yield _found("UNKNOWN_ENDING", node.key)


def _labels(node: Node) -> Iterator[Finding]:
    for language in process_model.LANGUAGES:
        if not node.label.get(language):
            yield _found("NO_LABEL", node.key, language=language)


def _step(
    node: Node, model: ProcessModel, roles: set[str], forms: set[str], operations: set[str]
) -> Iterator[Finding]:
    attributes = node.attributes
    if attributes.get("stage") not in {stage.key for stage in model.stages}:
        yield _found("NO_STAGE", node.key)
    yield from _times(node)
    yield from _listed(node)
    if node.kind == "AUTOMATIC":
        yield from _operation(node, model, operations)
        return
    yield from _actor(node, roles, forms)
    for step in (*node.words("same-as"), *node.words("not-same-as")):
        if step not in model.nodes:
            yield _found("UNKNOWN_STEP", node.key, step=step)
    yield from _outcomes(node, model)


def _operation(node: Node, model: ProcessModel, operations: set[str]) -> Iterator[Finding]:
    """It exists, and what it sets is declared: an undeclared value would be lost at run time."""
    name = node.attributes.get("operation", "")
    if name not in operations:
        yield _found("UNKNOWN_OPERATION", node.key, operation=name)
    elif name in registered_operations.names():
        for variable, kind in registered_operations.get(name).outputs.items():
            if model.variables.get(variable) not in _TAKES.get(kind, {kind}):
                yield _found("UNDECLARED_OUTPUT", node.key, name=variable, type=kind)


def _listed(node: Node) -> Iterator[Finding]:
    """Reasons and causes come from closed lists."""
    for part in node.words("reasons"):
        group = part.partition(":")[2]
        if group not in listed_reasons.groups():
            yield _found("UNKNOWN_REASONS", node.key, group=group)
    cause = node.attributes.get("stops-clock", "")
    if cause and cause not in listed_reasons.causes():
        yield _found("UNKNOWN_CAUSE", node.key, cause=cause)


def _actor(node: Node, roles: set[str], forms: set[str]) -> Iterator[Finding]:
    role, form = node.attributes.get("role", ""), node.attributes.get("form", "")
    if node.kind == "STAFF" and role not in roles:
        yield _found("UNKNOWN_ROLE", node.key, role=role)
    if form not in forms:
        yield _found("UNKNOWN_FORM", node.key, form=form)


def _times(node: Node) -> Iterator[Finding]:
    """A step of ours is limited in working time, a citizen's waiting ends after days."""
    for name in ("limit", "expires"):
        text = node.attributes.get(name)
        limit = _limit(text) if text else None
        if text and limit is None:
            yield _found("WRONG_LIMIT", node.key, limit=text)
        elif limit and name == "expires" and limit.unit != "d":
            yield _found("NOT_DAYS", node.key, limit=str(limit))
        elif limit and name == "limit" and node.kind != "CITIZEN" and not limit.is_working_time:
            yield _found("NOT_WORKING_TIME", node.key, limit=str(limit))
    if not node.attributes.get("expires" if node.kind == "CITIZEN" else "limit"):
        yield _found("NO_LIMIT", node.key)


def _limit(text: str) -> Limit | None:
    try:
        return Limit.parse(text)
    except Unable:
        return None


def _outcomes(node: Node, model: ProcessModel) -> Iterator[Finding]:
    outcomes, variable = node.words("outcomes"), node.attributes.get("outcome-variable", "")
    if not outcomes or variable not in model.variables:
        yield _found("NO_OUTCOME", node.key)
        return
    reasons = {part.split(":")[0] for part in node.words("reasons")}
    if "REFUSE" in outcomes and "REFUSE" not in reasons:
        yield _found("NO_REASONS", node.key, outcome="REFUSE")
    conditions = " ".join(flow.condition for flow in model.flows)
    for outcome in outcomes:
        asked = f"'{outcome}'" in conditions or f'"{outcome}"' in conditions
        if not asked and len(outcomes) > 1 and not _has_default(model, variable):
            yield _found("UNHANDLED_OUTCOME", node.key, outcome=outcome)


def _has_default(model: ProcessModel, variable: str) -> bool:
    """Whether a gateway that asks for the variable has a default way for what nobody named."""
    asking = {flow.source for flow in model.flows if variable in flow.condition}
    unasked = not asking
    return unasked or all(_default_of(model, key) for key in asking)


def _default_of(model: ProcessModel, key: str) -> bool:
    return bool(model.nodes[key].default_flow) if key in model.nodes else False


def _ways(node: Node, model: ProcessModel) -> Iterator[Finding]:
    outgoing = model.outgoing(node.key)
    if not outgoing and node.kind != "END":
        yield _found("DEAD_END", node.key)
    if node.kind == "EXCLUSIVE" and len(outgoing) > 1:
        if not node.default_flow:
            yield _found("NO_DEFAULT", node.key)
        for flow in outgoing:
            if flow.key != node.default_flow and not flow.condition:
                yield _found("NO_CONDITION", node.key)
    for flow in outgoing:
        if flow.condition:
            yield from _condition(flow.key, flow.condition, model)


def _condition(key: str, condition: str, model: ProcessModel) -> Iterator[Finding]:
    try:
        names = expressions.names(condition)
    except Unable as error:
        yield _found("UNREADABLE_CONDITION", key, why=str(error))
        return
    for name in sorted(names - model.variables.keys()):
        yield _found("UNDECLARED_VARIABLE", key, name=name)
    answers = _answers(model)
    for name, word in sorted(expressions.compared(condition)):
        if name in answers and word not in answers[name]:
            yield _found("UNKNOWN_OUTCOME", key, name=name, outcome=word)


def _answers(model: ProcessModel) -> dict[str, set[str]]:
    """What each outcome variable can hold; a citizen's silence is an answer too."""
    answers: dict[str, set[str]] = {}
    for node in model.nodes.values():
        if variable := node.attributes.get("outcome-variable"):
            silence = {"EXPIRED"} if node.attributes.get("expires") else set()
            answers.setdefault(variable, set()).update(node.words("outcomes"), silence)
    return answers


def _reach(model: ProcessModel) -> Iterator[Finding]:
    starts = [key for key, node in model.nodes.items() if node.kind == "START"]
    ends = [key for key, node in model.nodes.items() if node.kind == "END"]
    forward = _closure(starts, [(flow.source, flow.target) for flow in model.flows])
    backward = _closure(ends, [(flow.target, flow.source) for flow in model.flows])
    for key in model.nodes:
        if key not in forward:
            yield _found("UNREACHABLE", key)
        elif key not in backward:
            yield _found("NO_WAY_OUT", key)


def _closure(begin: Iterable[str], arrows: list[tuple[str, str]]) -> set[str]:
    reached, todo = set(begin), list(begin)
    while todo:
        here = todo.pop()
        for source, target in arrows:
            if source == here and target not in reached:
                reached.add(target)
                todo.append(target)
    return reached
