"""The parts of which the stand-ins build their pages: a shell, the sum, one-time code, the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from wasl.payments.sandbox.words import words

_RTL = {"ar", "ku"}
_CODES = {"ku": "ckb"}
STYLE = Path(__file__).with_name("style.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Look:
    """A company's name in each language, and its colour by day and by night."""

    names: Mapping[str, str]
    colour: str = "#3b2f80"
    night: str = "#6a58d6"

    def title(self, language: str) -> str:
        """The name in a language, else in Arabic."""
        return self.names.get(language) or self.names["ar"]


@dataclass(frozen=True, kw_only=True)
class Bill:
    """What a page shows of a payment. `end` is a word of `words`: paid, declined, … or empty."""

    language: str
    amount: int
    description: str
    reference: str
    end: str = ""


def shell(look: Look, language: str, title: str, content: str, *, wide: bool = False) -> str:
    """A whole page. `content` is HTML, whose foreign parts are escaped already."""
    known = language if language in {"ar", "ku", "en"} else "ar"
    direction = "rtl" if known in _RTL else "ltr"
    name = look.title(known)
    colours = f":root{{--c:{look.colour};--n:{look.night}}}"
    return f"""<!doctype html>
<html lang="{_CODES.get(known, known)}" dir="{direction}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{escape(title)} – {escape(name)}</title><style>{colours}{STYLE}</style></head>
<body{' class="wide"' if wide else ""}><header><div><b>{escape(name)}</b>
<small>{words(known)["play"]}</small></div></header>
<main>{content}</main></body></html>"""


def amount(bill: Bill) -> str:
    """The sum as people read it."""
    return f"{bill.amount:,} {words(bill.language)['dinar']}"


def summary(bill: Bill) -> str:
    """Who gets how much for what."""
    text = words(bill.language)
    return (
        f'<div class="sum"><span>{text["merchant"]}</span><b>{amount(bill)}</b></div><dl>'
        f"<dt>{text['for']}</dt><dd><bdi>{escape(bill.description)}</bdi></dd>"
        f'<dt>{text["order"]}</dt><dd><bdi dir="ltr">{escape(bill.reference)}</bdi></dd></dl>'
    )


def button(name: str, value: str, label: str, kind: str = "") -> str:
    """A button; `kind` q for the quiet one, s for a small one."""
    css = f' class="{kind}"' if kind else ""
    return f'<button{css} name="{name}" value="{escape(value)}">{label}</button>'


def code_page(
    look: Look, bill: Bill, otp: str, *, wrong: bool = False, others: Mapping[str, str] | None = None
) -> str:  # fmt: skip
    """The page on which the payer types the one-time code; `others` are the testers' actions."""
    text = words(bill.language)
    problem = f'<p class="wrong" id="wrong" role="alert">{text["otp_wrong"]}</p>' if wrong else ""
    small = "".join(button("action", value, label, "s") for value, label in (others or {}).items())
    more = f"<details><summary>{text['testers']}</summary><div>{small}</div></details>"
    return shell(
        look,
        bill.language,
        text["amount"],
        f"""<form method="post" class="card">{summary(bill)}
<div><label for="otp">{text["otp"]}</label>
<p class="hint" id="hint">{text["otp_hint"]} <code dir="ltr">{otp}</code></p>{problem}</div>
<input id="otp" name="otp" value="{otp}" dir="ltr" inputmode="numeric" autocomplete="one-time-code"
 maxlength="6" aria-describedby="{"hint wrong" if wrong else "hint"}">
<button name="action" value="pay"><span>{text["pay"]} <bdi>{amount(bill)}</bdi></span></button>
{button("action", "decline", text["decline"], "q")}{more if others else ""}</form>""",
    )


def phone_page(look: Look, bill: Bill, phone: str, *, wrong: bool = False) -> str:
    """The page on which the payer names the wallet."""
    text = words(bill.language)
    problem = f'<p class="wrong" id="wrong" role="alert">{text["phone_wrong"]}</p>' if wrong else ""
    described = ' aria-describedby="wrong"' if wrong else ""
    return shell(
        look,
        bill.language,
        text["amount"],
        f"""<form method="post" class="card">{summary(bill)}
<div><label for="phone">{text["phone"]}</label>{problem}</div>
<input id="phone" name="phone" value="{escape(phone)}" dir="ltr" inputmode="tel" maxlength="20"{described}>
{button("action", "phone", text["continue"])}
{button("action", "decline", text["decline"], "q")}</form>""",
    )


def app_page(look: Look, bill: Bill, others: Mapping[str, str]) -> str:
    """What a bank's app shows: the payer is known to it already, and only agrees."""
    text = words(bill.language)
    small = "".join(button("action", value, label, "s") for value, label in others.items())
    return shell(
        look,
        bill.language,
        text["amount"],
        f"""<form method="post" class="card">{summary(bill)}
<button name="action" value="pay"><span>{text["pay"]} <bdi>{amount(bill)}</bdi></span></button>
{button("action", "decline", text["decline"], "q")}
<details><summary>{text["testers"]}</summary><div>{small}</div></details></form>""",
    )


def over(look: Look, bill: Bill, back: str) -> str:
    """The page of a payment that has its end, with the way back."""
    text = words(bill.language)
    title = text.get(bill.end, bill.end)
    link = f'<a class="b" href="{escape(back)}">{text["back"]}</a>' if back else ""
    content = f'<div class="card">{summary(bill)}<h1>{escape(title)}</h1>{link}</div>'
    return shell(look, bill.language, title, content)


def stranded(look: Look, bill: Bill, note: str) -> str:
    """Paid, and the way back is lost."""
    text = words(bill.language)
    return shell(
        look,
        bill.language,
        text["paid"],
        f'<div class="card">{summary(bill)}<h1>{text["paid"]}</h1><p>{text["stranded"]}</p>'
        f'<p class="hint">{escape(note)}</p></div>',
    )


def missing(look: Look, language: str = "ar") -> str:
    """No such payment, or another's token."""
    text = words(language)
    return shell(look, language, text["missing"], f'<p class="card">{text["missing"]}</p>')


def western(text: str) -> str:
    """Digits as the machine counts: people type theirs."""
    return text.translate(str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")).strip()
