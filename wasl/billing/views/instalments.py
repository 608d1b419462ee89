"""Paying a debt in parts: choose one of the plans that the published rule offers."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wasl.accounts.policies import CITIZEN, actor_of, policy
from wasl.billing import selectors, services
from wasl.billing.views.citizen import own_account
from wasl.core import scope
from wasl.core.errors import Unable
from wasl.core.forms import WaslForm
from wasl.customers import account_numbers


class PlanForm(WaslForm):
    """In how many parts."""

    count = forms.TypedChoiceField(
        label=_("In how many parts?"), coerce=int, widget=forms.RadioSelect,
        error_messages={"required": _("Choose in how many parts you pay.")},
    )  # fmt: skip

    def __init__(self, *args: Any, offered: dict[int, list[services.Part]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["count"].choices = [(count, str(count)) for count in offered]  # type: ignore[attr-defined]


@policy(CITIZEN)
def instalments(request: HttpRequest, account_no: str) -> HttpResponse:
    """The plans for an own account; one press agrees."""
    account = own_account(request, account_no)
    now = timezone.now()
    today = timezone.localdate(now)
    key: dict[str, Any] = {"directorate_id": account.directorate_id, "account_no": account_no}
    context: dict[str, Any] = {"account": account, "shown_no": account_numbers.shown(account_no)}
    with scope.within_system():
        context["plan"] = selectors.running_plan(**key)
        context["granted"] = selectors.granted_plan(**key, on=today)
        context["dues"] = selectors.dues(**key, on=today)
        try:
            offered = {} if context["plan"] else services.offers(**key, on=today)
        except Unable as error:
            return render(request, "billing/instalments/none.html", {**context, "cause": error})
    if context["plan"] is not None:
        return render(request, "billing/instalments/running.html", context)
    form = PlanForm(request.POST if request.method == "POST" else None, offered=offered)
    if request.method == "POST" and form.is_valid():
        try:
            with scope.within_system():
                services.agree_on_plan(
                    **key, count=form.cleaned_data["count"], actor=actor_of(request), now=now
                )
            messages.success(
                request, _("Agreed. Nothing of it is overdue as long as you keep to the days.")
            )
            return redirect("billing:instalments", account_no=account_no)
        except Unable as error:
            form.add_error(None, str(error))
    context |= {"form": form, "offered": offered}
    status = 422 if form.errors else 200
    return render(request, "billing/instalments/choose.html", context, status=status)
