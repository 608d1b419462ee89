"""The dated settings of the connection services: fees, and the documents that are asked for."""

from django.utils.translation import gettext_lazy as _

from wasl.directorates import dated

FEES = {
    "connection.single": _("Connection, one phase"),
    "connection.three": _("Connection, three phases"),
    "meter.single": _("Meter, one phase"),
    "meter.three": _("Meter, three phases"),
    "per_kw": _("Load, each kilowatt"),
    "cable_per_m": _("Service cable, each metre"),
    "inspection": _("Site inspection"),
}
SERVICES = (
    "new-connection",
    "change-of-name",
    "load-increase",
    "meter-replacement",
    "disconnection",
)

for _code, _label in FEES.items():
    dated.register(f"connections.fee.{_code}", type=int, unit="IQD", label=_label, minimum=0)
for _service in SERVICES:
    dated.register(f"connections.documents.{_service}", type=list, label=_("Documents asked for"))
