"""Filing, answering, closing, erasing; who reads, who does not; and that nothing can vanish."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from tests.disclosures.conftest import NOW, Office
from wasl.core import scope
from wasl.core.uploads import CleanUpload
from wasl.disclosures import audit, receipts, sealing, selectors, services
from wasl.disclosures.models import Box, Published, Report, Stage, Step, Tally
from wasl.events.models import Event
from wasl.notifications.models import Message

SECRET = "المهندس فلان يأخذ مئتي ألف"
DAY = timedelta(days=1)


def stages(report: Report) -> list[str]:
    return [step.stage for step in selectors.steps_of(report)]


def test_a_dialogue_from_filing_to_closing(office: Office) -> None:
    report, receipt = office.file(SECRET)
    first, second = office.officers
    office.reply(report, first, "متى كان ذلك؟", NOW + DAY)
    opened = services.open_dialogue(receipt=receipt)
    services.say(opened=opened, words="يوم الأحد", files=[], now=NOW + 2 * DAY)
    for officer in (first, second):
        assert office.words(report, officer.private) == [SECRET, "متى كان ذلك؟", "يوم الأحد"]
    assert office.words(report, opened.private) == [SECRET, "متى كان ذلك؟", "يوم الأحد"]
    services.move(
        report_id=report.id, stage="CLOSED", outcome="CONFIRMED", officer=second.user,
        now=NOW + 3 * DAY,
    )  # fmt: skip

    assert stages(report) == ["RECEIVED", "ANSWERED", "IN_REVIEW", "CLOSED"]
    # Whoever writes after the closing opens it again.
    services.say(opened=opened, words="قطعوا عني الكهرباء", files=[], now=NOW + 4 * DAY)
    assert stages(report)[-1] == Stage.IN_REVIEW


def test_the_same_form_twice_is_one_report(office: Office) -> None:
    receipt = receipts.new()
    one, _receipt = office.file(receipt=receipt)
    two, _receipt = office.file(receipt=receipt)

    assert one == two
    assert Step.objects.count() == 1
    assert Tally.objects.get(count__gt=0).count == 1


def test_a_receipt_that_nobody_has_opens_nothing(office: Office) -> None:
    office.file()

    with pytest.raises(services.UnableToOpenDialogue):
        services.open_dialogue(receipt=receipts.new())
    with pytest.raises(services.UnableToOpenDialogue):
        services.open_with(private=sealing.new_private())


def test_who_belongs_to_the_office_or_is_named_does_not_read(office: Office) -> None:
    inside = office.officer(("ENGINEER", 1))
    named = office.officers[0]
    report, _receipt = office.file(SECRET, involved=frozenset({named.user.pk}))

    for officer in (inside, named):
        assert office.words(report, officer.private) == []
        assert selectors.report_for(officer.user, report.id) is None
        assert selectors.desk(officer.user, NOW.date()) == []
    assert office.words(report, office.officers[1].private) == [SECRET]
    about_the_ministry, _receipt = office.file(office=office.ministry)
    assert about_the_ministry.readers.count() == 3  # their own office is not the one reported


def test_without_a_reader_nothing_is_taken_in(office: Office) -> None:
    with pytest.raises(services.UnableToReceive):
        office.file(involved=frozenset(o.user.pk for o in office.officers))
    assert not Report.objects.exists()
    assert not Tally.objects.exists()


def test_nothing_that_was_said_stands_anywhere_in_the_database(office: Office) -> None:
    """Every column of every table, in the encodings in which words could hide."""
    photo = CleanUpload(content=b"JPEG-BYTES-OF-THE-PHOTO" * 9, content_type="image/jpeg")
    report, receipt = office.file(SECRET, files=[photo], involved=frozenset())
    office.reply(report, office.officers[0], "جواب المكتب السري")
    services.publish_batch(now=NOW)
    private = services.open_dialogue(receipt=receipt).private

    dump = _dump()

    needles = [SECRET, "جواب المكتب السري", "JPEG-BYTES", receipt, receipts.grouped(receipt)]
    for needle in needles:
        raw = needle.encode()
        assert raw not in dump
        assert raw.hex().encode() not in dump
    assert private not in dump
    assert private.hex().encode() not in dump
    # The positive: what is there would have been found.
    assert report.code.encode() in dump
    assert bytes(report.public_key).hex().encode() in dump


def _dump() -> bytes:
    parts = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'p') "
            "AND c.relnamespace = current_schema()::regnamespace AND NOT c.relispartition"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {table} t")
            parts += [row[0].encode() for row in cursor.fetchall()]
    return b"\n".join(parts)


def test_no_column_tells_when(office: Office) -> None:
    """Days without hours, and identifiers that are not of time (version 7 tells the millisecond)."""
    report, _receipt = office.file()
    box = Box.objects.get()

    assert report.id.version == 4
    assert box.id.version != 7 or box.id.bytes == sealing.header_of(bytes(box.sealed)).box_id
    kinds = {field.get_internal_type() for m in (Report, Step, Box) for field in m._meta.fields}
    assert "DateTimeField" not in kinds
    assert not Event.objects.filter(kind="disclosures.commitment").exists()  # not in this moment


def test_no_scope_but_the_systems_sees_a_row(office: Office) -> None:
    office.file()
    scopes = {
        "STAFF": f"{office.ministry},1", "COUNTRY": "", "NONE": "", "CASE": str(uuid4()),
        "PERSON": str(office.officers[0].user.pk),
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        for kind, of in scopes.items():
            cursor.execute(
                "SELECT set_config('wasl.scope', %s, true), set_config('wasl.of', %s, true)",
                [kind, of],
            )
            for name in (*TABLES, "tally"):
                cursor.execute(f"SELECT count(*) FROM disclosures_{name}")
                assert cursor.fetchone() == (0,), (kind, name)
        cursor.execute("SELECT set_config('wasl.scope', 'SYSTEM', true)")


TABLES = ["report", "step", "box", "reader", "recipientkey", "keystep", "batch", "published"]


def _refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError:
        return True
    return False


def _changes(table: str) -> list[str]:
    column = _some_column(table)
    return [
        f"DELETE FROM disclosures_{table}",
        f"UPDATE disclosures_{table} SET {column} = {column}",
    ]


def test_the_application_changes_and_removes_nothing(office: Office) -> None:
    office.file()
    services.publish_batch(now=NOW)
    for table in TABLES:
        for statement in (*_changes(table), f"TRUNCATE disclosures_{table} CASCADE"):
            assert _refused(statement), statement


@pytest.mark.owner
def test_nor_does_the_owner_without_taking_the_guard_away(office: Office) -> None:
    with scope.within_system():
        office.file()
        services.publish_batch(now=NOW)
        for table in TABLES:
            for statement in _changes(table):
                assert _refused(statement), statement


def _some_column(table: str) -> str:
    return {
        "report": "code", "step": "stage", "box": "sealed", "reader": "key_id",
        "recipientkey": "fingerprint", "keystep": "move", "batch": "size", "published": "event_id",
    }[table]  # fmt: skip


def test_erasing_is_refused_before_its_time_whoever_asks(office: Office) -> None:
    report, _receipt = office.file()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT disclosures_erase(%s)", [report.id])
    services.move(
        report_id=report.id, stage="CLOSED", outcome="NOT_OURS",
        officer=office.officers[0].user, now=NOW,
    )  # fmt: skip
    for place, days in ((3, 179), (4, 400)):  # too soon; with a gap
        with pytest.raises(DatabaseError), transaction.atomic():
            Step.objects.create(
                report=report, place=place, stage="ERASED", on_date=(NOW + days * DAY).date()
            )
    assert services.erase_due(now=NOW + 400 * DAY) == 0  # the rule's five years are not over


def test_content_goes_by_the_rule_and_the_stub_stays(office: Office) -> None:
    report, receipt = office.file(SECRET)
    services.publish_batch(now=NOW)
    services.move(
        report_id=report.id, stage="CLOSED", outcome="NOT_SHOWN",
        officer=office.officers[0].user, now=NOW,
    )  # fmt: skip
    services.publish_batch(now=NOW + DAY)
    later = NOW + 1826 * DAY
    assert services.erase_due(now=later) == 1
    assert services.erase_due(now=later) == 0
    services.publish_batch(now=later)

    assert not Box.objects.exists()
    assert stages(report) == ["RECEIVED", "CLOSED", "ERASED"]
    assert list(audit.findings(later)) == []
    opened = services.open_dialogue(receipt=receipt)
    with pytest.raises(services.UnableToWrite):
        services.say(opened=opened, words="x", files=[], now=later)


def test_steps_follow_each_other(office: Office) -> None:
    report, _receipt = office.file()
    officer = office.officers[0].user
    for stage, outcome in (("CLOSED", ""), ("CLOSED", "NONSENSE"), ("IN_REVIEW", "CONFIRMED")):
        with pytest.raises(services.UnableToWrite):
            services.move(
                report_id=report.id, stage=stage, outcome=outcome, officer=officer, now=NOW
            )
    for values in (
        {"place": 3, "stage": "IN_REVIEW"},
        {"place": 2, "stage": "CLOSED"},
        {"place": 2, "stage": "IN_REVIEW", "on_date": (NOW - DAY).date()},
        {"place": 2, "stage": "IN_REVIEW", "author": "REPORTER", "by": officer.pk},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            Step.objects.create(**{"report": report, "on_date": NOW.date(), **values})


def test_an_answer_is_for_this_reports_readers_or_refused(office: Office) -> None:
    from wasl.disclosures import bundles, exports

    report, _receipt = office.file()
    other, _receipt = office.file()
    officer = office.officers[0]
    text = bundles.answer(exports.sealed_report(report, NOW), "جواب")
    box = bundles.box_of_answer(text, str(report.id))
    only_me = sealing.seal(
        b"{}", readers=[sealing.public_of(officer.private)],
        context=sealing.context(bytes(report.public_key), "OFFICER"),
    )  # fmt: skip
    for report_id, wrong in (
        (other.id, box), (report.id, only_me), (report.id, b"words"),
        (report.id, box + bytes(services.dialogue.MOST_BOX_BYTES)),
    ):  # fmt: skip
        with pytest.raises(services.UnableToWrite):
            services.reply(report_id=report_id, box=wrong, officer=officer.user, now=NOW)
    services.reply(report_id=report.id, box=box, officer=officer.user, now=NOW)
    with pytest.raises(services.UnableToWrite):  # replayed
        services.reply(report_id=report.id, box=box, officer=officer.user, now=NOW)
    with pytest.raises(bundles.NotRead):
        bundles.box_of_answer(text, str(other.id))


def test_a_day_has_a_most_of_messages(office: Office) -> None:
    _report, receipt = office.file()
    opened = services.open_dialogue(receipt=receipt)
    for _n in range(services.dialogue.MOST_A_DAY - 1):
        services.say(opened=opened, words="و", files=[], now=NOW)
    with pytest.raises(services.UnableToWrite):
        services.say(opened=opened, words="و", files=[], now=NOW)
    services.say(opened=opened, words="و", files=[], now=NOW + DAY)


def test_a_key_comes_and_goes_by_two_people(office: Office) -> None:
    from wasl.disclosures import keyfiles
    from wasl.disclosures.models import KeyStep, RecipientKey

    one, two = (officer.user for officer in office.officers)
    public = keyfiles.public_text(sealing.public_of(sealing.new_private()))
    key = services.propose_key(public=public, holder=one, now=NOW)
    with pytest.raises(services.UnableToChangeKey):
        services.propose_key(public=public, holder=two, now=NOW)
    with pytest.raises(services.UnableToChangeKey):
        services.propose_key(public="no key", holder=two, now=NOW)
    with pytest.raises(services.UnableToChangeKey):
        services.move_key(key_id=key.id, move="APPROVED", officer=one, now=NOW)
    # Nor past the service.
    with pytest.raises(DatabaseError), transaction.atomic():
        KeyStep.objects.create(key=key, move="APPROVED", by=one.pk, at=NOW)
    assert key.id not in {k.id for k in selectors.keys_in_use(NOW)}
    services.move_key(key_id=key.id, move="APPROVED", officer=two, now=NOW)
    report, _receipt = office.file()
    assert report.readers.filter(key=key).exists()

    services.move_key(key_id=key.id, move="LEAVING", officer=one, now=NOW)
    with pytest.raises(services.UnableToChangeKey):
        services.move_key(key_id=key.id, move="RETIRED", officer=one, now=NOW)
    services.move_key(key_id=key.id, move="RETIRED", officer=two, now=NOW)
    later, _receipt = office.file()
    assert not later.readers.filter(key=key).exists()
    # Events of one moment: their numbers do not tell which came first.
    recorded = Event.objects.filter(kind__startswith="disclosures.key.", subject_id=key.id)
    assert sorted(e.kind for e in recorded) == [
        "disclosures.key.approved",
        "disclosures.key.retired",
    ]
    fingerprint = RecipientKey.objects.get(id=key.id).fingerprint
    assert {e.public["fingerprint"] for e in recorded} == {fingerprint}


def test_nobody_is_ever_written_to(office: Office) -> None:
    before = Message.objects.count()
    report, receipt = office.file()
    office.reply(report, office.officers[0], "جواب")
    services.say(opened=services.open_dialogue(receipt=receipt), words="شكراً", files=[], now=NOW)
    services.publish_batch(now=NOW)

    assert Message.objects.count() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%%disclos%%'")
        assert cursor.fetchone() == (0,)


def test_no_row_of_the_tally_belongs_to_a_report(office: Office) -> None:
    """PostgreSQL shows with every row which transaction wrote it: the same one as the report."""
    office.file(office=2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT xmin::text) FROM disclosures_tally")
        rows, transactions = cursor.fetchone()
    assert rows > 20  # every kind and office
    assert transactions == 1
    assert Tally.objects.filter(count__gt=0).get().directorate_id == 2


def test_figures_are_shown_of_enough_and_of_months_that_are_over(office: Office) -> None:
    for _n in range(9):
        office.file()
    office.file(office=2)
    in_january = NOW.replace(year=2027, month=1)

    assert selectors.figures(NOW.date()).total is None
    found = selectors.figures(in_january.date())
    assert (found.total, found.offices) == (10, [])
    assert found.kinds == [("BRIBERY", 10)]
    office.file(now=in_january)
    assert selectors.figures(in_january.date()).total == 10
    assert selectors.figures(in_january.replace(month=2).date()).offices == [(1, 10)]


def test_one_report_more_moves_no_figure_and_none_is_found_by_taking_away(office: Office) -> None:
    """Who compares two months, or a sum with its parts, learns of no single report."""
    for _n in range(20):
        office.file()
    office.file(office=2)
    found = selectors.figures(NOW.replace(year=2027, month=1).date())
    assert found.offices == [(1, 20)]
    assert found.total == 20  # not 21, which would tell of the one about office 2
    office.file(now=NOW.replace(year=2027, month=1))
    assert selectors.figures(NOW.replace(year=2027, month=2).date()) == replace(
        found, until=NOW.replace(year=2027, month=2, day=1).date()
    )


def test_published_belongs_to_a_step_once(office: Office) -> None:
    office.file()
    services.publish_batch(now=NOW)

    assert Published.objects.count() == 1
