"""The dated settings of protected reports."""

from django.utils.translation import gettext_lazy as _

from wasl.directorates import dated

FIRST_ANSWER_DAYS = "disclosures.first_answer_days"
KEPT_DAYS = "disclosures.kept_days"
FEWEST_REPORTS = "disclosures.fewest_reports"
BATCH_HOURS = "disclosures.batch_hours"
BATCH_SIZE = "disclosures.batch_size"
# The database refuses to erase sooner after closing, whatever the setting says (migration 1).
KEPT_AT_LEAST_DAYS = 180

dated.register(
    FIRST_ANSWER_DAYS, type=int, unit="days", minimum=1, maximum=90,
    label=_("Days until a protected report has its first answer"),
)  # fmt: skip
dated.register(
    KEPT_DAYS, type=int, unit="days", minimum=KEPT_AT_LEAST_DAYS, maximum=7_300,
    label=_("Days for which a closed protected report is kept"),
)  # fmt: skip
dated.register(
    FEWEST_REPORTS, type=int, minimum=5, maximum=1_000,
    label=_("Fewest protected reports about an office for their number to be shown"),
)  # fmt: skip
dated.register(
    BATCH_HOURS, type=int, unit="hours", minimum=1, maximum=24,
    label=_("Hours from one batch of commitments to the next"),
)  # fmt: skip
dated.register(
    BATCH_SIZE, type=int, minimum=8, maximum=256,
    label=_("Commitments in a batch, most of them empty"),
)  # fmt: skip
