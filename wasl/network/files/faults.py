"""The words for what is wrong in a network file."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, str | Promise] = {
    "MISSING": _("%(field)s is missing."),
    "NOT_A_NUMBER": _("%(field)s is “%(value)s”, which is no number."),
    "OUT_OF_RANGE": _(
        "%(field)s is %(value)s; between %(low)s and %(high)s %(unit)s is believed. Look at the unit."
    ),
    "NOT_A_CHOICE": _("%(field)s is “%(value)s”; it may be %(choices)s."),
    "NOT_A_DATE": _("%(field)s is “%(value)s”; write the day as 2026-11-30."),
    "TOO_LONG": _("%(field)s is longer than %(most)s characters."),
    "BAD_CODE": _("The code “%(value)s” holds characters that a code may not have."),
    "UNKNOWN_KIND": _("“%(value)s” is no kind of element that is known."),
    "WRONG_GEOMETRY": _("A %(kind)s is drawn as a %(wanted)s, not as “%(value)s”."),
    "DUPLICATE": _("%(code)s stands in the file twice, first in %(first)s."),
    "UNKNOWN": _("%(field)s names %(value)s, which neither the file nor the register has."),
    "OUTSIDE": _("%(code)s lies outside the directorate, at %(lat)s, %(lon)s."),
    "LOOP": _("A loop: %(elements)s. Open a switch in it, or mark one of its lines as open."),
    "ORPHAN": _("%(elements)s: connected with nothing that feeds it."),
    "TWO_FEEDS": _("%(code)s is fed twice, by %(one)s and by %(other)s. One of them must be open."),
    "OTHER_FEEDER": _("%(code)s hangs on %(section)s, which belongs to the feeder %(feeder)s."),
    "NO_BUSBAR": _("The network of %(transformer)s has no busbar: mark one node as busbar."),
    "SEVERAL_BUSBARS": _(
        "In the network of %(transformer)s nothing feeds %(elements)s. One is the busbar, the others "
        "hang on nothing."
    ),
    "BUSBAR_FED": _("%(code)s is the busbar, and is fed by %(other)s as well."),
    "NO_TRANSFORMER": _("The study has no transformer to low voltage."),
    "SEVERAL_TRANSFORMERS": _(
        "The study has %(count)s transformers to low voltage; the file can only be hung on one, %(code)s."
    ),
    "NOT_SELF": _("%(code)s feeds itself."),
    "NO_LENGTH": _("The line between %(one)s and %(other)s leads nowhere."),
    "IN_USE": _("%(code)s would be removed, but %(count)s still hang on it."),
    "TOO_MANY": _("More than %(most)s rows: cut the file into parts."),
    "FORMULA": _("%(field)s begins like a formula."),
    "DISTANT": _("%(code)s lies %(metres)s m from its transformer."),
    # Remarks: what was done on purpose.
    "OPEN_LINE": _("The line %(code)s is open; it carries nothing and is left out."),
    "OUT_OF_SERVICE": _("%(count)s elements out of service are left out."),
    "LOADS_DIVIDED": _(
        "The study's loads hold at the peak; divided by the diversity of %(diversity)s %% they become "
        "declared loads. Their reactive power follows from the power factor in force."
    ),
    "LAID_OUT": _(
        "The study has no places; the nodes of %(code)s are drawn around their transformer."
    ),
    "LEFT_OUT": _(
        "%(count)s of %(what)s are left out: only the radial parts below them are kept here."
    ),
}
_PLACES: dict[str, str | Promise] = {
    "LINE": _("line %(number)s"),
    "FEATURE": _("feature %(number)s"),
    "ROW": _("row %(number)s"),
}


def words(kept: Mapping[str, Any]) -> str:
    """A fault or remark that was kept, in words."""
    text = str(WORDS[kept["code"]])
    return text % {name: str(value) for name, value in kept["values"].items()}


def place(kept: Mapping[str, Any]) -> str:
    """Its place in the file, in words; empty where it is about the whole."""
    at = kept["place"]
    if at is None:
        return ""
    where = str(_PLACES[at["kind"]]) % {"number": at["number"]}
    if not at["file"]:
        return where
    return gettext("%(file)s, %(where)s") % {"file": at["file"], "where": where}
