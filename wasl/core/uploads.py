"""
Files from outside, made harmless: type by signature, re-encoded, metadata and scripts gone.

A photograph is decoded and written anew as JPEG (no position, no camera, nothing after the image).
A PDF is rebuilt without actions, JavaScript, attachments and launches; what was written into its
form fields becomes part of the page, and its pictures lose what their camera wrote. Whatever cannot
be read so is refused with words that say what to do. Small files that unfold into huge ones are
stopped by limits on pixels, scans and streams.
"""

import io
import struct
from dataclasses import dataclass
from typing import BinaryIO

import pikepdf
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image

from wasl.core import pictures_in_pdf
from wasl.core.errors import Unable

MAX_PIXELS = 50_000_000
# A JPEG is halved while it is read; the other formats unfold whole, so they may hold less.
MAX_PIXELS_WHOLE = 20_000_000
# Pillow refuses, while it reads the head, what has more than twice this.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2
# A camera writes ten scans or fewer; a thousand small ones would keep a processor busy for minutes.
MAX_JPEG_SCANS = 64
MAX_SIDE = 2200
MAX_PAGES = 30
JPEG_QUALITY = 82
_IMAGE_FORMATS = ("JPEG", "PNG", "WEBP")
_ACTIVE = ("/OpenAction", "/AA", "/AcroForm", "/JavaScript", "/JS", "/Names", "/XFA", "/Collection")
_ACTIVE_KEYS = {
    "/JS",
    "/JavaScript",
    "/AA",
    "/A",
    "/OpenAction",
    "/Launch",
    "/RichMedia",
    "/EF",
    "/XFA",
    # Who made it, where and when.
    "/Metadata",
    "/PieceInfo",
    "/LastModified",
}
# How the camera was held (Exif) and what turns the picture upright.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# No stream of a citizen's paper unfolds beyond this. The limits hold for the whole process.
_STREAM_BYTES = 24 * 1024 * 1024
pikepdf.settings.set_qpdf_limits(
    doc_max_warnings=500,
    parser_max_nesting=100,
    parser_max_container_size=200_000,
    max_stream_filters=4,
    flate_max_memory=_STREAM_BYTES,
    png_max_memory=_STREAM_BYTES,
    run_length_max_memory=_STREAM_BYTES,
    tiff_max_memory=_STREAM_BYTES,
    dct_max_memory=_STREAM_BYTES,
    dct_max_progressive_scans=MAX_JPEG_SCANS,
)


class UnableToAcceptFile(Unable):
    """The file cannot be accepted."""

    code = "FILE_NOT_ACCEPTED"
    message = _("This file cannot be read. Take a new photograph, or choose another file.")


class FileIsEmpty(UnableToAcceptFile):
    """Nothing arrived."""

    code = "FILE_EMPTY"
    message = _("The file is empty. Choose it again.")


class FileIsTooLarge(UnableToAcceptFile):
    """More bytes than allowed."""

    code = "FILE_TOO_LARGE"
    message = _("The file is larger than %(limit)s MB. Take the photograph with fewer pixels.")


class FileHasWrongType(UnableToAcceptFile):
    """Neither a photograph nor a PDF, whatever its name says."""

    code = "FILE_WRONG_TYPE"
    message = _("Only photographs (JPEG, PNG, WebP) and PDF files are accepted.")


class FileIsLocked(UnableToAcceptFile):
    """A PDF with a password."""

    code = "FILE_LOCKED"
    message = _(
        "This PDF is protected by a password. Send it without one, or photograph the pages."
    )


class FileHasTooManyPages(UnableToAcceptFile):
    """A PDF of many pages."""

    code = "FILE_TOO_LONG"
    message = _("The PDF has more than %(limit)s pages. Send only the pages that are asked for.")


@dataclass(frozen=True, kw_only=True)
class CleanUpload:
    """A file that may be stored and shown: its new content and type, and its pages."""

    content: bytes
    content_type: str
    pages: int = 1

    @property
    def extension(self) -> str:
        """What its name ends with."""
        return "pdf" if self.content_type == "application/pdf" else "jpg"


def accept(file: BinaryIO, *, limit_bytes: int | None = None) -> CleanUpload:
    """
    This function will read a file from outside and give its harmless copy.

    :raises UnableToAcceptFile: (or a class below it) when it is refused, with the reason in words.
    """
    limit = limit_bytes or settings.WASL_UPLOAD_MAX_BYTES
    content = file.read(limit + 1)
    if not content:
        raise FileIsEmpty
    if len(content) > limit:
        raise FileIsTooLarge(limit=limit // (1024 * 1024))
    if content[:5] == b"%PDF-":
        return _pdf(content)
    if _is_image(content):
        return _image(content)
    raise FileHasWrongType


def _is_image(content: bytes) -> bool:
    return (
        content[:3] == b"\xff\xd8\xff"
        or content[:8] == b"\x89PNG\r\n\x1a\n"
        or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")
    )


def _image(content: bytes) -> CleanUpload:
    try:
        with Image.open(io.BytesIO(content), formats=_IMAGE_FORMATS) as image:
            _require_bounds(image, content)
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))  # halve big ones on the way in
            upright = _on_white(_upright(image))
            upright.thumbnail((MAX_SIDE, MAX_SIDE))
            # Comments and colour profiles would be written again: both can tell whose device it was.
            upright.info = {}
            written = io.BytesIO()
            upright.save(written, "JPEG", quality=JPEG_QUALITY, optimize=True)
    except UnableToAcceptFile:
        raise
    except Exception as error:  # a decoder fails on hostile bytes in every way there is
        raise UnableToAcceptFile from error
    return CleanUpload(content=written.getvalue(), content_type="image/jpeg")


def _require_bounds(image: Image.Image, content: bytes) -> None:
    if image.format == "JPEG":
        if content.count(b"\xff\xda") > MAX_JPEG_SCANS:
            raise UnableToAcceptFile
    elif image.width * image.height > MAX_PIXELS_WHOLE:
        raise UnableToAcceptFile


def _upright(image: Image.Image) -> Image.Image:
    """Turn by the camera's note before the note is dropped. A broken note is no reason to refuse."""
    try:
        held = image.getexif().get(0x0112, 1)
    except (OSError, ValueError, TypeError, KeyError, SyntaxError, struct.error):
        held = 1
    turn = _TURNS.get(held) if isinstance(held, int) else None
    return image.transpose(turn) if turn is not None else image


def _on_white(image: Image.Image) -> Image.Image:
    """What is transparent becomes paper: a scan of black letters on nothing stays legible."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    paper = Image.new("RGB", layered.size, (255, 255, 255))
    paper.paste(layered, mask=layered.getchannel("A"))
    return paper


def _pdf(content: bytes) -> CleanUpload:
    try:
        with pikepdf.open(io.BytesIO(content)) as source:
            if len(source.pages) > MAX_PAGES:
                raise FileHasTooManyPages(limit=MAX_PAGES)
            if not source.pages:
                raise UnableToAcceptFile
            # What was filled in stands in annotations, which go: it is drawn on the page first.
            source.generate_appearance_streams()
            source.flatten_annotations("all")
            rebuilt = pikepdf.new()
            rebuilt.pages.extend(source.pages)
            _disarm(rebuilt)
            written = io.BytesIO()
            rebuilt.save(written)
            pages = len(rebuilt.pages)
    except UnableToAcceptFile:
        raise
    except pikepdf.PasswordError:
        raise FileIsLocked from None
    except Exception as error:  # as above
        raise UnableToAcceptFile from error
    return CleanUpload(content=written.getvalue(), content_type="application/pdf", pages=pages)


def _disarm(pdf: pikepdf.Pdf) -> None:
    """Take every action, script, annotation, attachment and description out of what remains."""
    for name in _ACTIVE:
        if name in pdf.Root:
            del pdf.Root[name]
    for page in pdf.pages:
        for name in ("/Annots", "/AA", "/Thumb"):
            if name in page.obj:
                del page.obj[name]
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            for name in _ACTIVE_KEYS & set(thing.keys()):
                del thing[name]
        if isinstance(thing, pikepdf.Stream):
            pictures_in_pdf.make_bare(thing)
