"""`wasl witness`: cosign a log, this one (for a demonstration) or another."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from wasl.transparency import keys, witness_server
from wasl.transparency.encoding import NotAccepted
from wasl.transparency.storage import write_durably


class Command(BaseCommand):
    help = "Run a witness of a public log: own key, own folder, no database."
    needs_database = False
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="watch this installation's log")
        witness_server.add_arguments(parser)
        parser.set_defaults(folder=Path(settings.DATA_DIR) / "witness")
        for action in parser._actions:
            if action.dest == "folder":
                action.required = False

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        if demo and not settings.WASL_DEMO:
            raise CommandError(
                "--demo is for demonstrations: a log's operator cannot witness itself"
            )
        logs = [str(s.key) for s in keys.log_signers()] if demo else options["log"]
        if not logs:
            raise CommandError("say which log to watch: --log '<vkey>', from the log's /log/vkey")
        try:
            server = witness_server.build(
                name=options["name"],
                folder=options["folder"],
                logs=logs,
                host=options["host"],
                port=options["port"],
            )
        except NotAccepted as error:
            raise CommandError(str(error)) from error
        if demo:
            self._write_policy(logs, server)
        self.stdout.write(f"Witness at {server.url}, key {server.witness.signer.key}")
        self.stdout.flush()
        witness_server.serve(server)

    def _write_policy(self, logs: list[str], server: witness_server.WitnessServer) -> None:
        lines = [
            "# Written by wasl witness --demo. A real policy names witnesses of other bodies.",
            *(f"log {vkey}" for vkey in logs),
            f"witness demo {server.witness.signer.key} {server.url}",
            "quorum demo",
        ]
        path = Path(settings.WASL_LOG_POLICY_FILE or Path(settings.DATA_DIR) / "log-policy.txt")
        write_durably([(path, ("\n".join(lines) + "\n").encode())])
