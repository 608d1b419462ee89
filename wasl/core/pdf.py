"""
Documents on paper: Typst with Arabic fonts. Data go in as JSON, never as source.

The template is a `.typ` file; it reads `json(bytes(sys.inputs.data))`. Typst holds the interpreter
lock, so many documents are a matter for worker processes, not threads.
"""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import segno
import typst

FONTS = Path(__file__).with_name("fonts")


def render(template: Path, data: Mapping[str, Any]) -> bytes:
    """This function will render a Typst template with the data into a PDF."""
    pdf: bytes = typst.compile(  # type: ignore[misc]
        template.read_bytes(),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    return pdf


def qr_svg(text: str) -> str:
    """A QR code as SVG, black on white, with a quiet zone."""
    written = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        written, kind="svg", xmldecl=False, svgns=True, border=2, scale=4
    )
    return written.getvalue().decode("utf-8")
