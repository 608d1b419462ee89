"""
Which addresses a browser may name for its push service, and connections that reach no others.

The address comes from outside: it must not lead us into our own network. It is looked at when it is
given, and again at the very connection, when the name has been resolved.
"""

import re
import socket
from typing import Any, Never
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.util.connection import create_connection

from wasl.core.open_internet import Leash, is_outside

LONGEST = 1_000
TOTAL_SECONDS = 15.0
_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_INNER = (".local", ".internal", ".localhost", ".lan", ".home", ".corp", ".arpa", ".test")


class UnableToReachPrivate(OSError):
    """The name leads to an address that is not public."""


def require_public(endpoint: str) -> None:
    """:raises ValueError: when it is no https address of a public name, at the usual port."""
    if len(endpoint) > LONGEST or not endpoint.isascii() or not endpoint.isprintable():
        raise ValueError("no address of a push service")
    parts = urlsplit(endpoint)
    host = (parts.hostname or "").lower()
    if (
        parts.scheme != "https"
        or parts.username is not None
        or parts.password is not None
        or parts.port not in {None, 443}
        or " " in endpoint
        or "\\" in endpoint
        or _HOST.fullmatch(host) is None
        or host.endswith(_INNER)
    ):
        raise ValueError("no address of a push service")


class _Connection(HTTPSConnection):
    """Connects to the public address that the name has now, to that one only, and for some seconds."""

    _leash: Leash | None = None

    def _new_conn(self) -> socket.socket:
        found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        addresses = [each[4][0] for each in found]
        # One inner address among them is enough: nobody honest mixes the two.
        if not addresses or not all(is_outside(str(each)) for each in addresses):
            raise UnableToReachPrivate(self._dns_host)
        timeout = self.timeout if isinstance(self.timeout, int | float) else 10.0
        made = create_connection((str(addresses[0]), self.port), timeout)
        self._leash = Leash(made, TOTAL_SECONDS)
        return made

    def close(self) -> None:
        """The connection has come to its end."""
        super().close()
        if self._leash is not None:
            self._leash.let_go()


class _Pool(HTTPSConnectionPool):
    ConnectionCls = _Connection


class PublicOnly(HTTPAdapter):
    """An adapter of `requests` whose connections lead to public addresses only."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """As the adapter does, with our connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": _Pool}


class Nowhere(BaseAdapter):
    """What is not encrypted is not sent."""

    def send(self, *args: Any, **kwargs: Any) -> Never:
        """:raises requests.exceptions.InvalidSchema: always."""
        raise requests.exceptions.InvalidSchema("https only")

    def close(self) -> None:
        """Nothing is open."""
