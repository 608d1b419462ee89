"""Jobs of protected reports. None of them tells anybody anything: nobody is ever written to."""

from datetime import datetime

from wasl.core import jobs
from wasl.core.jobs import job
from wasl.disclosures import services


@job("disclosures.publish_batch")
def publish_batch(*, now: datetime) -> None:
    """Every hour: commitments to the log, when their batch is due."""
    services.publish_batch(now=now)


@job("disclosures.erase_due")
def erase_due(*, now: datetime) -> None:
    """Every night: what is over its time goes."""
    services.erase_due(now=now)


jobs.periodic("disclosures.publish_batch", cron="3 * * * *")
jobs.periodic("disclosures.erase_due", cron="41 3 * * *")
