"""Compute again how the crews of an order were found, and say whether each agrees."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wasl.casework import drawing
from wasl.core import references, scope
from wasl.fieldwork import dispatching, selectors
from wasl.fieldwork.models import DispatchDecision


class Command(BaseCommand):
    help = "Computes again who was sent on a work order: wasl dispatch replay K7MN-4XPD-2"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order", help="the reference of the work order")

    def handle(self, *args: Any, order: str, **options: Any) -> None:
        with scope.within_system():
            found = selectors.order_of(references.normalise(order))
            if found is None:
                raise CommandError("No work order has this reference.")
            wrong = 0
            for decision in selectors.decisions(found):
                problems = replay(decision)
                wrong += bool(problems)
                verdict = "agrees" if not problems else "DIFFERS: " + "; ".join(problems)
                self.stdout.write(
                    f"{decision.decided_at:%Y-%m-%d %H:%M} attempt {decision.attempt}: "
                    f"{len(decision.lines)} crews, {decision.way}, {decision.chosen}: {verdict}"
                )
        if wrong:
            raise CommandError(f"{wrong} decisions do not agree with the record.")
        self.stdout.write("Every decision was computed again and agrees.")


def replay(decision: DispatchDecision) -> list[str]:
    """What is wrong with a recorded decision; empty when it follows from its own facts and links."""
    ranking = dispatching.rank(*dispatching.from_facts(decision.facts))
    problems = []
    if dispatching.told(ranking) != decision.lines:
        problems.append("the rule ranks otherwise")
    if decision.way == DispatchDecision.Way.OVERRIDE:
        return problems  # Two persons decided; their names and reason stand in the events.
    if decision.way == DispatchDecision.Way.RULE:
        if ranking.equal != (decision.chosen,):
            problems.append("the rule alone does not choose this crew")
        return problems
    if list(ranking.equal) != decision.pool:
        problems.append("other crews are equal")
    return problems + drawing.problems(
        draw_id=drawing.draw_id(decision.order_id, decision.attempt),
        role="CREW",
        pool=[drawing.Entry(name, 1) for name in decision.pool],
        excluded=decision.excluded,
        pool_digest_hex=decision.pool_digest,
        links=decision.links,
        chosen=[decision.chosen],
    )
