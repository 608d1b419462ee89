"""Asking providers, in the background."""

from datetime import datetime
from uuid import UUID

from wasl.core import jobs
from wasl.payments import services


@jobs.job("payments.confirm")
def confirm(*, intent_id: str, now: datetime) -> None:
    """Ask about one attempt. Without an answer, the sweep asks at the time that is written down."""
    try:
        services.confirm_intent(intent_id=UUID(intent_id), now=now)
    except services.UnableToAskProvider:
        return


@jobs.job("payments.claim")
def claim(*, intent_id: str, provider_payment_id: str, since: str, now: datetime) -> None:
    """Look into a message that names a payment for an attempt whose first answer was lost."""
    services.look_into_claim(
        intent_id=UUID(intent_id),
        provider_payment_id=provider_payment_id,
        since=datetime.fromisoformat(since),
        now=now,
    )


@jobs.job("payments.withdraw")
def withdraw(*, intent_id: str, now: datetime) -> None:
    """Take an attempt back that another one, or nobody, replaces."""
    services.withdraw_intent(intent_id=UUID(intent_id), now=now)


@jobs.job("payments.sweep")
def sweep(*, now: datetime) -> None:
    """Every minute: ask about all attempts that are due."""
    services.sweep(now=now)


jobs.periodic("payments.sweep", cron="* * * * *")


@jobs.job("payments.close_yesterday")
def close_yesterday(*, now: datetime) -> None:
    """After midnight in Baghdad: compare the books of the day that ended, everywhere."""
    services.close_yesterday(now=now)


jobs.periodic("payments.close_yesterday", cron="40 21 * * *")


@jobs.job("payments.sweep_refunds")
def sweep_refunds(*, now: datetime) -> None:
    """Every ten minutes: ask about refunds without an end. No company is asked to refund again."""
    services.sweep_refunds(now=now)


jobs.periodic("payments.sweep_refunds", cron="*/10 * * * *")


@jobs.job("payments.give_rebates")
def give_rebates(*, now: datetime) -> None:
    """Every night: the rebates of payments whose next bill was issued."""
    services.give_rebates(now=now)


jobs.periodic("payments.give_rebates", cron="50 3 * * *")


@jobs.job("payments.forget_nonces")
def forget_nonces(*, now: datetime) -> None:
    """Every hour: the numbers of requests that are too old to be sent again."""
    services.forget_nonces(now=now)


jobs.periodic("payments.forget_nonces", cron="20 * * * *")
