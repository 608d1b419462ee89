"""`make bench`: measure, and print one table. Name parts to measure only those: log, cases, pages."""

import argparse
import importlib
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import django

PARTS = (
    "start", "cases", "pages", "weights", "log", "billing", "bills", "readings", "payments",
    "complaints", "network", "reliability", "storm", "lifecycles",
)  # fmt: skip


@contextmanager
def _server() -> Iterator[None]:
    """The database that DATABASE_URL names, or an embedded one that lives as long as this."""
    from wasl.launcher import pytest_plugin

    pytest_plugin.pytest_sessionstart(_Session())
    try:
        yield
    finally:
        pytest_plugin.pytest_unconfigure()


class _Session:
    """As much of a pytest session as the plugin asks for."""

    class config:  # noqa: N801
        class option:  # noqa: N801
            collectonly = False


def main() -> None:
    """Run the parts that are named, or all, and print their rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(PARTS))
    chosen = parser.parse_args().parts or list(PARTS)
    with _server():
        django.setup()
        print(
            f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, Python {platform.python_version()}"
        )
        print(f"{'what':58} {'figure':>12} {'unit':12} limit")
        for part in chosen:
            for row in importlib.import_module(f"bench.{part}").run():
                limit = row.get("limit", "")
                print(f"{row['name']:58} {row['value']:>12,.2f} {row['unit']:12} {limit}")


if __name__ == "__main__":
    main()
