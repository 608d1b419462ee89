"""Asking about every attempt that has no end yet: callbacks may be lost, money may not."""

import logging
from datetime import datetime

from wasl.core import scope
from wasl.payments import selectors
from wasl.payments.services import schedule
from wasl.payments.services.callbacks import enqueue_confirmation

log = logging.getLogger(__name__)


def sweep(*, now: datetime) -> int:
    """
    This function will enqueue a question for every attempt that is due; the number of them.

    Attempts that are over on our side are asked about too, until the provider names an end.
    """
    with scope.within_system():
        due = selectors.due_for_asking(now)
        for intent in due:
            enqueue_confirmation(intent.id)
            if now - intent.created_at > schedule.OLD:
                log.error("payment intent %s has no end after two weeks", intent.id)
        return len(due)
