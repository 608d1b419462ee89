"""Paper: the data are data, in three languages, and the fonts are ours."""

import io
from pathlib import Path

import pikepdf
import pytest

from wasl.core import pdf

TEMPLATE = Path(__file__).resolve().parents[2] / "wasl/connections/pdf/answers.typ"


def answers(language: str = "ar", **more: object) -> dict[str, object]:
    return {
        "language": language,
        "title": "توصيل مقياس جديد",
        "office": "مديرية توزيع كهرباء الكرخ",
        "brand": "وصل",
        "reference_label": "رقم المعاملة",
        "reference": "K7MN-4XPD-2",
        "date": "23 تشرين الثاني 2026",
        "rows": [{"label": "الاسم", "value": "زينب كاظم"}],
        "note": "نسخة من أجوبتك",
        "qr": pdf.qr_svg("https://wasl.example/track/?reference=K7MN-4XPD-2"),
        **more,
    }


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_answers_become_one_page_with_our_font(language: str) -> None:
    made = pdf.render(TEMPLATE, answers(language))

    with pikepdf.open(io.BytesIO(made)) as opened:
        assert len(opened.pages) == 1
        fonts = {str(font.BaseFont) for font in opened.pages[0].obj.Resources.Font.values()}
    assert all("Vazirmatn" in name for name in fonts)


def test_many_answers_run_on_to_another_page() -> None:
    rows = [{"label": f"سؤال {n}", "value": "جواب " * 40} for n in range(40)]

    with pikepdf.open(io.BytesIO(pdf.render(TEMPLATE, answers(rows=rows)))) as opened:
        assert len(opened.pages) > 1


@pytest.mark.parametrize(
    "value",
    [
        '#read("/etc/passwd")',
        "#panic()",
        "$ x ] } \\ `",
        "*bold* _it_ @ref <label>",
        "\u202e\u0000x",
    ],
)
def test_what_people_write_is_never_source(value: str) -> None:
    made = pdf.render(TEMPLATE, answers(rows=[{"label": value, "value": value}]))

    assert made[:5] == b"%PDF-"


def test_a_qr_code_is_a_picture_without_script() -> None:
    drawn = pdf.qr_svg('"><script>alert(1)</script>')

    assert drawn.startswith("<svg")
    assert "script" not in drawn
