"""
The two formats of Open311 GeoReport v2: the same content as XML and as JSON. Pure.

XML names each element of a list; in JSON lists lose their wrapper. A missing value is an empty element
and an empty text, as strict consumers expect texts (the official schemas allow both).
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
# What the elements of a list are called in XML.
ELEMENTS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "notes": "note",
}
# XML 1.0 cannot carry them.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def body(root: str, content: Mapping[str, Any] | Sequence[Any], suffix: str) -> bytes:
    """The content in one of the two formats; `root` is the name of its outermost element."""
    if suffix == "json":
        return json.dumps(content, ensure_ascii=False).encode()
    top = ET.Element(root)
    _fill(top, root, content)
    text: str = ET.tostring(top, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def _fill(parent: ET.Element, name: str, content: Any) -> None:
    if isinstance(content, Mapping):
        for key, value in content.items():
            _fill(ET.SubElement(parent, key), key, value)
    elif isinstance(content, list | tuple):
        for each in content:
            _fill(ET.SubElement(parent, ELEMENTS[name]), ELEMENTS[name], each)
    elif isinstance(content, bool):
        parent.text = "true" if content else "false"
    elif content is not None:
        parent.text = without_controls(str(content))


def without_controls(text: str) -> str:
    """A text without the characters that XML 1.0 cannot carry."""
    return _CONTROL.sub("", text)
