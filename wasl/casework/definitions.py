"""What a published process says about its steps, stages and limits. Cached by the file's hash."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from wasl.casework import process_model
from wasl.casework.engine import ENGINE, CompiledProcess
from wasl.casework.models import ProcessVersion
from wasl.casework.process_model import ProcessModel, Stage


@dataclass(frozen=True, kw_only=True)
class StepDefinition:
    """One task of a process, as its file describes it."""

    key: str
    kind: str
    label: Mapping[str, str]
    role: str = ""
    form: str = ""
    operation: str = ""
    stage: str = ""
    limit: str = ""
    expires: str = ""
    stops_clock: str = ""
    is_optional: bool = False
    same_as: tuple[str, ...] = ()
    not_same_as: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    outcome_variable: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)


def model(process: ProcessVersion) -> ProcessModel:
    """The model of a version's file."""
    return process_model.parse(process.xml_bytes)


def compiled(process: ProcessVersion) -> CompiledProcess:
    """The version as the engine runs it."""
    return ENGINE.compile(process.xml_bytes)


@lru_cache(maxsize=64)
def _steps(xml: bytes) -> dict[str, StepDefinition]:
    return {
        node.key: StepDefinition(
            key=node.key,
            kind=node.kind,
            label=node.label,
            role="" if node.kind == "CITIZEN" else node.attributes.get("role", ""),
            form=node.attributes.get("form", ""),
            operation=node.attributes.get("operation", ""),
            stage=node.attributes.get("stage", ""),
            limit=node.attributes.get("limit", ""),
            expires=node.attributes.get("expires", ""),
            stops_clock=node.attributes.get("stops-clock", ""),
            is_optional=node.attributes.get("optional") == "true",
            same_as=node.words("same-as"),
            not_same_as=node.words("not-same-as"),
            outcomes=node.words("outcomes"),
            outcome_variable=node.attributes.get("outcome-variable", ""),
            reasons=dict([*part.split(":", 1), ""][:2] for part in node.words("reasons")),
        )
        for node in process_model.parse(xml).nodes.values()
        if node.kind in {"STAFF", "CITIZEN", "AUTOMATIC"}
    }


def step(process: ProcessVersion, key: str) -> StepDefinition:
    """The definition of a task. :raises KeyError: when the process has no such task."""
    return _steps(process.xml_bytes)[key]


def steps(process: ProcessVersion) -> list[StepDefinition]:
    """Every task of the process."""
    return list(_steps(process.xml_bytes).values())


def stages(process: ProcessVersion) -> tuple[Stage, ...]:
    """The public stages in order."""
    return model(process).stages


def stage_order(process: ProcessVersion) -> dict[str, int]:
    """The order of the stages by key."""
    return {stage.key: stage.order for stage in stages(process)}


def stage_label(process: ProcessVersion, key: str, language: str) -> str:
    """A stage in a language; its key when the process does not know it."""
    return next((s.label(language) for s in stages(process) if s.key == key), key)


def first_stage(process: ProcessVersion) -> str:
    """The stage a new case begins in."""
    return stages(process)[0].key


def service_label(process: ProcessVersion, language: str) -> str:
    """The name of the service that the process delivers."""
    label = model(process).label
    return label.get(language) or label.get("en", process.key)


def total_limit(process: ProcessVersion) -> str:
    """The promised time of the whole service, for example 16wd; empty when none is promised."""
    return model(process).attributes.get("limit", "")


def withdraw_until(process: ProcessVersion) -> str:
    """The last stage in which the citizen may withdraw; empty when any."""
    return model(process).attributes.get("withdraw-until", "")


def outcome_of_end(process: ProcessVersion, end_key: str | None) -> str:
    """The outcome that an end event stands for."""
    node = model(process).nodes.get(end_key or "")
    return node.attributes.get("outcome", "COMPLETED") if node else "COMPLETED"
