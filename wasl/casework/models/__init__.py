"""The rows of casework: processes, cases, tasks, clocks, documents, draws."""

from wasl.casework.models.cases import Case, CaseState, ClockStop, Document, Note
from wasl.casework.models.draws import Draw, DutyExclusion, Reassignment, SeedChain
from wasl.casework.models.processes import ProcessVersion, Reason
from wasl.casework.models.tasks import Task

__all__ = [
    "Case",
    "CaseState",
    "ClockStop",
    "Document",
    "Draw",
    "DutyExclusion",
    "Note",
    "ProcessVersion",
    "Reason",
    "Reassignment",
    "SeedChain",
    "Task",
]
