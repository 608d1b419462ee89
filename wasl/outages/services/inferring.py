"""
Outages from signs: what the inference says, made true in the rows, again and again.

One at a time for a directorate. It reads open signs only, so that it costs by what is going on, not
by the size of the network. What a person confirmed or opened is not touched, and explains the signs
under it; what the inference itself opened follows it: widened, narrowed, joined, divided.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from wasl.accounts.actors import Actor
from wasl.network import topology
from wasl.network.topology import Element
from wasl.outages import inference, promises
from wasl.outages.inference import Failed, Signs
from wasl.outages.models import Outage, OutageStep, Signal
from wasl.outages.services import books

State = Outage.State
# A fault found so soon after the neighbours came back was there all along.
NESTED_WITHIN = timedelta(hours=6)
# A transformer that was restored speaks as so many customers who say that they are supplied.
RESTORED_WEIGHS = 5
# Somebody's word that there is supply is worth so much time.
ON_LASTS = timedelta(hours=2)
# What somebody's report brings, at first and when it is asked about.
_OF_REPORTS = {Signal.Source.REPORT, Signal.Source.CALL_BACK}
# The fault of a single household, that old, says nothing of what else fails.
OFF_LASTS = timedelta(hours=12)


@dataclass
class _Signals:
    """
    The open signs of a directorate, by transformer.

    `off` holds one for each household, `again` what the same ones said besides, `old` those of
    single faults long known; `answered` are to be closed.
    """

    off: dict[str, list[Signal]] = field(default_factory=lambda: defaultdict(list))
    again: dict[str, list[Signal]] = field(default_factory=lambda: defaultdict(list))
    old: list[Signal] = field(default_factory=list)
    on: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    answered: list[Signal] = field(default_factory=list)


def infer(*, directorate_id: int, now: datetime) -> int:
    """
    This function will bring the open outages of a directorate into line with its open signs.

    How many outages it opened or changed. Two at once: the second does nothing, as the first one's
    successor waits in the queue already.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_try_advisory_xact_lock(hashtext('wasl-infer'), %s)", [directorate_id]
            )
            if not cursor.fetchone()[0]:
                return 0
        return _Reconciler(directorate_id, now).run()


class _Reconciler:
    def __init__(self, directorate_id: int, now: datetime) -> None:
        self.directorate_id = directorate_id
        self.now = now
        self.changed = 0
        self.open = list(
            Outage.objects.select_for_update()
            .filter(directorate_id=directorate_id, state=State.OPEN)
            .order_by("began_at", "id")
        )
        larger = {each.id for each in self.open if each.element_kind != books.SERVICE}
        self.signals = _read(directorate_id, larger, now)
        Signal.objects.filter(id__in=[each.id for each in self.signals.answered]).update(
            closed_at=now
        )
        self._note_who_is_back()
        self.above = topology.elements_above(directorate_id, {*self.signals.off, *self.signals.on})

    def run(self) -> int:
        """Every step: what failed, whose outage it is, who is back, what is left over."""
        failed = self._infer()
        mine = [each for each in self.open if not _is_fixed(each)]
        kept: set[Any] = set()
        for each in failed:
            outage = self._outage_of(each, mine, kept)
            kept.add(outage.id)
            self._attach(outage, each.element)
        spoken_for = {each.outage_id for each in self._left_over()}
        for outage in mine:
            is_said = outage.element_kind == books.SERVICE and outage.id in spoken_for
            if outage.id not in kept and outage.state == State.OPEN and not is_said:
                self._give_up(outage)
        self._singles()
        return self.changed

    def _left_over(self) -> list[Signal]:
        """The signs that no failed element explains."""
        return [
            each for signals in self.signals.off.values() for each in signals
        ] + self.signals.old

    def _note_who_is_back(self) -> None:
        """Transformers of an open outage that were restored speak against what lies above them."""
        steps = OutageStep.objects.filter(outage__in=[each.id for each in self.open])
        ended = set(steps.exclude(ended_at=None).values_list("group", flat=True))
        running = set(steps.filter(ended_at=None).values_list("group", flat=True))
        for group in ended - running:
            if not group.startswith("S:"):
                self.signals.on[group] |= {f"restored {n}" for n in range(RESTORED_WEIGHS)}

    def _infer(self) -> list[Failed]:
        signs = {
            code: Signs(
                off=len(self.signals.off.get(code, ())), on=len(self.signals.on.get(code, ()))
            )
            for code in self.above
        }
        elements = {element for row in self.above.values() for element in row}
        return inference.most_probable(
            signs,
            self.above,
            under=_customers_under(self.directorate_id, elements),
            certain=[_element(each) for each in self.open if _is_fixed(each)],
        )

    def _outage_of(self, failed: Failed, mine: list[Outage], kept: set[Any]) -> Outage:
        """The open outage of the element; else one below or above that becomes it; else a new one."""
        began = self._began(failed.element)
        inside = [
            each
            for each in mine
            if each.id not in kept
            and each.state == State.OPEN
            and self._lies_under(each, failed.element)
        ]
        for outage in self.open:
            if outage.state == State.OPEN and _element(outage) == failed.element:
                if inside:
                    self._absorb(outage, inside, outage.began_at)
                return outage
        if inside:
            first, *others = inside
            first.element_kind, first.element_code = failed.element.kind, failed.element.code
            first.why, first.began_at = _why(failed), min(first.began_at, began)
            first.cause, first.expected_at = self._cause(failed.element, first.began_at)
            # Found household by household, it lay hidden behind what was restored all the same.
            first.nested_in = first.nested_in or self._just_restored(failed.element)
            first.save(
                update_fields=[
                    "element_kind", "element_code", "why", "began_at", "cause", "expected_at",
                    "nested_in",
                ]
            )  # fmt: skip
            self._absorb(first, others, began)
            return first
        around = [each for each in mine if self._lies_above(each, failed.element)]
        if around and around[0].id not in kept:
            return self._narrow(around[0], failed)
        self.changed += 1
        cause, expected_at = self._cause(failed.element, began)
        made = books.open_row(
            directorate_id=self.directorate_id,
            element=failed.element,
            cause=cause,
            expected_at=expected_at,
            began_at=began,
            why=_why(failed),
            actor=Actor.system(),
            now=self.now,
            split_from=around[0] if around else None,
            nested_in=self._just_restored(failed.element),
        )
        self.open.append(made)
        return made

    def _cause(self, element: Element, began: datetime) -> tuple[str, datetime | None]:
        """A feeder that goes off when its timetable says so was cut; it is back when that says so."""
        rows = topology.transformers_under(self.directorate_id, element)
        feeders = {each for row in rows.values() for each in row if each.kind == "FEEDER"}
        if len(feeders) == 1 and element.kind in {"FEEDER", "SECTION"}:
            (feeder,) = feeders
            promised = promises.promised_cut(self.directorate_id, feeder.code, began)
            # The breaker cuts all of it; what is smaller has failed.
            if promised and rows.keys() == topology.transformers_under(self.directorate_id, feeder).keys():  # fmt: skip
                return Outage.Cause.RATIONING, promised[1]
        return Outage.Cause.FAULT, None

    def _absorb(self, first: Outage, others: list[Outage], began: datetime) -> None:
        """The others become parts of the first, which covers all that its element feeds."""
        # A single household is among the customers of its transformer.
        OutageStep.objects.filter(outage__in=[first, *others], group__startswith="S:").delete()
        for other in others:
            for step in other.steps.filter(ended_at=None):
                _take_over(first, step)
            other.signals.update(outage=first)
            other.state, other.merged_into = State.MERGED, first
            other.save(update_fields=["state", "merged_into"])
            books.record(
                "outages.outage.merged", other, Actor.system(), self.now, into=str(first.id)
            )
        books.cover(first, began)
        books.record("outages.outage.changed", first, Actor.system(), self.now)
        self.changed += 1

    def _narrow(self, outage: Outage, failed: Failed) -> Outage:
        """It was taken for larger than it is: who is not under the element never was without, or is back."""
        outage.element_kind, outage.element_code = failed.element.kind, failed.element.code
        outage.why = _why(failed)
        outage.cause, outage.expected_at = self._cause(failed.element, outage.began_at)
        outage.save(update_fields=["element_kind", "element_code", "why", "cause", "expected_at"])
        inside = set(books.groups_under(outage))
        # Nobody under them has said so: they were taken for off by mistake.
        outage.steps.filter(ended_at=None).exclude(group__in=inside).delete()
        books.cover(outage, outage.began_at)
        books.record("outages.outage.changed", outage, Actor.system(), self.now)
        self.changed += 1
        return outage

    def _attach(self, outage: Outage, element: Element) -> None:
        for code in [code for code, row in self.above.items() if element in row]:
            said = self.signals.off.pop(code, []) + self.signals.again.pop(code, [])
            _join([each for each in said if each.outage_id != outage.id], outage)

    def _singles(self) -> None:
        """Who is left over has a fault of their own, until more say the same."""
        for each in self._left_over():
            if each.outage_id is not None:
                continue
            element = Element(books.SERVICE, _household(each))
            known = next(
                (o for o in self.open if o.state == State.OPEN and _element(o) == element), None
            )
            if known is None:
                known = books.open_row(
                    directorate_id=self.directorate_id, element=element,
                    cause=Outage.Cause.FAULT, began_at=each.at, why={"off": 1, "customers": 1},
                    actor=Actor.system(), now=self.now,
                )  # fmt: skip
                self.open.append(known)
                self.changed += 1
            again = self.signals.again.get(each.transformer_code, [])
            _join([each, *(o for o in again if _household(o) == _household(each))], known)

    def _give_up(self, outage: Outage) -> None:
        """No sign speaks for it any more; those of it that are open stand for themselves again."""
        outage.signals.filter(closed_at=None).update(outage=None)
        for each in self._left_over():
            if each.outage_id == outage.id:
                each.outage_id = None
        books.end_steps(outage, None, self.now)
        outage.state, outage.ended_at = State.RESTORED, max(self.now, outage.began_at)
        outage.why = {**outage.why, "given_up": True}
        outage.save(update_fields=["state", "ended_at", "why"])
        books.record("outages.outage.restored", outage, Actor.system(), self.now)
        self.changed += 1

    def _began(self, element: Element) -> datetime:
        """The first sign under it."""
        at = [
            each.at for code, row in self.above.items() if element in row
            for each in self.signals.off.get(code, ())
        ]  # fmt: skip
        return min(at, default=self.now)

    def _lies_under(self, outage: Outage, element: Element) -> bool:
        if outage.element_kind == books.SERVICE:
            codes = {code for code, row in self.above.items() if element in row}
            return any(
                each.outage_id == outage.id
                for code in codes
                for each in self.signals.off.get(code, ())
            )
        own = _element(outage)
        return any(
            own in row and element in row and row.index(own) < row.index(element)
            for row in self.above.values()
        )

    def _lies_above(self, outage: Outage, element: Element) -> bool:
        own = _element(outage)
        return any(
            own in row and element in row and row.index(own) > row.index(element)
            for row in self.above.values()
        )

    def _just_restored(self, element: Element) -> Outage | None:
        """The outage above it that ended a little while ago: the fault was hidden behind it."""
        rows = [row for row in self.above.values() if element in row]
        if not rows:
            return None
        upper = rows[0][rows[0].index(element) + 1 :]
        recent = Outage.objects.filter(
            directorate_id=self.directorate_id,
            state=State.RESTORED,
            ended_at__gte=self.now - NESTED_WITHIN,
            element_code__in=[each.code for each in upper],
        ).order_by("-ended_at")
        return next((each for each in recent if _element(each) in upper), None)


def _read(directorate_id: int, larger: set[UUID], now: datetime) -> _Signals:
    """
    What each household says last; `larger` are the open outages of more than one household.

    Said ten times it is said once, and a later word takes the earlier ones back, if it may.
    """
    rows = Signal.objects.filter(directorate_id=directorate_id, closed_at=None)
    found = _Signals()
    words: dict[tuple[str, str], list[Signal]] = {}
    for each in rows.exclude(transformer_code="").order_by("at", "id"):
        said = words.setdefault((each.transformer_code, _household(each)), [])
        if said and said[-1].says != each.says:
            if not all(_may_take_back(each, earlier) for earlier in said):
                found.answered.append(each)
                continue
            found.answered += said
            said.clear()
        said.append(each)
    for (code, household), (first, *again) in words.items():
        last = again[-1] if again else first
        if first.says == Signal.Says.ON:
            if last.at >= now - ON_LASTS:
                found.on[code].add(household)
            else:
                found.answered += [first, *again]
            continue
        found.again[code] += again
        if last.at < now - OFF_LASTS and first.outage_id not in larger:
            found.old.append(first)
        else:
            found.off[code].append(first)
    return found


def _may_take_back(later: Signal, earlier: Signal) -> bool:
    """
    Whether a word ends another's about the same account, which anybody can name.

    Nobody's word ends nobody's only; a reporter's "it is back" ends no other reporter's.
    """
    if _is_nobodys(earlier):
        return True
    if _is_nobodys(later):
        return False
    is_reporters = later.about is not None and earlier.source in _OF_REPORTS
    is_others = is_reporters and later.about != (earlier.about or earlier.source_id)
    return not (is_others and later.says == Signal.Says.ON)


def _is_nobodys(each: Signal) -> bool:
    """Whether a visitor said it and nobody stands behind it: what reports bring names its category."""
    return each.source == Signal.Source.REPORT and not each.category


def _household(each: Signal) -> str:
    """Who says it: the account; without one, each is somebody else."""
    return each.account_no or str(each.id)


def _join(signals: list[Signal], outage: Outage) -> None:
    if signals:
        Signal.objects.filter(id__in=[each.id for each in signals]).update(outage=outage)


def _take_over(first: Outage, step: OutageStep) -> None:
    """Who is off since before stays off since before."""
    known = first.steps.filter(group=step.group, ended_at=None).first()
    if known is None:
        step.outage = first
        step.save(update_fields=["outage"])
        return
    known.began_at = min(known.began_at, step.began_at)
    known.save(update_fields=["began_at"])
    step.delete()


def _customers_under(directorate_id: int, elements: set[Element]) -> dict[Element, int]:
    rows = topology.transformers_of_substations(
        directorate_id, {each.code for each in elements if each.kind == "SUBSTATION"}
    )
    counts = topology.customers_of(directorate_id, rows.keys())
    under: dict[Element, int] = defaultdict(int)
    for code, row in rows.items():
        for element in row:
            under[element] += counts.get(code, 0)
    return under


def _element(outage: Outage) -> Element:
    return Element(outage.element_kind, outage.element_code)


def _is_fixed(outage: Outage) -> bool:
    """A person has looked, or work was announced: the inference explains by it, and leaves it."""
    return outage.is_confirmed or outage.cause == Outage.Cause.PLANNED


def _why(failed: Failed) -> dict[str, Any]:
    return {
        "off": failed.off,
        "on": failed.on,
        "customers": failed.customers,
        "weight": failed.weight,
    }
