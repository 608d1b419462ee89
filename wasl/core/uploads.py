"""
Files from outside, made harmless: type by signature, re-encoded, metadata and scripts gone.

A photograph is decoded and written anew as JPEG (no position, no camera, nothing after the image).
A PDF is rebuilt without actions, JavaScript, forms' scripts, attachments and launches. Whatever
cannot be read so is refused with words that say what to do.
"""

import io
from dataclasses import dataclass
from typing import BinaryIO

import pikepdf
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from wasl.core.errors import Unable

MAX_PIXELS = 50_000_000
# Pillow refuses, while it reads the head, what has more than twice this.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2
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
}


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
            # Turn by the camera's note before the note is dropped; halve big ones on the way in.
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))
            upright = ImageOps.exif_transpose(image).convert("RGB")
            upright.thumbnail((MAX_SIDE, MAX_SIDE))
            written = io.BytesIO()
            upright.save(written, "JPEG", quality=JPEG_QUALITY, optimize=True)
    except UnableToAcceptFile:
        raise
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
    ):
        raise UnableToAcceptFile from None
    return CleanUpload(content=written.getvalue(), content_type="image/jpeg")


def _pdf(content: bytes) -> CleanUpload:
    try:
        with pikepdf.open(io.BytesIO(content)) as source:
            if len(source.pages) > MAX_PAGES:
                raise FileHasTooManyPages(limit=MAX_PAGES)
            if not source.pages:
                raise UnableToAcceptFile
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
    except (pikepdf.PdfError, ValueError, RuntimeError, TypeError, KeyError, RecursionError):
        raise UnableToAcceptFile from None
    return CleanUpload(content=written.getvalue(), content_type="application/pdf", pages=pages)


def _disarm(pdf: pikepdf.Pdf) -> None:
    """Take every action, script, annotation and attachment out of the objects that remain."""
    for name in _ACTIVE:
        if name in pdf.Root:
            del pdf.Root[name]
    for page in pdf.pages:
        for name in ("/Annots", "/AA", "/Metadata", "/PieceInfo"):
            if name in page.obj:
                del page.obj[name]
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            for name in _ACTIVE_KEYS & set(thing.keys()):
                del thing[name]
