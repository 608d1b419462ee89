"""Notices as files: strict reading, three languages, short enough for a text message."""

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import gettext_lazy

from wasl.notifications import notices
from wasl.notifications.sms import sms_parts

GOOD = """
audience = "CITIZEN"
[values]
reference = "K7MN-4XPD-2"
place = "الكرخ"
[sms]
ar = "معاملتك {reference} قيد المراجعة."
ckb = "مامەڵەکەت {reference} لە پێداچوونەوەدایە."
en = "Your case {reference} is being reviewed."
[subject]
ar = "المراجعة"
ckb = "پێداچوونەوە"
en = "Review"
[body]
ar = "معاملتك {reference} في {place}."
ckb = "مامەڵەکەت {reference} لە {place}."
en = "Your case {reference} in {place}."
"""


def shipped():
    return [
        pytest.param(notice, language, id=f"{name}-{language}")
        for name, notice in notices.all_notices().items()
        for language in notices.LANGUAGES
    ]


@pytest.mark.parametrize(("notice", "language"), shipped())
def test_every_shipped_notice_can_be_written_and_its_sms_has_two_parts(notice, language):
    text = notice.write(notice.examples, language)

    assert "{" not in text.subject + text.body + text.sms
    assert sms_parts(text.sms) <= 2, f"{len(text.sms)} characters: {text.sms}"
    assert len(text.subject) <= 80


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("{reference} قيد", "{case} قيد"), "{case} is not declared"),
        (("{reference} is being", "{place} is being"), "{place} may not stand in an SMS"),
        (('ckb = "پێداچوونەوە"', ""), "[subject] has no ckb"),
        (('"CITIZEN"', '"ALL"'), "audience"),
        (("[subject]", "[title]"), "unknown table or key title"),
        (('place = "الكرخ"', 'place = "الكرخ"\nday = "x"'), "day is declared and nowhere used"),
        (("{reference} in", "{reference.__class__} in"), "{reference.__class__} is not declared"),
        (("{reference} in", "{reference!r} in"), "{reference!r} is not declared"),
        (("{place}.", "{place"), "broken braces"),
        (("[values]", "[values"), "line 3"),
    ],
)
def test_a_file_that_is_not_right_says_what_is_wrong(change, problem):
    assert change[0] in GOOD

    with pytest.raises(notices.UnableToReadNotice) as caught:
        notices.parse("test.review", GOOD.replace(*change))

    assert problem in str(caught.value)


def test_values_that_are_not_the_declared_ones_are_refused():
    notice = notices.parse("test.review", GOOD)

    with pytest.raises(notices.UnableToWriteNotice) as missing:
        notice.write({"reference": "K7MN-4XPD-2"}, "ar")
    with pytest.raises(notices.UnableToWriteNotice) as foreign:
        notice.write({"reference": "a", "place": "b", "name": "c"}, "ar")

    assert "place" in str(missing.value)
    assert "name" in str(foreign.value)


def test_a_value_cannot_bring_placeholders_or_formats_of_its_own():
    notice = notices.parse("test.review", GOOD)

    text = notice.write({"reference": "{place}", "place": "%(x)s {0}"}, "en")

    assert text.body == "Your case {place} in %(x)s {0}."


def test_values_are_spelt_in_the_readers_language():
    at = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)

    assert notices.spell(date(2026, 11, 23), "ar") == "23 تشرين الثاني 2026"
    assert notices.spell(at, "en") == "23 November 2026 12:05"
    assert notices.spell(1250000, "ckb") == "1,250,000"
    assert notices.spell({"ar": "شباط", "en": "x"}, "ckb") == "شباط"
    assert notices.spell(gettext_lazy("Arabic"), "ar") == "العربيّة"


def test_a_reference_keeps_its_direction_in_arabic_only():
    notice = notices.parse("test.review", GOOD)
    values = {"reference": "2K7M-4XPD-2", "place": "الكرخ"}

    assert "\u20662K7M-4XPD-2\u2069" in notice.write(values, "ar").sms
    assert "\u2066" not in notice.write(values, "en").sms


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("م" * 70, 1),
        ("م" * 71, 2),
        ("م" * 134, 2),
        ("م" * 135, 3),
        ("a" * 69 + "ê", 1),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_sms_parts_counts_as_the_operators_do(text, parts):
    assert sms_parts(text) == parts
