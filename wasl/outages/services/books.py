"""The rows of an outage: opened, widened, narrowed, ended; always in one transaction with its event."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from wasl.accounts.actors import Actor
from wasl.core import identifiers, references
from wasl.events import services as events
from wasl.network import topology
from wasl.network.topology import Element
from wasl.outages.models import Outage, OutageStep, Signal

SERVICE = Outage.Element.SERVICE


def open_row(
    *,
    directorate_id: int,
    element: Element,
    cause: str,
    began_at: datetime,
    why: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    **more: Any,
) -> Outage:
    """An outage of an element, with a step for each transformer under it."""
    made = Outage.objects.create(
        id=identifiers.new_id(now),
        directorate_id=directorate_id,
        reference=references.new_reference(),
        element_kind=element.kind,
        element_code=element.code,
        cause=cause,
        customers=0,
        why=dict(why),
        began_at=min(began_at, now),
        recorded_at=now,
        **more,
    )
    cover(made, made.began_at)
    record("outages.outage.opened", made, actor, now)
    return made


def groups_under(outage: Outage) -> dict[str, tuple[int, str]]:
    """The groups of customers an outage's element feeds: how many customers, and their feeder."""
    element = Element(outage.element_kind, outage.element_code)
    if element.kind == SERVICE:
        return {f"S:{element.code}": (1, "")}
    rows = topology.transformers_under(outage.directorate_id, element)
    counts = topology.customers_of(outage.directorate_id, rows.keys())
    return {code: (counts.get(code, 0), _feeder(above)) for code, above in rows.items()}


def cover(outage: Outage, began_at: datetime) -> None:
    """Give every group under the outage's element a step that has not ended, if it has none at all."""
    known = set(outage.steps.values_list("group", flat=True))
    groups = groups_under(outage)
    OutageStep.objects.bulk_create(
        OutageStep(
            outage=outage,
            directorate_id=outage.directorate_id,
            group=group,
            feeder_code=feeder,
            customers=customers,
            began_at=began_at,
        )
        for group, (customers, feeder) in sorted(groups.items())
        if group not in known
    )
    outage.customers = sum(outage.steps.values_list("customers", flat=True))
    outage.save(update_fields=["customers"])


def end_steps(outage: Outage, groups: Iterable[str] | None, at: datetime) -> int:
    """End the steps of some groups, or of all; how many. None ends before it began."""
    running = outage.steps.filter(ended_at=None)
    if groups is not None:
        running = running.filter(group__in=list(groups))
    ended = 0
    for step in running:
        step.ended_at = max(at, step.began_at)
        step.save(update_fields=["ended_at"])
        ended += 1
    return ended


def close_signals(
    outage: Outage, groups: Sequence[str] | None, at: datetime, now: datetime
) -> None:
    """What was said before the supply came back has been answered."""
    signals = Signal.objects.filter(outage=outage, closed_at=None, at__lte=at)
    if groups is not None:
        signals = signals.filter(transformer_code__in=groups)
    signals.update(closed_at=now)


def record(kind: str, outage: Outage, actor: Actor, now: datetime, **more: str) -> None:
    """The event: others, who know the reporters, follow it."""
    events.record(
        kind=kind,
        subject=("outage", outage.id),
        actor=actor,
        directorate_id=outage.directorate_id,
        data={
            "outage": str(outage.id),
            "reference": outage.reference,
            "element": outage.element_kind,
            "code": outage.element_code,
            "cause": outage.cause,
            "customers": outage.customers,
            "began": outage.began_at.isoformat(),
            **more,
        },
        now=now,
    )


def _feeder(above: Sequence[Element]) -> str:
    return next((each.code for each in above if each.kind == "FEEDER"), "")
