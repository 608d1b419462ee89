"""Jobs of billing."""

from datetime import datetime
from uuid import UUID

from wasl.billing import services
from wasl.core import jobs
from wasl.core.jobs import job


@job("billing.work_on_run")
def work_on_run(*, now: datetime, directorate_id: int, run_id: str) -> None:
    """Do one chunk of a bill run, and come back for the next: each has its own transaction."""
    if services.work_on_chunk(directorate_id=directorate_id, run_id=UUID(run_id), now=now):
        jobs.enqueue("billing.work_on_run", directorate_id=directorate_id, run_id=run_id)
