"""What a citizen began here and has not sent, for the list of their applications."""

from datetime import datetime

from django.urls import reverse

from wasl.accounts.models import User
from wasl.casework.drafts import Begun, register
from wasl.connections import selectors
from wasl.connections.journeys import JOURNEYS


def begun_by(user: User, now: datetime) -> list[Begun]:
    """The open drafts of a person."""
    return [
        Begun(
            title=JOURNEYS[draft.service].title,
            url=reverse("connections:resume", args=[draft.id]),
            saved_at=draft.saved_at,
        )
        for draft in selectors.open_drafts(user, now)
    ]


register(begun_by)
