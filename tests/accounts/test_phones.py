"""Iraqi mobile numbers, in every way they are written."""

import pytest

from wasl.accounts import phones


@pytest.mark.parametrize(
    "text",
    [
        "07701234567",
        "0770 123 4567",
        "0770-123-4567",
        "٠٧٧٠١٢٣٤٥٦٧",
        "٠٧٧٠ ١٢٣ ٤٥٦٧",
        "۰۷۷۰۱۲۳۴۵۶۷",
        "7701234567",
        "9647701234567",
        "009647701234567",
        "00964 770 123 4567",
        "+9647701234567",
        "+964 (0)770 123 4567",
        "+964 0770 123 4567",
        "(0770) 123 4567",
        " \u200e+964 770 123 4567\u200f ",
        "٠٠٩٦٤٧٧٠١٢٣٤٥٦٧",
    ],
)
def test_parse_reads_every_iraqi_form(text):
    assert phones.parse(text) == "+9647701234567"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "0770 123 456",
        "0770 123 45678",
        "017701234567",
        "01 543 2100",  # a landline of Baghdad
        "+1 202 555 0143",
        "+44 7700 900123",
        "0044 7700 900123",
        "call 0770 123 4567",
        "0770 123 4567 ext 2",
        "0770 123 4567; DROP TABLE",
        "0" * 5000,
        "٠٧٧٠",
        "+",
        "()",
    ],
)
def test_parse_refuses_what_is_no_iraqi_mobile(text):
    with pytest.raises(phones.UnableToReadPhone):
        phones.parse(text)


def test_shown_and_masked_are_as_people_write():
    assert phones.shown("+9647701234567") == "0770\u00a0123\u00a04567"
    assert phones.masked("+9647701234567") == "0770\u00a0•••\u00a0••67"
