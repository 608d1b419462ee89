"""What the operations of outages read of a request: its language and day, and the directorate asked for."""

from datetime import date
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import Field

from wasl.accounts.api_access import moment
from wasl.core.calendars import BAGHDAD
from wasl.core.problems import Refusal
from wasl.directorates import selectors as directorates
from wasl.directorates.models import Directorate
from wasl.outages import selectors

DirectorateCode = Annotated[str, Field(max_length=20, pattern=r"^[A-Za-z0-9_-]*$")]
DistrictCode = Annotated[str, Field(max_length=48, pattern=r"^[A-Za-z0-9_.-]*$")]
FeederCode = Annotated[str, Field(max_length=32, description="As it is written on its page.")]


def language() -> str:
    """The language that was asked for."""
    return get_language() or "ar"


def today(request: HttpRequest) -> date:
    """The day in Baghdad on which the request came."""
    return moment(request).astimezone(BAGHDAD).date()


def site() -> str:
    """The address of this installation, without a slash at its end."""
    return settings.WASL_PUBLIC_URL.rstrip("/")


def offices(code: str = "") -> list[Directorate]:
    """The directorates that have a network; the one of a code, or all of them."""
    found = map(directorates.by_id, selectors.served())
    return [each for each in found if code.upper() in {"", each.code}]


def office(code: str) -> Directorate:
    """The directorate of a code. :raises Refusal: when it has no network, or there is none."""
    found = offices(code) if code else []
    if not found:
        raise Refusal(404, "NOT_SERVED", _("No directorate has this code."))
    return found[0]
