"""What comes from outside is hostile until proven."""

import io

import pikepdf
import pytest
from PIL import Image

from wasl.core import uploads


def picture(kind: str = "JPEG", **options: object) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (400, 300), (10, 90, 90)).save(written, kind, **options)
    return written.getvalue()


def paper(change: object = None) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(200, 200))
    if callable(change):
        change(pdf)
    written = io.BytesIO()
    pdf.save(written)
    return written.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_photographs_are_written_anew_as_jpeg(kind: str) -> None:
    clean = uploads.accept(io.BytesIO(picture(kind)))

    assert clean.content_type == "image/jpeg"
    assert clean.content[:3] == b"\xff\xd8\xff"


def test_where_a_photograph_was_taken_is_gone() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010F] = "a telephone"

    clean = uploads.accept(io.BytesIO(picture(exif=exif)))

    assert not Image.open(io.BytesIO(clean.content)).getexif()


def test_what_hides_behind_a_picture_is_gone() -> None:
    clean = uploads.accept(io.BytesIO(picture() + b"<?php system($_GET[0]); ?>"))

    assert b"php" not in clean.content


def test_scripts_actions_and_attachments_of_a_pdf_are_gone() -> None:
    def arm(pdf: pikepdf.Pdf) -> None:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.Root.OpenAction = script
        pdf.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["x", script]))
        pdf.pages[0].obj.AA = pikepdf.Dictionary(O=script)
        pdf.attachments["evil.exe"] = b"MZ"

    clean = uploads.accept(io.BytesIO(paper(arm)))

    assert clean.pages == 1
    assert b"JavaScript" not in clean.content
    assert b"app.alert" not in clean.content
    with pikepdf.open(io.BytesIO(clean.content)) as pdf:
        assert not pdf.attachments
        assert "/OpenAction" not in pdf.Root


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", uploads.FileIsEmpty),
        (b"<script>alert(1)</script>", uploads.FileHasWrongType),
        (b"MZ\x90\x00", uploads.FileHasWrongType),
        (b"%PDF-1.7 this is none", uploads.UnableToAcceptFile),
        (b"\xff\xd8\xff not a picture", uploads.UnableToAcceptFile),
        (b"GIF89a" + b"\0" * 100, uploads.FileHasWrongType),
    ],
)
def test_what_is_no_photograph_and_no_pdf_is_refused(content: bytes, error: type) -> None:
    with pytest.raises(error):
        uploads.accept(io.BytesIO(content))


def test_a_huge_file_is_refused_before_it_is_read_whole() -> None:
    with pytest.raises(uploads.FileIsTooLarge):
        uploads.accept(io.BytesIO(picture() + b"\0" * 4096), limit_bytes=2048)


def test_a_small_file_of_very_many_pixels_is_refused() -> None:
    written = io.BytesIO()
    Image.new("1", (12000, 12000)).save(written, "PNG")

    with pytest.raises(uploads.UnableToAcceptFile):
        uploads.accept(io.BytesIO(written.getvalue()))


def test_a_locked_pdf_is_refused_with_its_own_words() -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    written = io.BytesIO()
    pdf.save(written, encryption=pikepdf.Encryption(user="x", owner="y"))

    with pytest.raises(uploads.FileIsLocked):
        uploads.accept(io.BytesIO(written.getvalue()))
