"""What a published process says about its steps, cached by the file's hash."""

from dataclasses import dataclass, field
from functools import lru_cache


@dataclass(frozen=True, kw_only=True)
class StepDefinition:
    """One task of a process, as its file describes it."""

    key: str
    kind: str
    label: dict[str, str]
    role: str = ""
    form: str = ""
    operation: str = ""
    stage: str = ""
    limit: str = ""
    expires: str = ""
    stops_clock: str = ""
    is_optional: bool = False
    is_drawn: bool = True
    same_as: tuple[str, ...] = ()
    not_same_as: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    outcome_variable: str = ""
    reasons: dict[str, str] = field(default_factory=dict)
