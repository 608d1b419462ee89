"""What comes from outside is hostile until proven."""

import io
import zlib

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
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


def test_a_photograph_held_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    clean = uploads.accept(io.BytesIO(picture(exif=exif)))

    assert Image.open(io.BytesIO(clean.content)).size == (300, 400)


def test_a_broken_note_of_the_camera_is_no_reason_to_refuse() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    broken = picture(exif=exif).replace(b"Exif\x00\x00II", b"Exif\x00\x00IX")

    assert uploads.accept(io.BytesIO(broken)).content[:3] == b"\xff\xd8\xff"


def test_black_letters_on_nothing_stay_legible() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(written, "PNG")

    clean = uploads.accept(io.BytesIO(written.getvalue()))

    assert min(Image.open(io.BytesIO(clean.content)).getpixel((100, 100))) > 250


def test_a_picture_that_would_unfold_into_gigabytes_is_refused() -> None:
    written = io.BytesIO()
    Image.new("1", (6000, 6000)).save(written, "PNG")

    with pytest.raises(uploads.UnableToAcceptFile):
        uploads.accept(io.BytesIO(written.getvalue()))


def test_a_photograph_of_a_thousand_scans_is_refused() -> None:
    scans = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" * 1000

    with pytest.raises(uploads.UnableToAcceptFile):
        uploads.accept(io.BytesIO(picture() + scans))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_half_a_photograph_is_refused(kind: str) -> None:
    noise = Image.effect_noise((300, 200), 80).convert("RGB")
    written = io.BytesIO()
    noise.save(written, kind)
    content = written.getvalue()

    with pytest.raises(uploads.UnableToAcceptFile):
        uploads.accept(io.BytesIO(content[: len(content) // 2]))


def folded(megabytes: int) -> bytes:
    """A PDF whose page tree lies in a compressed stream that unfolds to so many megabytes."""
    things = [
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    ]
    head = b"2 0 3 %d " % (len(things[0]) + 1)
    press = zlib.compressobj(9)
    data = press.compress(head + b" ".join(things))
    for _ in range(megabytes):
        data += press.compress(b" " * (1 << 20))
    data += press.flush()
    out = b"%PDF-1.5\n"
    catalogue = len(out)
    out += b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    stream = len(out)
    out += b"4 0 obj\n<</Type/ObjStm/N 2/First %d/Length %d/Filter/FlateDecode>>stream\n" % (
        len(head),
        len(data),
    )
    out += data + b"\nendstream\nendobj\n"
    table = len(out)
    rows = [(0, 0, 65535), (1, catalogue, 0), (2, 4, 0), (2, 4, 1), (1, stream, 0), (1, table, 0)]
    index = b"".join(bytes([k]) + a.to_bytes(4, "big") + b.to_bytes(2, "big") for k, a, b in rows)
    out += b"5 0 obj\n<</Type/XRef/Size 6/W[1 4 2]/Root 1 0 R/Length %d>>stream\n" % len(index)
    return out + index + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % table


def test_a_pdf_that_would_unfold_into_gigabytes_is_refused() -> None:
    assert uploads.accept(io.BytesIO(folded(1))).pages == 1

    with pytest.raises(uploads.UnableToAcceptFile):
        uploads.accept(io.BytesIO(folded(200)))


def test_what_was_written_into_a_form_becomes_part_of_the_page() -> None:
    def fill(pdf: pikepdf.Pdf) -> None:
        look = pdf.make_stream(b"BT (KADHIM) Tj ET")
        look.Type, look.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        look.BBox = pikepdf.Array([0, 0, 90, 20])
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Tx,
                T="name",
                V="KADHIM",
                Rect=pikepdf.Array([10, 10, 100, 30]),
                F=4,
                AP=pikepdf.Dictionary(N=look),
            )
        )
        pdf.pages[0].obj.Annots = pikepdf.Array([field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))

    clean = uploads.accept(io.BytesIO(paper(fill)))

    with pikepdf.open(io.BytesIO(clean.content)) as pdf:
        assert "/Annots" not in pdf.pages[0].obj
        drawn = list(pdf.pages[0].obj.Resources.XObject.values())
        assert b"KADHIM" in b"".join(each.read_bytes() for each in drawn)


def test_a_pdf_of_many_pages_is_refused_with_its_own_words() -> None:
    def thicken(pdf: pikepdf.Pdf) -> None:
        for _ in range(uploads.MAX_PAGES):
            pdf.add_blank_page()

    with pytest.raises(uploads.FileHasTooManyPages):
        uploads.accept(io.BytesIO(paper(thicken)))


def spoilt(content: bytes, changes: list[tuple[float, int]]) -> bytes:
    changed = bytearray(content)
    for share, value in changes:
        changed[int(share * (len(changed) - 1))] = value
    return bytes(changed)


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=300, deadline=None)
@given(
    kind=st.sampled_from(["JPEG", "PNG", "WEBP", "PDF"]),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=12),
)
def test_spoilt_files_are_cleaned_or_refused_and_nothing_else(
    kind: str, changes: list[tuple[float, int]]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    content = paper() if kind == "PDF" else picture(kind, exif=exif)

    try:
        clean = uploads.accept(io.BytesIO(spoilt(content, changes)))
    except uploads.UnableToAcceptFile:
        return

    assert clean.content[:3] in {b"\xff\xd8\xff", b"%PD"}


def photograph_with_a_place() -> bytes:
    """A photograph as a telephone takes it: place and maker in its Exif, a remark, and a profile."""
    exif = Image.Exif()
    exif[0x010F] = "SPY-MAKER"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(exif=exif, comment=b"SPY-REMARK", icc_profile=b"SPY-PROFILE" * 20)


@pytest.mark.parametrize("kind", ["cast", "inside flate", "hexadecimal"])
def test_a_photograph_inside_a_pdf_loses_what_it_knows_too(kind: str) -> None:
    """Scanning apps put the camera's own bytes into the PDF, with place, time and device."""
    inner, filters = photograph_with_a_place(), [pikepdf.Name.DCTDecode]
    if kind == "inside flate":
        inner, filters = zlib.compress(inner), [pikepdf.Name.FlateDecode, *filters]
    elif kind == "hexadecimal":
        inner, filters = inner.hex().encode() + b">", [pikepdf.Name.ASCIIHexDecode, *filters]

    def scan(pdf: pikepdf.Pdf) -> None:
        shown = pikepdf.Stream(pdf, inner)
        shown.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=400, Height=300,
            BitsPerComponent=8, ColorSpace=pikepdf.Name.DeviceRGB, Filter=pikepdf.Array(filters),
        )  # fmt: skip
        shown.Metadata = pikepdf.Stream(pdf, b"<x:xmpmeta>SPY-XMP</x:xmpmeta>")
        shown.PieceInfo = pikepdf.Dictionary(App=pikepdf.Dictionary(Private="SPY-PIECE"))
        page = pdf.pages[0]
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=shown))
        page.Contents = pikepdf.Stream(pdf, b"q 200 0 0 200 0 0 cm /I Do Q")
        page.LastModified = "D:20261120101112 SPY-TIME"

    clean = uploads.accept(io.BytesIO(paper(scan)))

    with pikepdf.open(io.BytesIO(clean.content)) as kept:
        whole = b"".join(
            each.unparse(resolved=True) + (each.read_raw_bytes() if is_stream(each) else b"")
            for each in kept.objects
        )
        image = kept.pages[0].Resources.XObject.I
        shown = pikepdf.PdfImage(image).as_pil_image()
    assert (shown.width, shown.height) == (400, 300)
    assert abs(shown.convert("RGB").getpixel((5, 5))[1] - 90) < 6
    assert b"SPY" not in whole
    assert b"Exif" not in whole


def is_stream(thing: object) -> bool:
    return isinstance(thing, pikepdf.Stream)
