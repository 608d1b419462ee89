"""Recompute every draw of a case from what was recorded, and say whether each agrees."""

import hashlib
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wasl.casework import drawing, selectors
from wasl.casework.models import Draw
from wasl.core import references, scope


class Command(BaseCommand):
    help = "Recomputes every blind draw of a case: wasl assignment replay K7MN-4XPD-2"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("case", help="the reference of the case")

    def handle(self, *args: Any, case: str, **options: Any) -> None:
        with scope.within_system():
            found = selectors.find(references.normalise(case))
            if found is None:
                raise CommandError("No case has this reference.")
            wrong = 0
            for draw in selectors.draws(found):
                problems = replay(draw)
                wrong += bool(problems)
                verdict = "agrees" if not problems else "DIFFERS: " + "; ".join(problems)
                self.stdout.write(
                    f"{draw.drawn_at:%Y-%m-%d %H:%M} {draw.task.key} attempt {draw.attempt}: pool of "
                    f"{len(draw.pool)}, excluded {len(draw.excluded)}, drawn {draw.chosen_pseudonym}: {verdict}"
                )
        if wrong:
            raise CommandError(f"{wrong} draws do not agree with the record.")
        self.stdout.write("Every draw was recomputed and agrees.")


def replay(draw: Draw) -> list[str]:
    """What is wrong with a recorded draw; empty when it can be recomputed from its record."""
    problems = []
    pool = [drawing.Entry(entry["p"], entry["w"]) for entry in draw.pool]
    name = drawing.draw_id(draw.task_id, draw.attempt)
    digest = drawing.pool_digest(draw_id=name, role=draw.role, pool=pool, excluded=draw.excluded)
    if digest.hex() != draw.pool_digest:
        problems.append("the pool is not the one that was fixed")
    links = {party: bytes.fromhex(link["link"]) for party, link in draw.links.items()}
    for party, link in draw.links.items():
        value = bytes.fromhex(link["link"])
        for _step in range(link["number"]):
            value = hashlib.sha256(value).digest()
        if value.hex() != link["anchor"]:
            problems.append(f"the link of {party} does not lead to its anchor")
    fallen = drawing.draw(seed=drawing.seed(links), digest=digest, draw_id=name, pool=pool)
    if fallen != draw.chosen_pseudonym:
        problems.append(f"the draw falls on {fallen}")
    return problems
