"""Policies: who is admitted, where the others are sent, and whose rows the request then sees."""

from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import connection
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from tests import people
from wasl.accounts import policies
from wasl.accounts.middleware import PolicyMiddleware
from wasl.accounts.policies import CITIZEN, DEMO, PUBLIC, SIGNED_IN, STAFF, policy, roles
from wasl.accounts.roles import Role

pytestmark = pytest.mark.django_db
ADMITTED, MISSING, TO_CITIZENS, TO_STAFF = "200", "403", "citizens", "staff"

RULES = {
    "public": PUBLIC,
    "signed in": SIGNED_IN,
    "citizen": CITIZEN,
    "staff": STAFF,
    "inspector": roles(Role.INSPECTOR),
    "inspector or citizen": roles(Role.INSPECTOR) | CITIZEN,
    "inspector or engineer": roles(Role.INSPECTOR, Role.ENGINEER),
}
MATRIX = {
    #                        anonymous    citizen   no role   inspector  engineer
    "public": (ADMITTED, ADMITTED, ADMITTED, ADMITTED, ADMITTED),
    "signed in": (TO_CITIZENS, ADMITTED, ADMITTED, ADMITTED, ADMITTED),
    "citizen": (TO_CITIZENS, ADMITTED, MISSING, MISSING, MISSING),
    "staff": (TO_STAFF, MISSING, ADMITTED, ADMITTED, ADMITTED),
    "inspector": (TO_STAFF, MISSING, MISSING, ADMITTED, MISSING),
    "inspector or citizen": (TO_CITIZENS, ADMITTED, MISSING, ADMITTED, MISSING),
    "inspector or engineer": (TO_STAFF, MISSING, MISSING, ADMITTED, ADMITTED),
}


def scope_now() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('wasl.scope', true), current_setting('wasl.of', true)"
        )
        return cursor.fetchone()


def seen(request, **kwargs):
    response = HttpResponse("ok")
    response.scope = scope_now()
    response.actor = policies.actor_of(request)
    return response


def ask(rule, user, client, *, path="/desk/?a=1", method="get", second_factor=True, **headers):
    """What the rule answers to a person, with a genuine session."""
    people.sign_in(client, user, second_factor=second_factor) if user else client.logout()
    request = getattr(RequestFactory(headers=headers), method)(path)
    request.session = client.session
    request.user = user or SimpleNamespace(is_authenticated=False, pk=None)
    return policy(rule)(seen)(request)


def outcome(response) -> str:
    if response.status_code == 302:
        assert response["Location"].endswith("?next=%2Fdesk%2F%3Fa%3D1")
        staff = response["Location"].startswith("/account/staff/sign-in/")
        return TO_STAFF if staff else TO_CITIZENS
    return str(response.status_code)


@pytest.mark.parametrize("name", MATRIX)
def test_rule_admits_exactly_whom_it_names(name, client):
    persons = (
        None,
        people.citizen(),
        people.staff(),
        people.staff(Role.INSPECTOR),
        people.staff(Role.ENGINEER),
    )

    assert tuple(outcome(ask(RULES[name], person, client)) for person in persons) == MATRIX[name]


def test_missing_role_names_what_is_needed(client):
    response = ask(roles(Role.INSPECTOR, Role.ENGINEER), people.staff(), client)

    text = response.content.decode()
    assert str(Role.INSPECTOR.label) in text
    assert str(Role.ENGINEER.label) in text


def test_scope_follows_the_person(client):
    citizen = people.citizen()
    inspector = people.staff(Role.INSPECTOR, directorate_id=7)
    auditor = people.staff(Role.AUDITOR, directorate_id=7)

    assert ask(PUBLIC, None, client).scope == ("NONE", "")
    assert ask(PUBLIC, citizen, client).scope == ("PERSON", str(citizen.pk))
    assert ask(STAFF, inspector, client).scope == ("STAFF", "7")
    assert ask(STAFF, people.staff(), client).scope == ("STAFF", "")
    assert ask(STAFF, auditor, client).scope[0] == "COUNTRY"


def test_actor_has_the_role_that_the_page_asked_for(client):
    user = people.staff(Role.SUPERVISOR, Role.INSPECTOR, directorate_id=7)

    actor = ask(roles(Role.INSPECTOR), user, client).actor

    assert (actor.kind, actor.role, actor.directorate_id) == ("STAFF", "INSPECTOR", 7)
    assert ask(PUBLIC, None, client).actor.kind == "PUBLIC"
    assert ask(CITIZEN, people.citizen(), client).actor.kind == "CITIZEN"


def test_staff_without_second_factor_only_set_it_up(client):
    inspector = people.staff(Role.INSPECTOR)

    desk = ask(roles(Role.INSPECTOR), inspector, client, second_factor=False)
    public = ask(PUBLIC, inspector, client, second_factor=False)
    set_up = ask(policies.SECOND_FACTOR, inspector, client, second_factor=False)

    assert desk.status_code == 302
    assert desk["Location"].startswith("/account/staff/second-factor/set-up/?next=")
    assert (public.scope, public.actor.kind) == (("NONE", ""), "PUBLIC")
    assert (set_up.status_code, set_up.scope[0]) == (200, "NONE")


def test_demo_pages_exist_in_demo_mode_only(client, settings):
    settings.WASL_DEMO = True
    assert ask(DEMO, None, client).status_code == 200

    settings.WASL_DEMO = False
    with pytest.raises(Http404):
        ask(DEMO, None, client)


def test_a_form_sent_after_the_session_ended_does_not_lead_back(client):
    assert ask(CITIZEN, None, client, method="post")["Location"] == "/account/sign-in/"


def test_htmx_is_told_to_load_the_sign_in_page_as_a_whole(client):
    response = ask(CITIZEN, None, client, **{"HX-Request": "true"})

    assert response.status_code == 200
    assert response["HX-Redirect"].startswith("/account/sign-in/?next=")


@pytest.mark.parametrize("debug", [True, False])
def test_a_view_without_policy_is_refused(settings, debug):
    settings.DEBUG = debug
    middleware = PolicyMiddleware(lambda request: HttpResponse())

    with pytest.raises(ImproperlyConfigured if debug else PermissionDenied):
        middleware.process_view(RequestFactory().get("/"), lambda request: HttpResponse(), (), {})
    assert middleware.process_view(RequestFactory().get("/"), policy(PUBLIC)(seen), (), {}) is None


def test_policies_of_a_view_without_transaction_set_no_scope(client):
    view = policy(PUBLIC, atomic=False)(seen)
    request = RequestFactory().get("/")
    request.session = client.session
    request.user = SimpleNamespace(is_authenticated=False, pk=None)

    assert view(request).scope[0] == "SYSTEM"  # as the test set it
    assert view._non_atomic_requests == {"default"}


def test_guard_puts_a_policy_on_views_of_others():
    from django.urls import include, path

    patterns = [path("a/", include([path("b/", seen)])), path("c/", policy(PUBLIC)(seen))]

    policies.guard(patterns, STAFF)

    assert patterns[0].url_patterns[0].callback.wasl_policy == STAFF
    assert patterns[1].callback.wasl_policy == PUBLIC


def test_middlewares_stand_in_their_order():
    order = django_settings.MIDDLEWARE
    auth = order.index("django.contrib.auth.middleware.AuthenticationMiddleware")
    assert order[-1] == "wasl.accounts.middleware.PolicyMiddleware"
    assert order.index("wasl.accounts.middleware.SignedInSessionMiddleware") > auth
    assert django_settings.DATABASES["default"]["ATOMIC_REQUESTS"]
