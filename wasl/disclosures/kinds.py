"""
The kinds of events that protected reports records.

A commitment shows nothing in the log: neither report, stage nor office, and most of them are empty.
"""

from django.utils.translation import gettext_lazy as _

from wasl.events.kinds import Kind, declare

COMMITMENT = declare(
    Kind(
        name="disclosures.commitment",
        label=_("Commitment about protected reports"),
        fields={
            "report": "string",
            "step": "integer",
            "stage": "string",
            "outcome": "string",
            "sealed": "string",
        },
    )
)
KEY_APPROVED = declare(
    Kind(
        name="disclosures.key.approved",
        label=_("Key of an integrity officer in use"),
        fields={"fingerprint": "string"},
        public=("fingerprint",),
    )
)
KEY_RETIRED = declare(
    Kind(
        name="disclosures.key.retired",
        label=_("Key of an integrity officer out of use"),
        fields={"fingerprint": "string"},
        public=("fingerprint",),
    )
)
