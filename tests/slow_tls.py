"""A TLS server of one connection that misbehaves: after the head of its answer, or amid the handshake."""

import contextlib
import datetime
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# So long it goes on by itself: a test that fails does not hang.
LONGEST = 4.0


@dataclass
class Server:
    """Where it listens, the certificate to trust, and how much it could send."""

    port: int
    certificate: Path
    sent: int = 0


def flood(line: ssl.SSLSocket, here: Server) -> None:
    """An answer without end."""
    line.sendall(b"HTTP/1.1 201 Created\r\n\r\n")
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        here.sent += line.send(b"x" * 65536)


def drip(line: ssl.SSLSocket, here: Server) -> None:
    """An answer that never gets beyond its head."""
    line.sendall(b"HTTP/1.1 200 OK\r\nX-A: ")
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        here.sent += line.send(b"a")
        time.sleep(0.05)
    line.sendall(b"\r\n\r\n")


@contextmanager
def serving(
    folder: Path, name: str, behave: Callable[[ssl.SSLSocket, Server], None], *, before: float = 0.0
) -> Iterator[Server]:
    """A server for `name`; the handshake waits `before` seconds."""
    certificate = _certificate(folder, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        here = Server(port=listening.getsockname()[1], certificate=certificate)

        def serve() -> None:
            with contextlib.suppress(OSError):
                plain, _address = listening.accept()
                time.sleep(before)
                with context.wrap_socket(plain, server_side=True) as line:
                    line.recv(65536)
                    behave(line, here)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield here
    thread.join(LONGEST + 2)


def _certificate(folder: Path, name: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
