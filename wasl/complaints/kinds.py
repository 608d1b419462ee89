"""The kinds of events that complaints records: about the case where there is one, else the report."""

from django.utils.translation import gettext_lazy as _

from wasl.events.kinds import Kind, declare

REPORT_RECEIVED = declare(
    Kind(
        name="complaints.report.received",
        label=_("Report received"),
        fields={
            "report": "string",
            "category": "string",
            "version": "integer",
            "district": "string",
            "channel": "string",
            "is_urgent": "boolean",
        },
        public=("category", "version", "district", "channel"),
        seen_by_citizen=True,
    )
)
REPORT_JOINED = declare(
    Kind(
        name="complaints.report.joined",
        label=_("Joined to a report that was known"),
        fields={"report": "string", "category": "string", "joined_to": "string"},
        public=("category",),
        seen_by_citizen=True,
    )
)
REPORT_ENDED = declare(
    Kind(
        name="complaints.report.ended",
        label=_("Report ended"),
        fields={"report": "string", "category": "string", "outcome": "string"},
        public=("category", "outcome"),
    )
)
REPORT_RATED = declare(
    Kind(
        name="complaints.report.rated",
        label=_("You rated the work"),
        fields={"report": "string", "stars": "integer"},
        public=("stars",),
        seen_by_citizen=True,
    )
)
CATEGORY_PUBLISHED = declare(
    Kind(
        name="complaints.category.published",
        label=_("Category of reports published"),
        fields={"category": "string", "version": "integer", "valid_from": "string"},
        public=("category", "version", "valid_from"),
    )
)
