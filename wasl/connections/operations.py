"""The automatic work that the connection processes name. Each may be repeated without harm."""

from decimal import Decimal
from typing import Any

from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.casework.models import Case
from wasl.connections import obstacles, selectors, services
from wasl.connections.models import Application
from wasl.core.operations import OperationContext, operation
from wasl.customers import services as customers
from wasl.payments import services as payments

DEFAULT_CABLE_M = 15
# The tariff that an account begins with, by the kind of place; billing may put it right.
_TARIFFS = {
    "HOME": "RESIDENTIAL",
    "SHOP": "COMMERCIAL",
    "WORKSHOP": "INDUSTRIAL",
    "FARM": "AGRICULTURAL",
    "PUBLIC": "GOVERNMENT",
}


def _citizen(context: OperationContext) -> User:
    return Case.objects.select_related("applicant").get(id=context.case_id).applicant


def _kilowatts(application: Application) -> Decimal:
    return Decimal(application.load_watts) / 1000


@operation(
    "connections.check_application", outputs={"is_complete": "boolean", "is_duplicate": "boolean"}
)
def check_application(context: OperationContext) -> dict[str, Any]:
    """Are the documents there, does the account exist, and does no earlier case ask the same?"""
    found = obstacles.of(Case.objects.get(id=context.case_id))
    return {
        "is_complete": not found.missing and not found.is_account_unknown,
        "is_duplicate": found.is_duplicate,
    }


@operation("connections.compute_estimate", outputs={"estimate_total": "integer"})
def compute_estimate(context: OperationContext) -> dict[str, Any]:
    """The itemised estimate, from the inspection's figures and the dated fee table."""
    estimate = services.compute_estimate(
        case_id=context.case_id,
        cable_m=int(
            context.variables.get("cable_m")
            or context.variables.get("distance_m")
            or DEFAULT_CABLE_M
        ),
        phases=int(
            context.variables.get("phases_confirmed") or context.variables.get("phases") or 1
        ),
        now=context.now,
    )
    return {"estimate_total": estimate.total_amount}


@operation("connections.request_fee", outputs={"fee_request": "string"})
def request_fee(context: OperationContext) -> dict[str, Any]:
    """Ask the citizen for the accepted amount; the payment itself comes back as an event."""
    request = payments.request_payment(
        payer=_citizen(context),
        purpose="connections.fee",
        subject=("case", context.case_id),
        amount=int(context.variables["estimate_total"]),
        directorate_id=context.directorate_id,
        now=context.now,
        actor=Actor.system(),
        subject_reference=context.reference,
    )
    return {"fee_request": str(request.id)}


@operation("connections.open_account", outputs={"account_no": "string"})
def open_account(context: OperationContext) -> dict[str, Any]:
    """Open the customer's account for the installed meter."""
    application = selectors.application(context.case_id)
    address = selectors.address_of(application)
    account = customers.open_account(
        directorate_id=context.directorate_id,
        case_id=context.case_id,
        holder_id=application.applicant_id,
        premises=customers.PremisesDetails(
            district_code=address["district"],
            mahalla=address["mahalla"],
            zuqaq=address["zuqaq"],
            dar=address["dar"],
            landmark=address["landmark"],
            kind=application.details.get("premises_kind", "HOME"),
            # The case's own place: the pin, or where the inspector stood when there was none.
            lat=float(context.variables.get("lat") or address["lat"]),
            lon=float(context.variables.get("lon") or address["lon"]),
        ),
        tariff_class=_TARIFFS.get(application.details.get("premises_kind", ""), "RESIDENTIAL"),
        phases=int(context.variables.get("phases_confirmed") or application.phases),
        load_kw=_kilowatts(application),
        actor=Actor.system(),
        now=context.now,
    )
    return {"account_no": account.account_no}


@operation("connections.change_holder")
def change_holder(context: OperationContext) -> dict[str, Any]:
    """Put the account into the applicant's name."""
    application = selectors.application(context.case_id)
    customers.change_holder(
        directorate_id=context.directorate_id,
        account_no=application.account_no,
        holder_id=application.applicant_id,
        case_id=context.case_id,
        actor=Actor.system(),
        now=context.now,
    )
    return {}


@operation("connections.change_load")
def change_load(context: OperationContext) -> dict[str, Any]:
    """Write the new load to the account."""
    application = selectors.application(context.case_id)
    customers.change_load(
        directorate_id=context.directorate_id,
        account_no=application.account_no,
        load_kw=_kilowatts(application),
        phases=int(context.variables.get("phases_confirmed") or application.phases),
        case_id=context.case_id,
        actor=Actor.system(),
        now=context.now,
    )
    return {}


@operation("connections.close_account")
def close_account(context: OperationContext) -> dict[str, Any]:
    """Close the account on its final reading."""
    application = selectors.application(context.case_id)
    customers.close_account(
        directorate_id=context.directorate_id,
        account_no=application.account_no,
        final_reading_kwh=int(context.variables.get("final_reading") or 0),
        case_id=context.case_id,
        actor=Actor.system(),
        now=context.now,
    )
    return {}
