"""What complaints does for others."""

from wasl.complaints.services.categories import (
    UnableToDraftCategory,
    UnableToPublishCategory,
    draft_category,
    publish_category,
)
from wasl.complaints.services.ending import (
    answer_visit,
    ask_whether_back,
    close_silent,
    end_of_case,
    rate,
    reopen_of_case,
    say_whether_back,
)
from wasl.complaints.services.partners import (
    UnableToAdmitClient,
    Update,
    admit_client,
    client_of,
    partner_of_key,
    receive_update,
    register_client,
)
from wasl.complaints.services.photos import UnableToAddPhoto, add_photo
from wasl.complaints.services.reporting import Said, Sent, UnableToReport, join, report

__all__ = [
    "Said",
    "Sent",
    "UnableToAddPhoto",
    "UnableToAdmitClient",
    "UnableToDraftCategory",
    "UnableToPublishCategory",
    "UnableToReport",
    "Update",
    "add_photo",
    "admit_client",
    "answer_visit",
    "ask_whether_back",
    "client_of",
    "close_silent",
    "draft_category",
    "end_of_case",
    "join",
    "partner_of_key",
    "publish_category",
    "rate",
    "receive_update",
    "register_client",
    "reopen_of_case",
    "report",
    "say_whether_back",
]
