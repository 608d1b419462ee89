"""`wasl quote`: what a use costs, by the rating that makes the bills."""

import contextlib
import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from wasl.billing import rating, tariff_seed
from wasl.billing.models import Tariff, TariffBlock
from wasl.core import money
from wasl.core.errors import Unable


class Command(BaseCommand):
    """One tariff for all of the days, or several, each for its own."""

    help = "Says what a use costs: wasl quote --tariff iq-residential-2018 --kwh 1500 --days 30"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The use, the days, and the tariff or tariffs."""
        parser.add_argument(
            "--tariff",
            action="append",
            required=True,
            help="its code; several with their days: --tariff A:20 --tariff B:10",
        )
        parser.add_argument("--kwh", type=int, required=True)
        parser.add_argument("--days", type=int, default=30)
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask the rating and print its answer."""
        stretches = [_stretch(text, options["days"]) for text in options["tariff"]]
        with contextlib.nullcontext() if _is_made() else shipped_tariffs():
            try:
                quote = rating.quote(kwh=options["kwh"], stretches=stretches)
            except Unable as error:
                raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps({"total": quote.total, "lines": quote.lines}))
            return
        for line in quote.lines:
            upper = "" if line["to"] is None else line["to"]
            self.stdout.write(
                f"{line['tariff']}  {line['days']:>3} days  {line['from']:>8} .. {upper:<8} "
                f"{line['kwh']:>8} kWh x {line['rate']} = {money.format_dinars(line['amount'])}"
            )
        self.stdout.write(f"{money.format_dinars(quote.total)} dinars")


def _is_made() -> bool:
    return Tariff._meta.db_table in connection.introspection.table_names()


@contextlib.contextmanager
def shipped_tariffs() -> Iterator[None]:
    """The tariffs of the data file, for a database that is not made yet; it stays as it was."""
    with transaction.atomic():
        with connection.schema_editor() as editor:
            for model in (Tariff, TariffBlock):
                editor.create_model(model)
            editor.execute(rating.COMMON_DENOMINATOR)
        tariff_seed.load_prices()
        yield
        transaction.set_rollback(True)


def _stretch(text: str, days: int) -> rating.Stretch:
    code, has_days, own = text.partition(":")
    if has_days and not own.isdigit():
        raise CommandError(f"{own} is no number of days.")
    return rating.Stretch(tariff=code, days=int(own) if has_days else days)
