"""Jobs of outages."""

from datetime import datetime

from wasl.core.jobs import job
from wasl.outages import services


@job("outages.infer")
def infer(*, now: datetime, directorate_id: int) -> None:
    """Bring the open outages into line with the open signs."""
    services.infer(directorate_id=directorate_id, now=now)
