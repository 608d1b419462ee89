"""From where a request comes, as the key of its limits: the visitor's address, not a proxy's."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

# Whoever has one address of IPv6 has the other 2^64 of its network as well.
_NETWORK_BITS = 64


def of(request: HttpRequest) -> str:
    """
    The visitor's address; of IPv6 its network.

    Behind proxies of ours (`WASL_PROXY_COUNT`) it stands so many places from the end of
    X-Forwarded-For: what stands before was written by whoever sent it, and is not believed.
    """
    given = request.META.get("REMOTE_ADDR", "")
    count = settings.WASL_PROXY_COUNT
    if count:
        told = [each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",")]
        given = told[-count] if len(told) >= count else given
    try:
        address = ipaddress.ip_address(given.strip("[]"))
    except ValueError:
        return str(request.META.get("REMOTE_ADDR", ""))
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _NETWORK_BITS), strict=False))
    return str(address)
