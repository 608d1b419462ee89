"""
The operator's desk of a stand-in: every payment, what can be done to it, and the faults to set.

Arabic and English, without a script. It has no password: it listens where the stand-in does, and
the stand-in starts on no real system.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from wasl.payments.sandbox import pages, settlement
from wasl.payments.sandbox.exchange import Answer, Route, Visit, route
from wasl.payments.sandbox.traps import CALLBACKS, STATUSES
from wasl.payments.sandbox.words import words

if TYPE_CHECKING:
    from wasl.payments.sandbox.web import Company

ACTIONS = ("pay", "decline", "expire", "refund")
DELAY_SECONDS = 12.0
_FAULTS = (*(str(each) for each in STATUSES), "lose", "malform", "delay")


@dataclass(frozen=True, kw_only=True)
class Listed:
    """
    A payment as the desk shows it. `end` is a word of `words`: waiting, paid, refunding, ….

    Times are ISO 8601 texts, empty while it has not come to that; amounts are whole dinars. `key`
    is the shop's own name for it, `settled_id` the company's, where that is not `id`.
    """

    id: str
    reference: str
    amount: int
    status: str
    end: str
    created_at: str
    ends_at: str = ""
    page: str = ""
    fee: int = 0
    paid_at: str = ""
    refunds: tuple[tuple[str, int], ...] = ()  # when, how much
    more: Mapping[str, str] | None = None
    key: str = ""
    settled_id: str = ""

    @property
    def payment_id(self) -> str:
        """What the company calls the payment in its settlement file."""
        return self.settled_id or self.id


@dataclass(frozen=True, kw_only=True)
class Switch:
    """One of the company's own options: what it is called, and what it can be; the first holds."""

    name: str
    labels: Mapping[str, str]
    choices: tuple[str, ...]


class Desk:
    """The pages of one company."""

    def __init__(self, company: "Company") -> None:
        self.company = company

    def routes(self) -> list[Route]:
        """Where the desk is found: also at the company's door, unless it has its own page there."""
        return [
            route("GET", r"/(?:operator)?", self.show),
            route("POST", r"/operator", self.press),
            route("GET", r"/settlement/(\d{4}-\d\d-\d\d)\.csv", self.day_file),
        ]

    def show(self, visit: Visit) -> Answer:
        """All payments, or the one that `id` names."""
        language = _language(visit)
        text, wanted = words(language), visit.query.get("id", "")
        one = self.company.one(wanted) if wanted else None
        body = self._one(one, language) if one else self._all(language)
        head = (
            f'<div class="bar"><h1>{text["operator"]}</h1>'
            f'<a lang="{_other(language)}" href="?{urlencode({"lang": _other(language)})}">'
            f"{text['language']}</a></div><p class='hint'>{text['operator_hint']}</p>"
        )
        content = head + body + self._panel(language, one.id if one else "")
        look = self.company.look
        return Answer(200, pages.shell(look, language, text["operator"], content, wide=True))

    def press(self, visit: Visit) -> Answer:
        """What the operator pressed; back to the same page."""
        form = visit.form()
        what = form.get("do", "")
        if what in ACTIONS:
            one = self.company.one(form.get("id", ""))
            if one is not None and what in self.company.possible(one):
                self.company.act(one.id, what)
        elif what == "options":
            self._set_options(form)
        elif what == "clock":
            self._move_clock(form.get("minutes", ""))
        else:
            self._set_traps(what, form)
        query = {"lang": _language(visit), **({"id": form["id"]} if form.get("id") else {})}
        return Answer(303, location=f"/operator?{urlencode(query)}")

    def _set_options(self, form: Mapping[str, str]) -> None:
        for switch in self.company.switches:
            if form.get(switch.name) in switch.choices:
                self.company.traps.options[switch.name] = form[switch.name]

    def _move_clock(self, typed: str) -> None:
        minutes = pages.western(typed)
        if minutes.isascii() and minutes.isdigit() and len(minutes) <= 6:
            self.company.clock.move(timedelta(minutes=int(minutes)))

    def _set_traps(self, what: str, form: Mapping[str, str]) -> None:
        traps = self.company.traps
        if what == "callback" and form.get("way") in CALLBACKS:
            traps.callback = form["way"]
        elif what == "trap":
            self._set_fault(form.get("call", ""), form.get("fault", ""))
        elif what == "clear":
            for table in (traps.fail, traps.lose, traps.malform, traps.delay):
                table.clear()
            traps.callback = "once"

    def _set_fault(self, call: str, fault: str) -> None:
        traps = self.company.traps
        if call not in self.company.calls() or fault not in _FAULTS:
            return
        if fault == "lose":
            traps.lose[call] = traps.lose.get(call, 0) + 1
        elif fault == "malform":
            traps.malform[call] = traps.malform.get(call, 0) + 1
        elif fault == "delay":
            traps.delay[call] = DELAY_SECONDS
        else:
            traps.fail.setdefault(call, []).append(int(fault))

    def day_file(self, _visit: Visit, day: str) -> Answer:
        """The settlement file of a day, as the shop gets it."""
        try:
            wanted = date.fromisoformat(day)
        except ValueError:
            raise self.company.fault(404) from None
        text = settlement.file_of_day(self.company.listed(None), wanted)
        return Answer(200, text.encode(), kind="text/csv; charset=utf-8")

    # The parts of the page

    def _all(self, language: str) -> str:
        text, listed = words(language), self.company.listed(50)
        if not listed:
            return f'<p class="card">{text["none"]}</p>'
        today = settlement.today(self.company.clock.now())
        rows = "".join(
            f'<tr><td><a href="/operator?{escape(urlencode({"lang": language, "id": each.id}))}">'
            f'<bdi dir="ltr">{escape(each.reference)}</bdi></a></td>'
            f'<td><bdi dir="ltr">{each.amount:,}</bdi></td>'
            f"<td>{_chip(each, language)}</td>"
            f'<td><bdi dir="ltr">{_time(each.created_at)}</bdi></td></tr>'
            for each in listed
        )
        return (
            f'<div class="card"><table><thead><tr><th>{text["order"]}</th><th>{text["amount"]}</th>'
            f"<th>{text['status']}</th><th>{text['since']}</th></tr></thead>"
            f'<tbody>{rows}</tbody></table><a href="/settlement/{today}.csv">{text["day_file"]}</a></div>'
        )

    def _one(self, one: Listed, language: str) -> str:
        text = words(language)
        facts = {
            text["order"]: one.reference,
            "ID": one.id,
            text["since"]: _time(one.created_at),
            text["until"]: _time(one.ends_at),
            **(one.more or {}),
        }
        rows = "".join(
            f'<dt>{escape(name)}</dt><dd><bdi dir="ltr">{escape(value)}</bdi></dd>'
            for name, value in facts.items()
            if value
        )
        acts = "".join(
            pages.button("do", action, text[action], "" if action == "pay" else "q")
            for action in self.company.possible(one)
        )
        link = f'<a href="{escape(one.page)}">{text["page"]}</a>' if one.page else ""
        return (
            f'<p><a href="/operator?lang={language}">{text["all"]}</a></p>'
            f'<form method="post" action="/operator?lang={language}" class="card">'
            f'<div class="sum"><b><bdi dir="ltr">{one.amount:,}</bdi> {text["dinar"]}</b>'
            f"{_chip(one, language)}</div><dl>{rows}</dl>"
            f'<input type="hidden" name="id" value="{escape(one.id)}">'
            f'<div class="row">{acts}</div>{link}</form>'
        )

    def _panel(self, language: str, payment_id: str) -> str:
        text = words(language)
        traps = self.company.traps
        held = f'<input type="hidden" name="id" value="{escape(payment_id)}">'
        action = f'<form method="post" action="/operator?lang={language}" class="line">{held}'
        ways = _select("way", text["callback"], {w: text[f"way-{w}"] for w in CALLBACKS},
                       traps.callback)  # fmt: skip
        calls = _select("call", text["call"], {each: each for each in self.company.calls()})
        faults = _select("fault", text["fault"], {each: text[f"fault-{each}"] for each in _FAULTS})
        waiting = self._waiting(text)
        switches = "".join(
            _select(
                each.name,
                each.labels.get(language) or each.labels["ar"],
                {choice: choice for choice in each.choices},
                str(traps.option(each.name, each.choices[0])),
            )
            for each in self.company.switches
        )
        own = (
            f"<h2>{text['options']}</h2>{action}{switches}"
            f"{pages.button('do', 'options', text['save'], 's')}</form>"
            if switches
            else ""
        )
        sent = "".join(
            f'<li><code dir="ltr">{escape(each.body.decode("utf-8", "replace")[:160])}</code></li>'
            for each in self.company.callbacks.noted[-5:][::-1]
        )
        return f"""<details class="card"{" open" if waiting else ""}>
<summary>{text["testers"]}</summary><div>
{action}{ways}{pages.button("do", "callback", text["save"], "s")}</form>
<h2>{text["traps"]}</h2><p class="hint">{text["traps_hint"]}</p>
{action}{calls}{faults}{pages.button("do", "trap", text["set"], "s")}</form>
{waiting}{action}{pages.button("do", "clear", text["clear"], "s")}</form>{own}
<h2>{text["clock"]}</h2><p><bdi dir="ltr">{self.company.clock.now():%Y-%m-%d %H:%M:%S} UTC</bdi></p>
{action}<label>{text["clock_move"]}<input name="minutes" inputmode="numeric" dir="ltr" value="16">
</label>{pages.button("do", "clock", text["move"], "s")}</form>
<h2>{text["sent"]}</h2><ul>{sent}</ul></div></details>"""

    def _waiting(self, text: Mapping[str, str]) -> str:
        traps = self.company.traps
        waiting = [f"{call} {status}" for call, each in traps.fail.items() for status in each]
        for name, table in (("lose", traps.lose), ("malform", traps.malform)):
            waiting += [f"{call} {text[f'fault-{name}']}" for call, left in table.items() if left]
        waiting += [f"{call} {text['fault-delay']}" for call in traps.delay]
        items = "".join(f"<li>{escape(each)}</li>" for each in waiting)
        return f"<p>{text['waiting_faults']}:</p><ul>{items}</ul>" if items else ""


def _language(visit: Visit) -> str:
    return "en" if visit.query.get("lang") == "en" else "ar"


def _other(language: str) -> str:
    return "ar" if language == "en" else "en"


def _time(text: str) -> str:
    return text[:19].replace("T", " ")


def _chip(each: Listed, language: str) -> str:
    label = words(language).get(each.end, each.end)
    raw = f' <code dir="ltr">{escape(each.status)}</code>'
    return f'<span class="chip {escape(each.end)}">{escape(label)}</span>{raw}'


def _select(name: str, label: str, choices: Mapping[str, str], chosen: str = "") -> str:
    options = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(shown)}'
        "</option>"
        for value, shown in choices.items()
    )
    return f'<label>{escape(label)}<select name="{escape(name)}">{options}</select></label>'
