"""The API of a citizen's browsers: in which of them they want a sign when a message has come."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from wasl.accounts.api_access import CITIZEN, Admit, moment, person
from wasl.core import limits
from wasl.core.api_shapes import PROBLEMS, Given
from wasl.notifications import pushing
from wasl.notifications.channels import web_push

router = Router(tags=["subscriptions"])
# Of one person, as on the page.
TRIES, PER_SECONDS = 30, 3600


class Browsers(Schema):
    """In how many browsers the person gets signs. Without a key signs are not offered here."""

    browsers: int
    key: str = Field(description="Our public key, as `applicationServerKey` takes it.")


class GivenBrowser(Given):
    """What `PushManager.subscribe` gave to the page."""

    endpoint: Annotated[str, Field(min_length=1, max_length=1000)]
    p256dh: Annotated[str, Field(min_length=1, max_length=200)]
    auth: Annotated[str, Field(min_length=1, max_length=100)]


def _browsers(request: HttpRequest) -> Browsers:
    return Browsers(browsers=pushing.count_of(person(request)), key=web_push.public_key())


@router.get(
    "/my/browsers", auth=Admit(CITIZEN), operation_id="getMyBrowsers",
    response={200: Browsers, **PROBLEMS},
)  # fmt: skip
def get_mine(request: HttpRequest) -> Any:
    """In how many browsers the citizen gets a sign when a message has come, and our key for more."""
    return _browsers(request)


@router.post(
    "/my/browsers", auth=Admit(CITIZEN), operation_id="keepBrowser",
    response={200: Browsers, **PROBLEMS},
)  # fmt: skip
def keep(request: HttpRequest, given: GivenBrowser) -> Any:
    """Give signs to a browser from now on. The eleventh pushes out the oldest; the same one is one."""
    user, now = person(request), moment(request)
    limits.require(f"push:{user.pk}", limit=TRIES, per_seconds=PER_SECONDS, now=now)
    pushing.keep(user=user, endpoint=given.endpoint, p256dh=given.p256dh, auth=given.auth, now=now)
    return _browsers(request)


@router.post(
    "/my/browsers/stop", auth=Admit(CITIZEN), operation_id="forgetBrowsers",
    response={204: None, **PROBLEMS},
)  # fmt: skip
def forget(request: HttpRequest) -> Any:
    """No more signs in any browser of the citizen."""
    pushing.forget(user=person(request))
    return Status(204, None)
