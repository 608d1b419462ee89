"""
The files that go between desk and officer: a report, sealed; and an answer, sealed.

Pure. The commands `wasl disclosures read` and `reply`, and the desk's page in the browser, read and
write the same ones.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from wasl.disclosures import sealing
from wasl.disclosures.contents import WORDS, Content

REPORT_FORMAT = "wasl-disclosures-report/1"
ANSWER_FORMAT = "wasl-disclosures-answer/1"


class NotRead(ValueError):
    """The file is none of ours. The text is for the person at hand."""


@dataclass(frozen=True)
class SealedBox:
    """A box as the desk gives it out."""

    author: str
    step: int
    on: str
    stage: str
    sealed: bytes


@dataclass(frozen=True)
class SealedReport:
    """A report as the desk gives it out: nothing in it can be read without a reader's key."""

    report_id: str
    code: str
    reporter: bytes
    readers: tuple[bytes, ...]
    boxes: tuple[SealedBox, ...]

    def to_text(self) -> str:
        """The file."""
        return json.dumps(
            {
                "format": REPORT_FORMAT,
                "report": self.report_id,
                "code": self.code,
                "reporter": _text(self.reporter),
                "readers": [_text(reader) for reader in self.readers],
                "boxes": [
                    {
                        "author": box.author, "step": box.step, "on": box.on, "stage": box.stage,
                        "sealed": _text(box.sealed),
                    }
                    for box in self.boxes
                ],
            },
            indent=1,
        )  # fmt: skip

    @classmethod
    def parse(cls, text: str) -> "SealedReport":
        """:raises NotRead: when it is another file."""
        try:
            content = json.loads(text)
            if content["format"] != REPORT_FORMAT:
                raise NotRead("This is not a sealed report of the desk.")
            return cls(
                report_id=str(content["report"]),
                code=str(content["code"]),
                reporter=_bytes(content["reporter"]),
                readers=tuple(_bytes(each) for each in content["readers"]),
                boxes=tuple(_box(each) for each in content["boxes"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise NotRead("This is not a sealed report of the desk.") from error


@dataclass(frozen=True)
class Read:
    """A box that was opened, with its content; None when it is not sealed to this key."""

    box: SealedBox
    content: Content | None


def read(report: SealedReport, private: bytes) -> list[Read]:
    """Every box of a report, opened with a reader's key."""
    return [Read(box, _opened(report, box, private)) for box in report.boxes]


def answer(report: SealedReport, words: str) -> str:
    """An answer for the reporter and the other readers, as the file that the desk takes."""
    box = sealing.seal(
        Content(type=WORDS, words=words).to_bytes(),
        readers=[*report.readers, report.reporter],
        context=sealing.context(report.reporter, sealing.OFFICER),
    )
    return json.dumps(
        {"format": ANSWER_FORMAT, "report": report.report_id, "sealed": _text(box)}, indent=1
    )


def box_of_answer(text: str, report_id: str) -> bytes:
    """The box in an answer's file. :raises NotRead: when it is none, or for another report."""
    try:
        content = json.loads(text)
        if content["format"] != ANSWER_FORMAT or content["report"] != report_id:
            raise NotRead("This is not an answer to this report.")
        return _bytes(content["sealed"])
    except (KeyError, TypeError, ValueError) as error:
        raise NotRead("This is not an answer to this report.") from error


def _opened(report: SealedReport, box: SealedBox, private: bytes) -> Content | None:
    try:
        where = sealing.context(report.reporter, box.author)
        return Content.parse(sealing.open_box(box.sealed, private=private, context=where))
    except ValueError:
        return None


def _box(entry: dict[str, Any]) -> SealedBox:
    return SealedBox(
        author=str(entry["author"]), step=int(entry["step"]), on=str(entry["on"]),
        stage=str(entry["stage"]), sealed=_bytes(entry["sealed"]),
    )  # fmt: skip


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _bytes(value: Any) -> bytes:
    try:
        return base64.b64decode(str(value), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
