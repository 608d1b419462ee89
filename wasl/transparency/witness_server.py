"""
The witness as a small HTTP server, on Python's own library.

Run it without Wasl's settings or database:

    python -m wasl.transparency.witness_server --name witness.uni.example/wasl \\
        --folder /var/lib/witness --log '<vkey of the log>' --port 8100
"""

import argparse
import logging
import signal
import sys
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from wasl.transparency import keyfiles
from wasl.transparency.encoding import NotAccepted
from wasl.transparency.notes import COSIGNATURE, Signer, VerifierKey
from wasl.transparency.witness import MAX_BODY, TEXT, Answer, Witness

log = logging.getLogger("wasl.witness")


class WitnessServer(ThreadingHTTPServer):
    """Serves one witness."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        super().__init__(address, _Handler)
        self.witness = witness

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: WitnessServer
    server_version = "wasl-witness"
    sys_version = ""
    timeout = 20  # a caller that falls silent does not hold a thread

    def do_POST(self) -> None:
        if self.path != "/add-checkpoint":
            return self._send(Answer(404, b"not here\n"))
        try:
            length = int(self.headers.get("Content-Length", ""))
        except ValueError:
            return self._send(Answer(411, b"say the length of the body\n"))
        if not 0 <= length <= MAX_BODY:
            return self._send(Answer(413, b"the body is too long\n"))
        body = self.rfile.read(length)
        try:
            return self._send(self.server.witness.add_checkpoint(body, now=int(time.time())))
        except OSError:
            log.exception("The witness cannot write its state; it has cosigned nothing.")
            return self._send(Answer(500, b"the witness cannot write its state\n"))

    def do_GET(self) -> None:
        if self.path == "/vkey":
            return self._send(Answer(200, f"{self.server.witness.signer.key}\n".encode()))
        name, slash, rest = self.path.removeprefix("/").partition("/")
        if slash and rest == "checkpoint":
            return self._send(self.server.witness.latest(name))
        return self._send(Answer(404, b"not here\n"))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type or TEXT)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *values: object) -> None:
        log.debug(format, *values)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the witness can be told."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument(
        "--name", default="witness.wasl.example/1", help="name of the witness's key"
    )
    parser.add_argument("--folder", type=Path, required=True, help="its key and what it has seen")
    parser.add_argument("--log", action="append", default=[], help="vkey of a log to watch")


def build(*, name: str, folder: Path, logs: Sequence[str], host: str, port: int) -> WitnessServer:
    """
    This function will make the witness, with its key, and open its port.

    :raises NotAccepted: when a log's vkey is not sound.
    """
    signer = Signer(name, keyfiles.load_or_make(folder / "witness.pem"), COSIGNATURE)
    witness = Witness(signer, folder, [VerifierKey.parse(vkey) for vkey in logs])
    return WitnessServer((host, port), witness)


def serve(server: WitnessServer) -> None:
    """This function will serve until SIGTERM or Ctrl-C."""

    def stop(_signal: int, _frame: object) -> None:
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with server:
        server.serve_forever(poll_interval=0.2)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="wasl witness", description="Cosign a transparency log.")
    add_arguments(parser)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    if not options.log:
        parser.error("say which log to watch: --log '<vkey>', from the log's /log/vkey")
    try:
        server = build(
            name=options.name,
            folder=options.folder,
            logs=options.log,
            host=options.host,
            port=options.port,
        )
    except NotAccepted as error:
        parser.error(str(error))
    sys.stdout.write(f"Witness at {server.url}, key {server.witness.signer.key}\n")
    sys.stdout.flush()
    serve(server)
    return 0


if __name__ == "__main__":
    sys.exit(main())
