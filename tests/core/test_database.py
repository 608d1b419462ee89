"""What PostgreSQL itself holds: append-only tables, scoped rows, the role's rights, Arabic text."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, migrations, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wasl.core import database, scope
from wasl.core.arabic import normalise

KARKH, RUSAFA = 1, 2
PERSON, OTHER = uuid4(), uuid4()
CASE, OTHER_CASE = uuid4(), uuid4()


def _run(operation: migrations.RunSQL, *, backwards: bool = False) -> None:
    script = operation.reverse_sql if backwards else operation.sql
    with connection.cursor() as cursor:
        for statement in [script] if isinstance(script, str) else script:
            cursor.execute(statement)


@pytest.fixture
def guarded(db):
    """A table like those of the apps, made by the owner, used by the application."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(
            "CREATE TABLE guarded (directorate_id int, person_id uuid, case_id uuid, note text)"
        )
    _run(database.row_level_security("guarded", person="person_id", case="case_id"))
    database.grant_to_app_role()
    rows = [
        (KARKH, PERSON, CASE, "mine in karkh"),
        (RUSAFA, PERSON, OTHER_CASE, "mine in rusafa"),
        (KARKH, OTHER, uuid4(), "other in karkh"),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wasl_app")
        cursor.executemany("INSERT INTO guarded VALUES (%s, %s, %s, %s)", rows)


def _seen() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM guarded")
        return {row[0] for row in cursor.fetchall()}


def _with_country():
    scope.apply_country()


def test_scope_shows_exactly_the_rows_of_whom_it_names(guarded):
    everything = {"mine in karkh", "mine in rusafa", "other in karkh"}

    with scope.within_system():
        assert _seen() == everything
    with scope.within_staff([KARKH]):
        assert _seen() == {"mine in karkh", "other in karkh"}
    with scope.within_staff([]):
        assert _seen() == set()
    with scope.within_person(PERSON):
        assert _seen() == {"mine in karkh", "mine in rusafa"}
    with scope.within_case(CASE):
        assert _seen() == {"mine in karkh"}
    scope.apply_country()
    assert _seen() == everything
    scope.apply("NONE")
    assert _seen() == set()


def test_scope_ends_with_its_block_also_after_an_error(guarded):
    scope.apply("NONE")

    with pytest.raises(ZeroDivisionError), scope.within_system():
        1 / 0  # noqa: B018

    assert _seen() == set()


def test_scope_accepts_no_row_of_somebody_else(guarded):
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        scope.within_person(PERSON),
        connection.cursor() as cursor,
    ):
        cursor.execute("INSERT INTO guarded VALUES (%s, %s, %s, 'forged')", [KARKH, OTHER, CASE])


def test_scope_changes_no_row_of_somebody_else(guarded):
    with scope.within_staff([RUSAFA]), connection.cursor() as cursor:
        cursor.execute("UPDATE guarded SET note = 'changed' WHERE directorate_id = %s", [KARKH])
        assert cursor.rowcount == 0


def test_row_level_security_is_reversible(guarded):
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    _run(database.row_level_security("guarded", person="person_id", case="case_id"), backwards=True)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wasl_app")
    scope.apply("NONE")

    assert len(_seen()) == 3


@pytest.fixture
def diary(db):
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("CREATE TABLE diary (day date NOT NULL, note text) PARTITION BY RANGE (day)")
        cursor.execute("CREATE TABLE diary_all PARTITION OF diary DEFAULT")
    _run(database.append_only("diary"))
    database.grant_to_app_role()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO diary VALUES ('2026-11-23', 'the meter was sealed')")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


CHANGES = ["UPDATE diary SET note = 'nothing happened'", "DELETE FROM diary"]


@pytest.mark.parametrize("change", CHANGES)
def test_append_only_refuses_even_the_owner(diary, change):
    with (
        pytest.raises(IntegrityError, match="only ever added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


@pytest.mark.parametrize("change", [*CHANGES, "TRUNCATE diary", "SELECT * FROM diary_all"])
def test_append_only_gives_the_application_no_right_to_change(diary, change):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wasl_app")

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


def test_append_only_takes_further_rows(diary):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wasl_app")
        cursor.execute("INSERT INTO diary VALUES ('2026-11-24', 'and read')")
        cursor.execute("SELECT count(*) FROM diary")
        assert cursor.fetchone()[0] == 2


@pytest.mark.django_db
def test_application_cannot_change_tables_or_drop_guards():
    for statement in ("CREATE TABLE t (a int)", "ALTER TABLE accounts_user ADD COLUMN a int"):
        with (
            pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


# What people type and paste, and any other character that both sides know.
TYPED = st.text(alphabet="أإآٱاىيیةهھکكؤئءـ ًّٰٕ٠٥٩۰۵۹ ABZabz09\t\n\u00a0\u200c\u200f\u2003\u0654")
ANYTHING = st.text(st.characters(exclude_categories=("Cs", "Cn"), exclude_characters="\x00"))


@pytest.mark.django_db
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.one_of(TYPED, ANYTHING))
def test_ar_norm_is_the_twin_of_normalise(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT ar_norm(%s)", [text])
        assert cursor.fetchone()[0] == normalise(text)


@pytest.mark.django_db
def test_ar_norm_lets_similar_words_meet():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ar_norm('شَقّة') = ar_norm('شقه'), "
            "similarity('انقطاع الكهرباء', 'انقطاع التيار الكهربائي') > 0.4"
        )
        assert cursor.fetchone() == (True, True)
