"""
The API fuzzed from its own document: whatever is sent, no error of ours, and an answer as promised.

WASL_FUZZ_EXAMPLES=500 makes it long: so many requests of each kind to each operation.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, checks

from tests import people
from wasl.api import assembly, entry
from wasl.complaints import services
from wasl.core import limits
from wasl.wsgi import application

from .conftest import NOW, Town

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EXAMPLES = int(os.environ.get("WASL_FUZZ_EXAMPLES", "3"))
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


def headers_of(who: str, town: Town) -> tuple[dict[str, str], dict[str, str], str]:
    """Headers and cookies of a caller, and the reference of a report that is theirs."""
    sent = {
        "reporter": None,
        "now": NOW,
        "said": town.said("street_light", answers={"fault": "off"}),
    }
    if who == "citizen":
        citizen = people.citizen()
        made = services.report(**(sent | {"reporter": citizen})).report
        session = people.sign_in(Client(), citizen).cookies["sessionid"].value
        token = _get_new_csrf_string()
        cookies = {"sessionid": session, "csrftoken": token}
        return {"X-CSRFToken": token}, cookies, made.reference
    made = services.report(**sent)
    proof = {"Wasl-Tracking-Number": made.secret}
    if who == "partner":
        _client, key = services.register_client(code="F", name="F", jurisdictions=[], now=NOW)
        proof["Authorization"] = f"Bearer {key}"
    return proof, {}, made.report.reference


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """The test is one transaction: a request's end must not close its connection (as Client has it)."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("who", ["anybody", "citizen", "partner"])
def test_nothing_that_is_sent_breaks_it(who: str, town: Town, monkeypatch: Any) -> None:
    monkeypatch.setattr(entry, "_require_patience", lambda *_given: None)
    monkeypatch.setattr(limits, "require", lambda *_given, **_more: None)
    monkeypatch.setattr(limits, "require_unspent", lambda *_given, **_more: None)
    headers, cookies, reference = headers_of(who, town)
    schema = schemathesis.openapi.from_dict(assembly.document())
    schema.app = _served
    done = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        _fuzz(operation, GenerationMode.POSITIVE, headers, cookies, reference)
        with suppress(Unsatisfiable):  # nothing is taken that could be wrong
            _fuzz(operation, GenerationMode.NEGATIVE, headers, cookies, reference)
        done.add(operation.label)
    assert len(done) == sum(len(methods) for methods in assembly.document()["paths"].values())


def _served(environ: dict[str, Any], start: Any) -> Any:
    """As a server calls the application: it knows from where it was asked."""
    return application({**environ, "REMOTE_ADDR": "127.0.0.1"}, start)


def _fuzz(operation: Any, mode: Any, headers: Any, cookies: Any, reference: str) -> None:
    turns = iter(range(10**9))

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize="WASL_FUZZ_EXAMPLES" not in os.environ,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        own = dict(headers)
        if next(turns) % 2 and "reference" in (case.path_parameters or {}):
            case.path_parameters["reference"] = reference
        if any(each.name == "Idempotency-Key" for each in operation.headers):
            own |= {"Idempotency-Key": uuid4().hex} if mode is GenerationMode.POSITIVE else {}
        answer = case.call(headers=own, cookies=cookies)
        case.validate_response(answer, checks=CHECKS)

    run()
