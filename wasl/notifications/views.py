"""A citizen's messages: the list, one message, and e-mail beside it."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wasl.accounts.models import User
from wasl.accounts.policies import PUBLIC, SIGNED_IN, policy
from wasl.core import limits
from wasl.core.errors import Unable
from wasl.notifications import channels, pushing, selectors, services
from wasl.notifications.forms import MailAddressForm
from wasl.notifications.models import Message


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


@require_GET
@policy(SIGNED_IN)
def inbox(request: HttpRequest) -> HttpResponse:
    """The newest messages, unread ones marked."""
    sends_mail = any(each.carries == channels.LETTER for each in channels.all_installed())
    return render(
        request,
        "notifications/inbox.html",
        {
            "letters": list(selectors.messages_of(_person(request))),
            "sends_mail": sends_mail,
            "browsers": pushing.count_of(_person(request)),
        },
    )


@require_GET
@policy(SIGNED_IN)
def message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """One message, and what else was sent with it. Opening it marks it read."""
    try:
        found = selectors.message_for(_person(request), message_id)
    except Message.DoesNotExist:
        raise Http404 from None
    letter = services.mark_read(message=found, now=timezone.now())
    context = {"letter": letter, "others": list(selectors.sent_with(letter))}
    return render(request, "notifications/message.html", context)


@require_http_methods(["GET", "POST"])
@policy(SIGNED_IN)
def mail(request: HttpRequest) -> HttpResponse:
    """Also by e-mail: give an address."""
    person = _person(request)
    form = MailAddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.give_mail_address(
            user=person,
            address=form.cleaned_data["address"],
            now=timezone.now(),
        )
        messages.info(
            request, _("Open the link in the letter that we sent you, to confirm the address.")
        )
        return redirect("notifications:mail")
    context = {"form": form, "given": selectors.mail_address_of(person)}
    return render(request, "notifications/mail.html", context)


@require_POST
@policy(SIGNED_IN)
def mail_stop(request: HttpRequest) -> HttpResponse:
    """No more e-mails."""
    services.forget_mail_address(user=_person(request))
    messages.info(request, _("You get no more e-mails from us."))
    return redirect("notifications:mail")


@require_http_methods(["GET", "POST"])
@policy(PUBLIC)
def mail_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the letter. A button confirms, as mail programs open links by themselves."""
    if request.method == "GET":
        return render(request, "notifications/mail_confirm.html", {"is_asked": True})
    try:
        services.confirm_mail_address(token=token, now=timezone.now())
    except services.UnableToConfirmMailAddress as unable:
        return render(request, "notifications/mail_confirm.html", {"unable": unable}, status=410)
    return render(request, "notifications/mail_confirm.html", {})


@require_POST
@policy(SIGNED_IN)
def push(request: HttpRequest) -> HttpResponse:
    """This browser gets a sign when a message has come. Asked by a script, so it answers in JSON."""
    person, now = _person(request), timezone.now()
    try:
        limits.require(f"push:{person.pk}", limit=30, per_seconds=3600, now=now)
        pushing.keep(
            user=person,
            endpoint=request.POST.get("endpoint", ""),
            p256dh=request.POST.get("p256dh", ""),
            auth=request.POST.get("auth", ""),
            now=now,
        )
    except Unable as unable:
        return JsonResponse({"error": str(unable)}, status=422)
    return JsonResponse({"kept": True})


@require_POST
@policy(SIGNED_IN)
def push_stop(request: HttpRequest) -> HttpResponse:
    """No more signs in any browser of the person."""
    pushing.forget(user=_person(request))
    messages.info(request, _("Your browsers get no more signs from us."))
    return redirect("notifications:inbox")
