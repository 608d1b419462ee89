"""What the quality desk reads: versions, their differences, and the cases behind a figure."""

import difflib
from datetime import datetime
from typing import Any

from wasl.casework import definitions
from wasl.casework import selectors as casework
from wasl.casework.models import Case, ProcessVersion

BEHIND = {
    "received": {},
    "closed": {"status": "CLOSED"},
    "completed": {"outcome": "COMPLETED"},
    "refused": {"outcome": "REFUSED"},
    "open_now": {"status": "OPEN"},
}


def processes(language: str) -> list[dict[str, Any]]:
    """Every process with its versions, newest first."""
    found: dict[str, list[ProcessVersion]] = {}
    for version in casework.process_versions():
        found.setdefault(version.key, []).append(version)
    return [
        {
            "key": key,
            "label": definitions.service_label(versions[0], language),
            "versions": versions,
        }
        for key, versions in found.items()
    ]


def version(version_id: int) -> ProcessVersion | None:
    """One version of a process."""
    return ProcessVersion.objects.filter(id=version_id).first()


def previous(process: ProcessVersion) -> ProcessVersion | None:
    """The version before this one."""
    earlier = ProcessVersion.objects.filter(key=process.key, version__lt=process.version)
    return earlier.order_by("-version").first()


def differences(old: ProcessVersion, new: ProcessVersion) -> list[tuple[str, str]]:
    """What changed between two versions, step by step: (ADDED | REMOVED | CHANGED, words)."""
    before = {step.key: _facts(step) for step in definitions.steps(old)}
    after = {step.key: _facts(step) for step in definitions.steps(new)}
    found = [("REMOVED", key) for key in before.keys() - after.keys()]
    found += [("ADDED", f"{key}: {after[key]}") for key in after.keys() - before.keys()]
    found += [
        ("CHANGED", f"{key}: {before[key]} → {after[key]}")
        for key in before.keys() & after.keys()
        if before[key] != after[key]
    ]
    ways = difflib.unified_diff(_ways(old), _ways(new), lineterm="", n=0)
    found += [
        ("ADDED" if line[0] == "+" else "REMOVED", line[1:])
        for line in ways
        if line[:1] in "+-" and not line.startswith(("+++", "---"))
    ]
    return sorted(found)


def _facts(step: definitions.StepDefinition) -> str:
    facts = [
        step.role or step.kind,
        step.form or step.operation,
        step.stage,
        step.limit or step.expires,
        ",".join(step.outcomes),
    ]
    return " · ".join(fact for fact in facts if fact)


def _ways(process: ProcessVersion) -> list[str]:
    flows = definitions.model(process).flows
    return sorted(f"{flow.source} → {flow.target} {flow.condition}".strip() for flow in flows)


def cases_behind(
    *, figure: str, service: str, directorate_id: int, start: datetime, end: datetime, now: datetime
) -> list[Case]:
    """The cases that a figure counts, newest first, two hundred at most."""
    found = Case.objects.filter(service=service, directorate_id=directorate_id)
    if figure == "overdue_now":
        found = found.filter(status="OPEN", due_at__lt=now)
    elif figure == "open_now":
        found = found.filter(status="OPEN")
    elif figure == "received":
        found = found.filter(submitted_at__gte=start, submitted_at__lt=end)
    else:
        found = found.filter(closed_at__gte=start, closed_at__lt=end, **BEHIND.get(figure, {}))
    return list(found.select_related("process").order_by("-submitted_at", "id")[:200])
