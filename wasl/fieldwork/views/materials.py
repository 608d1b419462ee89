"""The store of field work: what is there, what is asked for, who gives and who takes; and what is missing."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from wasl.accounts import selectors as accounts
from wasl.accounts.policies import actor_of, office_of, policy, roles
from wasl.accounts.roles import Role
from wasl.core import references
from wasl.core.errors import Unable
from wasl.core.forms import WaslForm
from wasl.fieldwork import listed, selectors, services
from wasl.fieldwork.forms import BringBackForm, DeliveryForm, IssueForm

KEEPERS = roles(Role.STORE_KEEPER)
READERS = KEEPERS | roles(
    Role.SUPERVISOR, Role.ENGINEER, Role.DIRECTOR, Role.QUALITY_OFFICER, Role.AUDITOR
)


@policy(READERS)
def materials(request: HttpRequest) -> HttpResponse:
    """What is in store, what crews ask for, and material that nobody accounts for."""
    here, now = office_of(request), timezone.now()
    name = listed.MATERIALS
    context = {
        "stock": [(listed.label(name, x.material), x) for x in selectors.stock(here)],
        "serials": [(listed.label(name, x.material), x) for x in selectors.serials_in_store(here)],
        "requests": [
            {
                "label": listed.label(name, each.material),
                "row": each,
                "is_serial": listed.is_serial(each.material),
                "left": each.quantity - sum(each.moves.values_list("quantity", flat=True)),
                "members": (
                    each.order.crew.members.filter(valid_to=None).select_related("user")
                    if each.order.crew
                    else []
                ),
            }
            for each in selectors.open_requests(here)
        ],
        "differences": [
            (listed.label(name, each.row.material), each)
            for each in selectors.differences(here, now)
        ],
        "may_keep": KEEPERS.admits(request.standing),  # type: ignore[attr-defined]
    }
    return render(request, "fieldwork/materials.html", context)


@policy(KEEPERS)
@require_POST
def issue(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Hand out what was asked for."""
    form = IssueForm(request.POST)
    if form.is_valid():
        try:
            services.issue(
                directorate_id=office_of(request), request_id=request_id, actor=actor_of(request),
                now=timezone.now(), **form.cleaned_data,
            )  # fmt: skip
            messages.success(request, _("Handed out."))
        except Unable as error:
            messages.error(request, str(error))
    else:
        messages.error(request, _("Choose who takes it, and how much."))
    return redirect("fieldwork:materials")


@policy(KEEPERS)
def receive(request: HttpRequest) -> HttpResponse:
    """Take a delivery into the store."""
    form = DeliveryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.receive(
                directorate_id=office_of(request), actor=actor_of(request), now=timezone.now(),
                **form.cleaned_data,
            )  # fmt: skip
            messages.success(request, _("Taken into the store."))
            return redirect("fieldwork:materials")
        except Unable as error:
            form.add_error(None, str(error))
    return _form_page(request, form, str(_("Receive a delivery")))


@policy(KEEPERS)
def bring_back(request: HttpRequest) -> HttpResponse:
    """Take back what an order did not use."""
    form = BringBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _take_back(request, form)
            messages.success(request, _("Taken into the store."))
            return redirect("fieldwork:materials")
        except Unable as error:
            form.add_error(None, str(error))
    return _form_page(request, form, str(_("Take back material")))


def _take_back(request: HttpRequest, form: WaslForm) -> None:
    here, now, values = office_of(request), timezone.now(), form.cleaned_data
    order = selectors.order_of(references.normalise(values["reference"]))
    if order is None or order.directorate_id != here:
        raise services.UnableToMoveMaterial(cause=_("no order of this office has this number."))
    staff_no = values["given_by"].strip().upper()
    giver = next(
        (each.user for each in accounts.team(here, now) if each.user.staff_no == staff_no), None
    )
    if giver is None:
        raise services.UnableToMoveMaterial(cause=_("nobody here has this staff number."))
    services.bring_back(
        order_id=order.id, material=values["material"], quantity=values["quantity"],
        serial=values["serial"], given_by=giver.pk, actor=actor_of(request), now=now,
    )  # fmt: skip


def _form_page(request: HttpRequest, form: WaslForm, title: str) -> HttpResponse:
    context = {"form": form, "title": title}
    return render(
        request, "fieldwork/material_form.html", context, status=422 if form.errors else 200
    )
