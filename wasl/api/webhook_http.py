"""
Sending to an address that somebody else has named: never into our own network.

The name is resolved once, every address that it stands for must be one of the open Internet, and the
connection goes to the address that was looked at: a name that changes in between gains nothing. No
redirect is followed, nothing of the answer but its status is used, and after ten seconds in all the
connection is cut, however slowly the other side drips.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from wasl.core.open_internet import Leash, is_outside

CONNECT_SECONDS, TOTAL_SECONDS = 5.0, 10.0
MOST_READ = 4096
LONGEST_URL = 500


class UnableToSend(Exception):
    """Nothing was delivered; `code` says why, for the partner's list of deliveries."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, kw_only=True)
class Target:
    """An address taken apart."""

    scheme: str
    host: str
    port: int
    path: str


def target(url: str, *, may_be_local: bool) -> Target:
    """
    What an address says.

    :raises UnableToSend: when it is none that is sent to: https alone, without a name and password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UnableToSend("WRONG_URL") from None
    schemes = {"https", "http"} if may_be_local else {"https"}
    is_plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST_URL
    if not is_plain or parts.scheme not in schemes or not parts.hostname:
        raise UnableToSend("WRONG_URL")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise UnableToSend("WRONG_URL")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    usual = 443 if parts.scheme == "https" else 80
    return Target(scheme=parts.scheme, host=parts.hostname, port=port or usual, path=path)


def resolve(where: Target, *, may_be_local: bool) -> str:
    """The address to connect to. :raises UnableToSend: when there is none, or any lies inside."""
    try:
        found = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UnableToSend("UNKNOWN_HOST") from None
    addresses = [str(each[4][0]) for each in found]
    if not addresses or not (may_be_local or all(is_outside(each) for each in addresses)):
        raise UnableToSend("ADDRESS_NOT_ALLOWED")
    return addresses[0]


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked at, by the name that its certificate must bear."""

    def __init__(self, where: Target, address: str) -> None:
        super().__init__(where.host, where.port, timeout=CONNECT_SECONDS)
        self._where, self._address = where, address
        self._until = time.monotonic() + TOTAL_SECONDS
        self._leash: Leash | None = None

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self._where.port), CONNECT_SECONDS)
        self._leash = Leash(plain, self._until - time.monotonic())
        plain.settimeout(TOTAL_SECONDS)
        self.sock = plain
        if self._where.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(plain, server_hostname=self._where.host)

    @property
    def is_late(self) -> bool:
        """Whether it was cut because its time was over."""
        return self._leash is not None and self._leash.is_cut

    def close(self) -> None:
        """The connection has come to its end."""
        super().close()
        if self._leash is not None:
            self._leash.let_go()


def post(url: str, *, body: bytes, headers: Mapping[str, str], may_be_local: bool = False) -> int:
    """
    The status that the other side answers with, 100 to 999.

    :raises UnableToSend: when the address is not sent to, or no answer came in time.
    """
    where = target(url, may_be_local=may_be_local)
    connection = _Pinned(where, resolve(where, may_be_local=may_be_local))
    try:
        connection.request("POST", where.path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        answer.read(MOST_READ)
    except TimeoutError:
        raise UnableToSend("NO_ANSWER_IN_TIME") from None
    except ssl.SSLError:
        raise UnableToSend("NO_ANSWER_IN_TIME" if connection.is_late else "CERTIFICATE") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise UnableToSend("NO_ANSWER_IN_TIME" if connection.is_late else "NO_ANSWER") from None
    finally:
        connection.close()
    return answer.status
