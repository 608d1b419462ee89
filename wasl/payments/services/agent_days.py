"""The end of an agent's day: its list beside ours, line by line."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import connection

from wasl.core import identifiers, scope
from wasl.payments.models import BillerAgent, BillerDay
from wasl.payments.services.agent_payments import payments_of_day
from wasl.payments.services.agents import UnableToServeAgent

MOST_LINES = 100_000


def compare_day(
    *, agent: BillerAgent, day: date, lines: Sequence[Mapping[str, object]], now: datetime
) -> BillerDay:
    """
    This function will compare an agent's list of a day with ours, line by line, and name the breaks.

    Each line is {"transaction_id", "amount"}; taken-back ones are in neither list.

    :raises UnableToServeAgent: when a line is no such, or there are too many.
    """
    if len(lines) > MOST_LINES:
        raise UnableToServeAgent("TOO_MANY_LINES")
    theirs: dict[str, int] = {}
    breaks: list[dict[str, object]] = []
    for line in lines:
        name, amount = line.get("transaction_id"), line.get("amount")
        if not isinstance(name, str) or not isinstance(amount, int) or isinstance(amount, bool):
            raise UnableToServeAgent("WRONG_LINE")
        if name in theirs:
            breaks.append({"transaction_id": name[:64], "problem": "TWICE"})
        theirs[name] = amount
    with scope.within_system(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"biller-day-{agent.id}"])
        ours = dict(
            payments_of_day(agent, day)
            .filter(reversal=None)
            .values_list("transaction_id", "amount")
        )
        for name in sorted(theirs.keys() | ours.keys()):
            mine, yours = ours.get(name), theirs.get(name)
            if mine != yours:
                breaks.append(
                    {
                        "transaction_id": name[:64],
                        "problem": "DIFFERS",
                        "ours": mine,
                        "yours": yours,
                    }
                )
        return BillerDay.objects.create(
            id=identifiers.new_id(now),
            agent=agent,
            directorate_id=agent.directorate_id,
            day=day,
            revision=BillerDay.objects.filter(agent=agent, day=day).count() + 1,
            lines_count=len(lines),
            amount=sum(theirs.values()),
            our_count=len(ours),
            our_amount=sum(ours.values()),
            breaks=breaks[:1000],
            received_at=now,
        )
