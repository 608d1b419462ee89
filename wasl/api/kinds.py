"""The kinds of events that the API records, of the endpoints of partners. The ministry's, not an office's."""

from django.utils.translation import gettext_lazy as _

from wasl.events.kinds import Kind, declare

_FIELDS = {"endpoint": "string", "partner": "string"}

REGISTERED = declare(
    Kind(
        name="api.endpoint.registered",
        label=_("A partner's address is told of news"),
        fields=_FIELDS,
    )
)
ROTATED = declare(
    Kind(
        name="api.endpoint.rotated", label=_("A partner's address has a new secret"), fields=_FIELDS
    )
)
SWITCHED_OFF = declare(
    Kind(
        name="api.endpoint.switched_off",
        label=_("A partner's address is told of nothing any more"),
        fields={**_FIELDS, "cause": "string"},
    )
)
