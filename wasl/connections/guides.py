"""What a service guide says: read from the published process and the dated settings, never typed twice."""

from datetime import date
from typing import Any

from wasl.casework import definitions
from wasl.casework import selectors as casework
from wasl.connections import dated_settings, selectors
from wasl.connections.journeys import Journey
from wasl.core import scope
from wasl.directorates import selectors as directorates


def guide(journey: Journey, on: date, language: str) -> dict[str, Any]:
    """The guide of a service as it stands on a day."""
    with scope.within_system():
        process = casework.published_process(journey.key, on)
        served = directorates.served(on, journey.key)
    office = served[0].id if served else directorates.ministry().id
    refusals = _refusals(process, language) if process else []
    return {
        "journey": journey,
        "process": process,
        "stages": [stage for stage in definitions.stages(process) if not stage.is_exceptional]
        if process
        else [],
        "total_limit": definitions.total_limit(process) if process else "",
        "documents": [
            {"label": row.get(language) or row["ar"], "is_required": row["is_required"]}
            for row in selectors.required_documents(journey.key, office, on)
        ],
        "fees": [
            {"label": dated_settings.FEES[code], "amount": amount}
            for code, amount in selectors.fees(office, on).items()
        ]
        if journey.has_fee
        else [],
        "refusals": refusals,
        "served": [directorate.name(language) for directorate in served],
    }


def _refusals(process: Any, language: str) -> list[str]:
    groups = {
        group
        for step in definitions.steps(process)
        for outcome, group in step.reasons.items()
        if outcome == "REFUSE"
    }
    return [text for group in sorted(groups) for _code, text in casework.reasons(group, language)]
