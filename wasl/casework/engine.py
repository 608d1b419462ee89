"""
The one module that knows SpiffWorkflow (docs/adr/0030).

A case's state is its marking: which steps hold a token, and which branches have reached a join.
Each call builds the engine's tree from the marking, takes one step, and reads the marking back.
So the state stays small however often a case is sent back, and holds nothing of the process file.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.defaults import EndEvent, ParallelGateway, ServiceTask, UserTask
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from wasl.casework import expressions, process_model
from wasl.core.errors import Unable


class UnableToAdvance(Unable):
    """The engine cannot take this step: the case no longer waits there, or no condition holds."""

    code = "ENGINE_STUCK"
    message = _("The case cannot go on from this step. Nothing was changed; we have been told.")


@dataclass(frozen=True)
class ReadyTask:
    """A step that waits: the engine's name for this visit, the BPMN id, and who acts."""

    engine_id: str
    key: str
    kind: str


@dataclass(frozen=True)
class Step:
    """What a step of the engine did."""

    state: str
    opened: tuple[ReadyTask, ...]
    cancelled: tuple[str, ...]
    variables: dict[str, Any]
    is_finished: bool
    end_key: str | None


@dataclass(frozen=True)
class CompiledProcess:
    """A process that the engine has taken in."""

    spec: Any
    model: process_model.ProcessModel


class _Conditions(PythonScriptEngine):  # type: ignore[misc]
    """Evaluates conditions with the restricted language over the case's variables, nothing else."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        super().__init__()
        self.variables = variables

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> bool:
        return expressions.evaluate(expression, self.variables)

    def execute(self, task: Task, script: str, external_context: Any = None) -> bool:
        raise UnableToAdvance


@lru_cache(maxsize=64)
def _compile(xml: bytes) -> CompiledProcess:
    model = process_model.parse(xml)  # refuses hostile files before the engine sees them
    if model.foreign:
        raise process_model.UnableToReadProcess(why=model.foreign[0][0])
    parser = BpmnParser()
    try:
        parser.add_bpmn_io(io.BytesIO(process_model.without_drawing(xml)))
        spec = parser.get_spec(model.key)
    # The engine's parser answers some broken files with Python's own errors.
    except (SpiffWorkflowException, ValueError, LookupError, AttributeError, TypeError) as error:
        raise process_model.UnableToReadProcess(why=str(error)[:120]) from None
    return CompiledProcess(spec=spec, model=model)


class Engine:
    """The adapter. Stateless: everything that lasts is in the state text."""

    def compile(self, xml: bytes) -> CompiledProcess:
        """The process of a file, cached. :raises UnableToReadProcess: when it cannot be run."""
        return _compile(xml)

    def start(self, process: CompiledProcess, variables: Mapping[str, Any]) -> Step:
        """The first steps of a new case, up to where something waits."""
        told = dict(variables)
        workflow = BpmnWorkflow(process.spec, script_engine=_Conditions(told))
        return self._run(workflow, told, before=set())

    def complete(
        self, process: CompiledProcess, state: str, engine_id: str, variables: Mapping[str, Any]
    ) -> Step:
        """
        Finish the step that waits under `engine_id`, with what it tells, and go on.

        :raises UnableToAdvance: when nothing waits under that name.
        """
        marking = json.loads(state)
        told = {**marking["variables"], **variables}
        workflow = _rebuild(process, marking, _Conditions(told))
        task = workflow.tasks.get(UUID(engine_id))
        if task is None or task.task_spec.name not in process.model.nodes:
            raise UnableToAdvance
        before = {token["id"] for token in marking["tokens"]}
        try:
            if task.has_state(TaskState.READY):
                task.run()
            else:
                task.complete()
            return self._run(workflow, told, before=before - {engine_id})
        except SpiffWorkflowException:
            raise UnableToAdvance from None

    def cancel(self, process: CompiledProcess, state: str) -> Step:
        """End the case where it stands; every step that waits is cancelled."""
        marking = json.loads(state)
        return Step(
            state=json.dumps({**marking, "tokens": [], "arrivals": []}),
            opened=(),
            cancelled=tuple(token["id"] for token in marking["tokens"]),
            variables=marking["variables"],
            is_finished=True,
            end_key=None,
        )

    def _run(self, workflow: BpmnWorkflow, variables: dict[str, Any], before: set[str]) -> Step:
        workflow.do_engine_steps()
        waiting = [
            task
            for task in workflow.get_tasks(state=TaskState.READY | TaskState.STARTED)
            if isinstance(task.task_spec, UserTask | ServiceTask)
        ]
        if workflow.is_completed():
            waiting = []
        now = {str(task.id) for task in waiting}
        marking = {
            "variables": variables,
            "tokens": [{"id": str(t.id), "at": t.task_spec.name} for t in waiting],
            "arrivals": _arrivals(workflow) if waiting else [],
        }
        ended = [
            task.task_spec.name
            for task in workflow.get_tasks(state=TaskState.COMPLETED)
            if isinstance(task.task_spec, EndEvent)
        ]
        return Step(
            state=json.dumps(marking, ensure_ascii=False, separators=(",", ":")),
            opened=tuple(_ready(task) for task in waiting if str(task.id) not in before),
            cancelled=tuple(sorted(before - now)),
            variables=variables,
            is_finished=not waiting,
            end_key=ended[-1] if ended and not waiting else None,
        )


def _ready(task: Task) -> ReadyTask:
    kind = "AUTOMATIC" if isinstance(task.task_spec, ServiceTask) else "USER"
    return ReadyTask(engine_id=str(task.id), key=task.task_spec.name, kind=kind)


def _arrivals(workflow: BpmnWorkflow) -> list[dict[str, str]]:
    """The branches that have reached a join which still waits for others: (join, came from)."""
    found = []
    joins = {
        task.task_spec.name
        for task in workflow.get_tasks(state=TaskState.WAITING)
        if isinstance(task.task_spec, ParallelGateway)
    }
    for task in workflow.tasks.values():
        is_join = task.task_spec.name in joins and task.parent is not None
        arrived = is_join and task.parent.state == TaskState.COMPLETED
        if arrived and task.has_state(TaskState.WAITING | TaskState.CANCELLED):
            found.append({"at": task.task_spec.name, "from": task.parent.task_spec.name})
    return found


def _rebuild(
    process: CompiledProcess, marking: Mapping[str, Any], conditions: _Conditions
) -> BpmnWorkflow:
    workflow = BpmnWorkflow(process.spec, script_engine=conditions)
    root = workflow.task_tree
    for child in list(root.children):
        workflow._remove_task(child.id)
    root._set_state(TaskState.COMPLETED)
    specs = process.spec.task_specs
    for token in marking["tokens"]:
        spec = specs[token["at"]]
        state = TaskState.STARTED if isinstance(spec, ServiceTask) else TaskState.READY
        task = _plant(workflow, spec, root, state, UUID(token["id"]))
        # The engine moves on through children that were predicted beforehand.
        spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)
    for arrival in marking["arrivals"]:
        came = _plant(workflow, specs[arrival["from"]], root, TaskState.COMPLETED, uuid4())
        _plant(workflow, specs[arrival["at"]], came, TaskState.WAITING, uuid4())
    return workflow


def _plant(workflow: BpmnWorkflow, spec: Any, parent: Task, state: int, task_id: UUID) -> Task:
    # The constructor takes the state as given and hangs the task under its parent.
    return Task(workflow, spec, parent=parent, state=state, id=task_id)


ENGINE = Engine()
