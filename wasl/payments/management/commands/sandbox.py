"""`wasl sandbox`: the payment company for trying out."""

import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from wasl.payments.sandbox.server import Sandbox, serve


class Command(BaseCommand):
    """Runs until it is stopped. It needs no database."""

    help = "Run the payment sandbox: a company with play money, on this machine."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where it listens, whom it tells, and where it keeps its payments."""
        address = urlsplit(settings.WASL_SANDBOX_URL)
        parser.add_argument("--host", default=address.hostname or "127.0.0.1")
        parser.add_argument("--port", type=int, default=address.port or 8001)
        parser.add_argument("--webhook", help="where callbacks go; an empty text for nowhere")
        parser.add_argument(
            "--state", type=Path, default=settings.DATA_DIR / "sandbox" / "payments.json"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Listen."""
        if not (settings.WASL_DEMO or settings.DEBUG):
            raise CommandError("The sandbox takes play money. It does not start on a real system.")
        if not settings.WASL_SANDBOX_SECRET:
            raise CommandError("Set WASL_SANDBOX_SECRET, to the same text as for the web server.")
        webhook = options["webhook"]
        if webhook is None:
            path = reverse("payments:callback", args=["sandbox"])
            webhook = settings.WASL_PUBLIC_URL.rstrip("/") + path
        app = Sandbox(
            seed=settings.WASL_SANDBOX_SECRET,
            base_url=settings.WASL_SANDBOX_URL,
            webhook=webhook,
            file=options["state"],
        )
        try:
            server = serve(app, options["host"], options["port"])
        except OSError as error:
            where = f"{options['host']}:{options['port']}"
            raise CommandError(
                f"The sandbox cannot listen on {where}: {error.strerror}."
            ) from error
        # From a thread: shutdown() waits for serve_forever(), which this very thread runs.
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
        address = f"http://{options['host']}:{server.server_port}/"
        self.stdout.write(f"The payment sandbox is ready: {address}")
        self.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass
        finally:
            server.server_close()
