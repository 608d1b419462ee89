"""The spine: declared, append-only, committed to."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import rfc8785
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from wasl.accounts.actors import Actor
from wasl.events import kinds, payloads, services
from wasl.events.models import Event

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
KIND = "tests.events.happened"
if KIND not in {kind.name for kind in kinds.all_kinds()}:
    kinds.declare(
        kinds.Kind(
            name=KIND,
            label="a test",
            fields={"word": "string", "count": "integer?"},
            public=("count",),
        )
    )

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(max_codepoint=0x7F), max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def record(**data: object) -> Event:
    return services.record(
        kind=KIND,
        subject=("case", uuid4()),
        actor=Actor.system(),
        directorate_id=1,
        data=data,
        now=NOW,
    )


@given(st.dictionaries(st.text(st.characters(max_codepoint=0x7F), max_size=8), plain, max_size=5))
def test_our_canonical_form_is_that_of_the_rfc(content: dict) -> None:
    assert payloads.canonical(content) == rfc8785.dumps(content)


@pytest.mark.django_db
def test_the_public_part_is_only_what_is_declared_public() -> None:
    assert record(word="علي", count=3).public == {"count": 3}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "data", [{}, {"word": 1}, {"word": "x", "more": 1}, {"word": "x", "count": True}]
)
def test_what_is_not_declared_cannot_be_recorded(data: dict) -> None:
    with pytest.raises(services.UnableToRecordEvent):
        record(**data)


@pytest.mark.django_db
def test_the_commitment_can_be_computed_again_from_the_row() -> None:
    event = record(word="x", count=1)
    stored = Event.objects.get(id=event.id)
    content = payloads.payload(
        event_id=stored.id,
        kind=stored.kind,
        subject=(stored.subject_type, stored.subject_id),
        actor_kind=stored.actor_kind,
        actor_role=stored.actor_role,
        directorate_id=stored.directorate_id,
        recorded_at=stored.recorded_at,
        data=stored.data,
    )

    assert payloads.commit(bytes(stored.salt), content) == bytes(stored.commitment)
    assert payloads.commit(bytes(stored.salt), content | {"role": "X"}) != bytes(stored.commitment)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", ["UPDATE events_event SET kind = 'x'", "DELETE FROM events_event"]
)
@pytest.mark.parametrize("role", ["wasl_app", "owner"])
def test_nobody_changes_what_happened(change: str, role: str) -> None:
    record(word="x")

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        if role == "owner":
            cursor.execute("RESET ROLE")
        cursor.execute(change)


@pytest.mark.django_db
def test_months_have_their_own_partitions() -> None:
    event = record(word="x")

    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(
            "SELECT tableoid::regclass::text FROM events_event WHERE id = %s", [event.id]
        )
        assert cursor.fetchone()[0] == "events_event_202611"


@pytest.mark.django_db
def test_together_is_one_statement_in_the_same_order() -> None:
    with CaptureQueriesContext(connection) as said, services.together():
        first = record(word="first")
        with services.together():
            second = record(word="second")
        assert not Event.objects.filter(id__in=[first.id, second.id]).exists()
    assert sum("INSERT INTO" in each["sql"] for each in said.captured_queries) == 1
    stored = Event.objects.filter(id__in=[first.id, second.id])
    assert {each.data["word"] for each in stored} == {"first", "second"}


@pytest.mark.django_db
def test_what_fails_together_is_not_written_at_all() -> None:
    with pytest.raises(LookupError), transaction.atomic(), services.together():
        record(word="x")
        raise LookupError
    assert not Event.objects.exists()
    record(word="y")  # and what comes after is written at once
    assert Event.objects.count() == 1
