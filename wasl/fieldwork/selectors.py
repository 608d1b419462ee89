"""What desks, crews, the store and quality see of field work."""

from wasl.fieldwork.models import DispatchDecision, WorkOrder


def order_of(reference: str) -> WorkOrder | None:
    """The order of a canonical reference, if the scope lets it be seen."""
    return WorkOrder.objects.select_related("crew").filter(reference=reference).first()


def decisions(order: WorkOrder) -> list[DispatchDecision]:
    """How its crews were found, in order."""
    return list(order.decisions.order_by("attempt"))
