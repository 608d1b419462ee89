"""A real HTTP server that receives webhooks: it takes, refuses, hangs, drips, redirects or cuts."""

import base64
import contextlib
import hashlib
import hmac
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    """What it received, and how it behaves next: a status, or `hang`, `drip`, `cut`, `flood`."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.behaves: int | str = 200
        self.let_go = threading.Event()
        self.url = ""

    def is_signed(self, number: int, secret: str) -> bool:
        """Whether a message is signed by the secret, checked as the how-to page has it."""
        headers, body = self.received[number]
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = base64.b64decode(secret.removeprefix("whsec_"))
        expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return expected in headers["webhook-signature"].split(" ")


class _Handler(BaseHTTPRequestHandler):
    """One request; what is done with it is for its server's receiver to say."""

    def do_POST(self) -> None:
        here: Receiver = self.server.receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        here.received.append(({k.lower(): v for k, v in self.headers.items()}, body))
        with contextlib.suppress(OSError):
            if isinstance(here.behaves, str):
                getattr(self, here.behaves)(here)
                return
            self.send_response(here.behaves)
            self.send_header("Location", here.url + "elsewhere")
            self.end_headers()

    def hang(self, here: Receiver) -> None:
        here.let_go.wait(20)

    def drip(self, here: Receiver) -> None:
        while not here.let_go.wait(0.05):
            self.wfile.write(b"H")

    def cut(self, _here: Receiver) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)

    def flood(self, here: Receiver) -> None:
        self.send_response(200)
        self.end_headers()
        while not here.let_go.is_set():
            self.wfile.write(b"x" * 65536)

    def log_message(self, *_given: object) -> None:
        return


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver at an address of this machine."""
    here = Receiver()

    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.receiver = here
    server.daemon_threads = True
    here.url = f"http://127.0.0.1:{server.server_address[1]}/news"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield here
    finally:
        here.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join()
