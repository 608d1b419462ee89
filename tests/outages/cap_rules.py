"""The rules of CAP 1.2 (OASIS, section 3.2), element by element: order, number, values, forms."""

import re

from lxml import etree

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")
TEXT = re.compile(r"\S.*", re.DOTALL)
# No spaces, commas, or the signs < and &.
NAME = re.compile(r"[^\s,<&]+")
REFERENCE = re.compile(r"[^\s,<&]+,[^\s,<&]+,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d( |$)")
CIRCLE = re.compile(r"-?\d+(\.\d+)?,-?\d+(\.\d+)? \d+(\.\d+)?")
ONE, MAYBE, ANY, SOME = (1, 1), (0, 1), (0, 999), (1, 999)


def one_of(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words))


# In the order of the schema's sequences: name, how often, what it holds.
ALERT = [
    ("identifier", ONE, NAME), ("sender", ONE, NAME), ("sent", ONE, TIME),
    ("status", ONE, one_of("Actual", "Exercise", "System", "Test", "Draft")),
    ("msgType", ONE, one_of("Alert", "Update", "Cancel", "Ack", "Error")),
    ("source", MAYBE, TEXT), ("scope", ONE, one_of("Public", "Restricted", "Private")),
    ("restriction", MAYBE, TEXT), ("addresses", MAYBE, TEXT), ("code", ANY, TEXT),
    ("note", MAYBE, TEXT), ("references", MAYBE, None), ("incidents", MAYBE, TEXT),
    ("info", ANY, None),
]  # fmt: skip
INFO = [
    ("language", MAYBE, re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")),
    ("category", SOME, one_of("Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env",
                              "Transport", "Infra", "CBRNE", "Other")),
    ("event", ONE, TEXT),
    ("responseType", ANY, one_of("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor",
                                 "Assess", "AllClear", "None")),
    ("urgency", ONE, one_of("Immediate", "Expected", "Future", "Past", "Unknown")),
    ("severity", ONE, one_of("Extreme", "Severe", "Moderate", "Minor", "Unknown")),
    ("certainty", ONE, one_of("Observed", "Likely", "Possible", "Unlikely", "Unknown")),
    ("audience", MAYBE, TEXT), ("eventCode", ANY, None), ("effective", MAYBE, TIME),
    ("onset", MAYBE, TIME), ("expires", MAYBE, TIME), ("senderName", MAYBE, TEXT),
    ("headline", MAYBE, TEXT), ("description", MAYBE, TEXT), ("instruction", MAYBE, TEXT),
    ("web", MAYBE, re.compile(r"https?://\S+")), ("contact", MAYBE, TEXT), ("parameter", ANY, None),
    ("resource", ANY, None), ("area", ANY, None),
]  # fmt: skip
AREA = [
    ("areaDesc", ONE, TEXT), ("polygon", ANY, TEXT), ("circle", ANY, CIRCLE), ("geocode", ANY, None),
    ("altitude", MAYBE, TEXT), ("ceiling", MAYBE, TEXT),
]  # fmt: skip


def check(content: bytes) -> etree._Element:
    """The alert, when it keeps every rule. :raises AssertionError: naming the element that does not."""
    alert = etree.fromstring(content)
    assert alert.tag == f"{{{CAP}}}alert"
    _children(alert, ALERT)
    references = text(alert, "references")
    if references is not None:
        assert all(REFERENCE.fullmatch(each) for each in re.findall(r"\S+", references))
    # What updates or cancels says what.
    assert (references is not None) or text(alert, "msgType") not in {"Update", "Cancel"}
    for info in alert.findall(f"{{{CAP}}}info"):
        _children(info, INFO)
        for area in info.findall(f"{{{CAP}}}area"):
            _children(area, AREA)
    return alert


def text(element: etree._Element, name: str) -> str | None:
    return element.findtext(f"{{{CAP}}}{name}")


def _children(element: etree._Element, rules) -> None:
    names = [etree.QName(each).localname for each in element]
    assert all(etree.QName(each).namespace == CAP for each in element)
    order = [name for name, _number, _form in rules]
    assert names == sorted(names, key=order.index), names
    for name, (least, most), form in rules:
        found = [each for each in element if etree.QName(each).localname == name]
        assert least <= len(found) <= most, name
        for each in found:
            assert form is None or form.fullmatch(each.text or ""), (name, each.text)
