"""The demonstration's pages: become anybody with one press, and see the citizens' telephones."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from wasl.accounts import services as accounts
from wasl.accounts.models import User
from wasl.accounts.policies import DEMO, policy
from wasl.core import scope
from wasl.disclosures import demo as protected
from wasl.notifications import selectors as notifications
from wasl.web import demo_people


@policy(DEMO)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody whom the visitor may become."""
    with scope.within_system():
        context = {
            "citizens": demo_people.citizens(),
            "staff": demo_people.staff(timezone.now()),
            "protected": protected.offered(),
            "passphrase": protected.PASSPHRASE,
        }
        return render(request, "web/demo.html", context)


@require_POST
@policy(DEMO)
def become(request: HttpRequest) -> HttpResponse:
    """Become the chosen person, and go to where that person works."""
    try:
        user = demo_people.person(request.POST.get("person", ""))
    except (User.DoesNotExist, ValidationError):
        raise Http404 from None
    accounts.become(request, user)
    return redirect("casework:desk" if user.is_staff else "casework:my_cases")


@policy(DEMO)
def phone(request: HttpRequest) -> HttpResponse:
    """The text messages that went out, on a telephone of glass: the newest first."""
    with scope.within_system():
        context = {"texts": notifications.latest_texts(limit=40)}
        return render(request, "web/demo_phone.html", context)
