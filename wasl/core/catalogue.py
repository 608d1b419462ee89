"""The services that Wasl offers, as cards. Each service's app registers its own."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service card: what it is called, in one sentence, and where it begins."""

    key: str
    title: str | Promise
    summary: str | Promise
    url_name: str
    icon: str
    order: int


_REGISTERED: dict[str, Service] = {}


def register(service: Service) -> None:
    """Put a service on the home page. :raises ValueError: when the key is taken."""
    if service.key in _REGISTERED:
        raise ValueError(f"service {service.key} is registered twice")
    _REGISTERED[service.key] = service


def services() -> list[Service]:
    """Every registered service, in order."""
    return sorted(_REGISTERED.values(), key=lambda service: (service.order, service.key))
