"""The desk of arrears."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from wasl.accounts.policies import actor_of, policy
from wasl.billing import arrears_desk
from wasl.billing.views.runs import READERS


@policy(READERS)
def arrears(request: HttpRequest) -> HttpResponse:
    """Who is late, step by step."""
    directorate_id = actor_of(request).directorate_id
    if directorate_id is None:
        raise Http404
    context = arrears_desk.overview(directorate_id, request.GET.get("stage", ""))
    return render(request, "billing/arrears/arrears.html", context)
