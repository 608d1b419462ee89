"""
The crew's phone: its orders with every step that is still to come, on one page that needs no network.

Each step is its own small form, which the phone keeps and sends when it can (casework/offline.js), with
its own id, count and time.
"""

import re
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from wasl.accounts.policies import actor_of, policy, roles
from wasl.accounts.roles import Role
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.fieldwork import board, listed, selectors, services
from wasl.fieldwork.forms import ActionForm, MaterialForm
from wasl.fieldwork.models import FieldAction, WorkOrder
from wasl.fieldwork.models.orders import State

CREW = roles(Role.TECHNICIAN)
Kind, Outcome = FieldAction.Kind, FieldAction.Outcome
# What is still to come, by where the order stands.
TO_COME = {
    State.DISPATCHED: (Kind.ACCEPT, Kind.ARRIVE, Kind.SAFE, Kind.RESTORE, Kind.REPAIR),
    State.ACCEPTED: (Kind.ARRIVE, Kind.SAFE, Kind.RESTORE, Kind.REPAIR),
    State.ON_SITE: (Kind.SAFE, Kind.RESTORE, Kind.REPAIR),
    State.MADE_SAFE: (Kind.RESTORE, Kind.REPAIR),
    State.REPAIRED: (Kind.RESTORE,),
}
CODE = re.compile(r"[\w./-]{1,64}")
MATERIAL = (Kind.USE, Kind.SCRAP, Kind.TAKE_OUT)


@policy(CREW)
def crew(request: HttpRequest) -> HttpResponse:
    """My crew's orders."""
    return _page(request)


@policy(CREW)
def act(request: HttpRequest, order_id: UUID, kind: str) -> HttpResponse:
    """
    What was done. The answer says what became of it; whatever can be read is kept.

    A look at the address itself leads to the page.
    """
    kind = kind.upper().replace("-", "_")
    if kind not in Kind.values:
        raise Http404
    if request.method != "POST":
        return redirect("fieldwork:crew")
    # Whatever may be a code: whether it is without supply is for the service to say.
    codes = [each for each in request.POST.getlist("transformers") if CODE.fullmatch(each)]
    form = ActionForm(request.POST, request.FILES, kind=kind, groups=codes[:500])
    sent = _sent(form, order_id, kind)
    if sent is None:
        return _page(request, wrong=(order_id, form))
    try:
        _tell(request, services.take(sent=sent, actor=actor_of(request), now=timezone.now()))
    except WorkOrder.DoesNotExist:
        raise Http404 from None
    except Unable as error:
        form.add_error(None, str(error))
        return _page(request, wrong=(order_id, form))
    return redirect("fieldwork:crew")


def _sent(form: ActionForm, order_id: UUID, kind: str) -> services.Sent | None:
    """
    What the phone sent; None where it has to be filled in again.

    A phone that counts has sent it for good: what is wrong is kept beside it, so that no count is
    missing.
    """
    is_valid, now = form.is_valid(), timezone.now()
    values = form.cleaned_data
    is_counted = bool(values.get("sequence")) and bool(values.get("stream"))
    if not values.get("action_id") or not (is_valid or is_counted):
        return None
    told = " ".join(str(each) for row in form.errors.values() for each in row)
    return services.Sent(
        id=values["action_id"],
        order_id=order_id,
        kind=kind,
        at=values.get("at") or now,
        stream=values["stream"] if is_counted else "",
        sequence=values["sequence"] if is_counted else 0,
        data=form.data_of_kind(),
        photo=values["photo"][0] if values.get("photo") else None,
        lat=values.get("lat"),
        lon=values.get("lon"),
        problem=told,
    )


@policy(CREW)
@require_POST
def ask(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Ask the store for material for an order of my crew."""
    mine = {each.id for each in _orders(request)}
    if order_id not in mine:
        raise Http404
    form = MaterialForm(request.POST)
    if form.is_valid():
        try:
            services.ask(
                order_id=order_id, material=form.cleaned_data["material"],
                quantity=form.cleaned_data["quantity"], actor=actor_of(request),
                now=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("The store has been asked."))
        except Unable as error:
            messages.error(request, str(error))
    else:
        messages.error(request, _("Choose a material, and how much of it."))
    return redirect("fieldwork:crew")


def _tell(request: HttpRequest, action: FieldAction) -> None:
    if action.outcome == Outcome.DONE:
        messages.success(request, _("Recorded."))
    elif action.outcome == Outcome.WAITING:
        messages.info(
            request, _("Kept. It is recorded as soon as what came before it has arrived.")
        )
    else:
        messages.warning(
            request, _("Kept, and the duty desk looks at it: %(why)s") % {"why": action.why}
        )


def _orders(request: HttpRequest) -> list[WorkOrder]:
    actor = actor_of(request)
    today = timezone.now().astimezone(BAGHDAD).date()
    mine = selectors.crew_of(actor.user_id or UUID(int=0), today)
    return selectors.orders_of(mine) if mine else []


def _page(request: HttpRequest, wrong: tuple[UUID, ActionForm] | None = None) -> HttpResponse:
    actor = actor_of(request)
    today = timezone.now().astimezone(BAGHDAD).date()
    mine = selectors.crew_of(actor.user_id or UUID(int=0), today)
    orders = selectors.orders_of(mine) if mine else []
    context: dict[str, Any] = {
        "crew": mine,
        "orders": [_card(each, wrong) for each in orders],
        "open_actions": selectors.own_open_actions(actor.user_id or UUID(int=0)),
        "ask": MaterialForm(auto_id=False),
        "form": wrong[1] if wrong else None,
    }
    return render(request, "fieldwork/crew.html", context, status=422 if wrong else 200)


def _card(order: WorkOrder, wrong: tuple[UUID, ActionForm] | None) -> dict[str, Any]:
    groups = [each.group for each in selectors.groups_off(order)]
    steps = [
        _form(order, kind, groups, wrong)
        for kind in TO_COME.get(State(order.state), ())
        if kind != Kind.RESTORE or groups
    ]
    return {
        "order": order,
        "title": board.title_of(order),
        "steps": steps,
        "materials": [
            (listed.label(listed.MATERIALS, each.material), each)
            for each in order.materials.order_by("material")
        ],
        "spend": [_form(order, kind, groups, wrong) for kind in MATERIAL],
        "back": _form(order, Kind.RETURN, groups, wrong) if order.is_with_crew else None,
    }


def _form(
    order: WorkOrder, kind: str, groups: list[str], wrong: tuple[UUID, ActionForm] | None
) -> tuple[str, str, ActionForm]:
    """The kind as it stands in the address, its words, and the form."""
    if wrong is not None and wrong[0] == order.id and wrong[1].kind == kind:
        form = wrong[1]
    else:
        form = ActionForm(
            kind=kind, groups=groups, auto_id=f"id_{order.reference}_{kind}_%s",
            initial={"action_id": uuid4()},
        )  # fmt: skip
    return kind.lower().replace("_", "-"), str(Kind(kind).label), form
