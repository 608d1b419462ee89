"""`wasl sandbox`: the payment companies for trying out."""

import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIServer

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from wasl.payments.sandbox import companies
from wasl.payments.sandbox.web import serve


class Command(BaseCommand):
    """Runs until it is stopped. It needs no database."""

    help = "Run the payment sandbox: companies with play money, each on a port of its own."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which companies, where they listen, whom they tell, and where they keep payments."""
        address = urlsplit(settings.WASL_SANDBOX_URL)
        parser.add_argument("--only", action="append", choices=list(companies.COMPANIES))
        parser.add_argument("--host", default=address.hostname or "127.0.0.1")
        parser.add_argument(
            "--port", type=int, default=address.port or 8001, help="that of the first company"
        )
        parser.add_argument(
            "--shop",
            default=settings.WASL_PUBLIC_URL,
            help="whom callbacks go to; empty for nobody",
        )
        parser.add_argument("--state", type=Path, default=settings.DATA_DIR / "sandbox")

    def handle(self, *args: Any, **options: Any) -> None:
        """Listen."""
        if not (settings.WASL_DEMO or settings.DEBUG):
            raise CommandError("The sandbox takes play money. It does not start on a real system.")
        if not settings.WASL_SANDBOX_SECRET:
            raise CommandError("Set WASL_SANDBOX_SECRET, to the same text as for the web server.")
        names = options["only"] or list(companies.COMPANIES)
        servers = {name: self._server(name, options) for name in names}
        is_over = threading.Event()
        # The signal only sets the flag: shutdown() waits for serve_forever(), in other threads.
        signal.signal(signal.SIGTERM, lambda *_: is_over.set())
        threads = [threading.Thread(target=each.serve_forever) for each in servers.values()]
        for thread in threads:
            thread.start()
        for name, server in servers.items():
            address = f"http://{options['host']}:{server.server_port}/"
            self.stdout.write(f"The payment sandbox is ready: {name} {address}")
        self.stdout.flush()
        try:
            while not is_over.wait(3600):
                pass
        except KeyboardInterrupt:
            pass
        finally:
            for server in servers.values():
                server.shutdown()
                server.server_close()
            for thread in threads:
                thread.join()

    @staticmethod
    def _server(name: str, options: dict[str, Any]) -> WSGIServer:
        port = options["port"] + companies.COMPANIES[name].offset if options["port"] else 0
        shop = options["shop"].rstrip("/")
        app = companies.load(name)(
            seed=settings.WASL_SANDBOX_SECRET,
            base_url=companies.address(settings.WASL_SANDBOX_URL, name),
            webhook=shop + reverse("payments:callback", args=[name]) if shop else "",
            file=options["state"] / f"{name}.jsonl",
        )
        try:
            return serve(app, options["host"], port)
        except OSError as error:
            where = f"{options['host']}:{port}"
            raise CommandError(
                f"The sandbox cannot listen on {where} for {name}: {error.strerror}."
            ) from error
