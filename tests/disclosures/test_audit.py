"""No report can be made to vanish: whoever has every right on the database is found out."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.disclosures.conftest import NOW, Office
from wasl.core import scope
from wasl.disclosures import audit, selectors, services
from wasl.disclosures.models import Batch, Published, Step
from wasl.events.models import Event
from wasl.transparency.models import Leaf
from wasl.transparency.services import sealing as log

pytestmark = pytest.mark.owner
KIND = "disclosures.commitment"


@pytest.fixture
def told(office: Office):
    """Two reports, one answered, in the log."""
    with scope.within_system():
        kept, _receipt = office.file()
        victim, _receipt = office.file()
        office.reply(victim, office.officers[0], "جواب")
        services.publish_batch(now=NOW)
        log.advance(now=NOW)
        yield kept, victim


GUARDED = [
    *(f"disclosures_{name}" for name in ("published", "box", "step", "reader", "report")),
    "disclosures_recipientkey",
    "events_event",
]


def as_owner(*statements: str) -> None:
    """What somebody does who may do everything: the guards are taken away first."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount > 0, statement
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def findings() -> list[str]:
    return list(audit.findings(NOW))


def test_what_is_whole_has_no_finding(told) -> None:
    assert findings() == []
    call_command("disclosures_check")


def test_a_report_that_was_deleted_is_missed(told) -> None:
    _kept, victim = told
    mine = f"report_id = '{victim.id}'"
    as_owner(
        "DELETE FROM disclosures_published WHERE step_id IN "
        f"(SELECT id FROM disclosures_step WHERE {mine})",
        f"DELETE FROM disclosures_box WHERE {mine}",
        f"DELETE FROM disclosures_step WHERE {mine}",
        f"DELETE FROM disclosures_reader WHERE {mine}",
        f"DELETE FROM disclosures_report WHERE id = '{victim.id}'",
    )

    found = findings()
    assert len(found) == 2  # of each of its two steps
    assert all(line.startswith("a report is missing") for line in found)
    with pytest.raises(CommandError):
        call_command("disclosures_check")


def test_an_entry_cannot_be_passed_off_as_an_empty_one(told) -> None:
    """With all keys of the site: the log has committed to the data, not to the row."""
    _kept, victim = told
    published = Published.objects.filter(step__report=victim).first()
    event = Event.objects.get(id=published.event_id)
    data = {**event.data, "report": services.empty_hash(event.subject_id)}
    as_owner(
        f"DELETE FROM disclosures_published WHERE step_id = {published.step_id}",
        f"UPDATE events_event SET data = '{json.dumps(data)}' WHERE id = '{event.id}'",
    )

    assert any("was changed" in line for line in findings())


def test_an_entry_cannot_be_hidden_under_another_kind(told) -> None:
    _kept, victim = told
    mine = f"report_id = '{victim.id}'"
    steps = f"SELECT id FROM disclosures_step WHERE {mine}"
    as_owner(
        "UPDATE events_event SET kind = 'web.nothing' WHERE id IN "
        f"(SELECT event_id FROM disclosures_published WHERE step_id IN ({steps}))",
        f"DELETE FROM disclosures_published WHERE step_id IN ({steps})",
        f"DELETE FROM disclosures_box WHERE {mine}",
        f"DELETE FROM disclosures_step WHERE {mine}",
        f"DELETE FROM disclosures_reader WHERE {mine}",
        f"DELETE FROM disclosures_report WHERE id = '{victim.id}'",
    )

    assert len(findings()) == 2


def closed_and_erased(office: Office, victim, *, closed_at, erased_at) -> None:
    """What somebody with the database does who wants the words gone at once."""
    services.move(
        report_id=victim.id, stage="CLOSED", outcome="NOT_OURS",
        officer=office.officers[0].user, now=NOW,
    )  # fmt: skip
    services.publish_batch(now=closed_at, is_forced=True)
    log.advance(now=NOW + timedelta(days=1))
    Step.objects.create(
        report=victim, place=4, stage="ERASED", on_date=(NOW + timedelta(days=181)).date()
    )
    as_owner(f"DELETE FROM disclosures_box WHERE report_id = '{victim.id}'")
    services.publish_batch(now=erased_at, is_forced=True)
    log.advance(now=NOW + timedelta(days=1))


def early(now) -> list[str]:
    return [line for line in audit.findings(now) if "before its time" in line]


def test_what_was_erased_early_is_found_though_the_row_says_otherwise(told, office: Office) -> None:
    day = NOW + timedelta(days=1)
    closed_and_erased(office, told[1], closed_at=day, erased_at=day)
    as_owner(
        "UPDATE disclosures_published SET recorded_at = recorded_at - interval '200 days' "
        "WHERE step_id = (SELECT id FROM disclosures_step WHERE stage = 'CLOSED')"
    )
    assert early(day)


@pytest.mark.parametrize(("closed", "erased"), [(-200, 1), (1, 200)])
def test_nor_do_wrong_times_in_the_log_itself_help(told, office: Office, closed, erased) -> None:
    """The log's other entries tell about when it took one in."""
    closed_and_erased(
        office, told[1],
        closed_at=NOW + timedelta(days=closed), erased_at=NOW + timedelta(days=erased),
    )  # fmt: skip
    assert early(NOW + timedelta(days=1))


def test_changed_words_a_lost_step_and_a_lost_event_are_found(told) -> None:
    kept, victim = told
    as_owner(
        f"UPDATE disclosures_box SET sealed = sealed || '\\x00' WHERE report_id = '{kept.id}'",
        f"UPDATE disclosures_step SET stage = 'CLOSED', outcome = 'NOT_OURS' "
        f"WHERE report_id = '{victim.id}' AND place = 2",
    )
    found = "\n".join(findings())
    assert "sealed content was changed" in found
    assert "not what the log commits to" in found

    lost = Published.objects.filter(step__report=kept).get()
    as_owner(f"DELETE FROM events_event WHERE id = '{lost.event_id}'")
    found = "\n".join(findings())
    assert "its event is missing" in found
    assert "stands in the log and is not here" in found


def test_a_key_that_was_slipped_in_is_found(told, office: Office) -> None:
    key = office.officers[0].key
    as_owner(
        f"UPDATE disclosures_recipientkey SET public_key = sha256('mine') WHERE id = '{key.id}'"
    )
    assert any("fingerprint is another's" in line for line in findings())
    as_owner(
        f"DELETE FROM events_event WHERE kind = 'disclosures.key.approved' AND subject_id = '{key.id}'"
    )
    as_owner(f"UPDATE disclosures_recipientkey SET fingerprint = 'x' WHERE id = '{key.id}'")
    assert any(line.startswith("key x") for line in findings())


def test_what_never_goes_to_the_log_is_found(office: Office) -> None:
    with scope.within_system():
        office.file()
        late = NOW + timedelta(days=4)

        assert any("not in the log yet" in line for line in audit.findings(late))


def test_a_batch_tells_neither_how_many_nor_which(told, office: Office) -> None:
    """Leaves alike but for what is random, in a fixed number, whether or not anything happened."""
    services.publish_batch(now=NOW + timedelta(hours=1))  # not due: nothing
    services.publish_batch(now=NOW + timedelta(hours=6))  # due, though nothing happened
    log.advance(now=NOW + timedelta(hours=6))
    leaves = [
        json.loads(bytes(leaf.entry))
        for leaf in Leaf.objects.order_by("index")
        if KIND.encode() in bytes(leaf.entry)
    ]

    assert list(Batch.objects.order_by("published_at").values_list("size", flat=True)) == [16, 16]
    assert len(leaves) == 32
    random = {"case", "payload_commit"}
    shapes = Counter(
        json.dumps({k: v for k, v in leaf.items() if k not in {*random, "log_time"}})
        for leaf in leaves
    )
    assert len(shapes) == 1
    only = json.loads(next(iter(shapes)))
    assert (only["public"], only["seq"], only["prev"], only["actor_role"]) == ({}, 1, "", "")
    assert only["office"] == "MINISTRY"
    for name in random:
        assert len({leaf[name] for leaf in leaves}) == 32
    # Nor does an event say in its fields what a row in the tables would: sizes and keys are alike.
    events = Event.objects.filter(kind=KIND)
    assert {tuple(sorted(event.data)) for event in events} == {
        ("outcome", "report", "sealed", "stage", "step")
    }
    assert {len(event.data["report"]) for event in events} == {64}


def test_a_batch_of_many_is_a_multiple(office: Office) -> None:
    with scope.within_system():
        for _n in range(17):
            office.file()
        assert services.publish_batch(now=NOW) == 32
        assert Step.objects.filter(published=None).count() == 0
        assert selectors.next_batch_at(NOW) == NOW + timedelta(hours=6)
