"""
Connections to addresses that somebody else has named: which lie outside, and how long they may last.
"""

import ipaddress
import socket
import threading

_INSIDE_V6 = (
    ipaddress.ip_network("64:ff9b::/96"),  # an address of version 4 lies in each of these
    ipaddress.ip_network("64:ff9b:1::/48"),
    ipaddress.ip_network("2002::/16"),
    ipaddress.ip_network("2001::/32"),
)


def is_outside(address: str) -> bool:
    """Whether an address of IP is one of the open Internet, and not one in disguise."""
    try:
        found = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_outside(str(found.ipv4_mapped))
        if any(found in each for each in _INSIDE_V6):
            return False
    return found.is_global and not (
        found.is_multicast or found.is_reserved or found.is_unspecified or found.is_loopback
    )


class Leash:
    """
    Cuts a connection when its time is over, however slowly the other side drips.

    It holds a twin of the socket: what is done with the first one (a handshake of TLS takes it over)
    does not matter.
    """

    def __init__(self, line: socket.socket, seconds: float) -> None:
        self.is_cut = False
        self._twin = line.dup()
        self._watch = threading.Timer(max(0.0, seconds), self._cut)
        self._watch.daemon = True
        self._watch.start()

    def let_go(self) -> None:
        """The connection has come to its end in time."""
        self._watch.cancel()
        self._twin.close()

    def _cut(self) -> None:
        self.is_cut = True
        try:
            self._twin.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # It is closed already.
