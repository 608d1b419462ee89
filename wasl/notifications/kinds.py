"""The kinds of events that notifications records."""

from django.utils.translation import gettext_lazy as _

from wasl.events.kinds import Kind, declare

MESSAGE_SENT = declare(
    Kind(
        name="notifications.message.sent",
        label=_("Message sent"),
        fields={
            "template": "string",
            "channel": "string",
            "status": "string",
            "language": "string",
        },
        public=("template", "channel", "status"),
        seen_by_citizen=True,
    )
)
