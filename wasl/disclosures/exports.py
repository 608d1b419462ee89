"""What the desk gives out of a report: sealed, for the officer's own computer."""

from datetime import datetime

from wasl.disclosures import selectors
from wasl.disclosures.bundles import SealedBox, SealedReport
from wasl.disclosures.models import Report


def sealed_report(report: Report, now: datetime) -> SealedReport:
    """Every box of a report, and to whom an answer is sealed. In the system's scope."""
    return SealedReport(
        report_id=str(report.id),
        code=report.code,
        reporter=bytes(report.public_key),
        readers=tuple(bytes(key.public_key) for key in selectors.readers(report, now)),
        boxes=tuple(
            SealedBox(
                author=box.author,
                step=box.step.place,
                on=box.step.on_date.isoformat(),
                stage=box.step.stage,
                sealed=bytes(box.sealed),
            )
            for box in selectors.boxes_of(report)
        ),
    )
