"""Qi's pages: a choice of play cards that have no number, and the bank's 3-D Secure question."""

from html import escape

from wasl.payments.sandbox import pages
from wasl.payments.sandbox.qi.payment import Payment
from wasl.payments.sandbox.words import words

LOOK = pages.Look(
    {"ar": "كي كارد – تجربة", "ku": "کیو کارد – تاقیکردنەوە", "en": "Qi Card – trial"},
    colour="#6f5500",
    night="#7d6410",
)
# What each play card does. None has a number: nobody shall get used to typing a real one here.
CARDS = ("good", "good-2", "refused", "unproved")
WORDS = {
    "ar": {
        "title": "اختر بطاقة تجريبية",
        "never": "هذه صفحة تجربة. لا تكتب فيها رقم بطاقة حقيقية أبداً: لا مكان لها هنا.",
        "good": "بطاقة كي، فيها رصيد",
        "good-2": "بطاقة ماستر، فيها رصيد",
        "refused": "بطاقة بلا رصيد: يرفضها المصرف",
        "unproved": "بطاقة لا يؤكدها صاحبها",
        "choose": "اختر واحدة من البطاقات.",
        "continue": "متابعة إلى المصرف",
        "leave": "العودة دون دفع",
        "bank": "سؤال المصرف",
        "pay-twice": "ادفع، ويصل الإشعار مرتين",
        "pay-late": "ادفع، ويصل الإشعار بعد 20 ثانية",
        "pay-lost": "ادفع، ويضيع الإشعار وتنقطع العودة",
        "pay-muddled": "ادفع، ويصل بعده إشعار أقدم منه",
        "pay-forged": "ادفع، ولا يصل إلا إشعار مزوّر",
        "pay-changed": "ادفع، ويصل الإشعار بمبلغ آخر",
        "pay-stay": "ادفع، ولا تعد إلى الموقع",
        "cancel-after": "ادفع، ثم يُلغى الدفع",
        "error": "عطل عند الشركة",
        "expire": "دع الوقت ينتهي",
        "SUCCESS": "تم الدفع",
        "FAILED": "رفض المصرف الدفع",
        "AUTHENTICATION_FAILED": "لم يؤكد المصرف صاحب البطاقة",
        "ERROR": "حدث عطل، ولم يُدفع شيء",
        "EXPIRED": "انتهى الوقت",
        "CANCELED": "أُلغي الدفع",
        "REFUNDED": "أُعيد المبلغ",
    },
    "en": {
        "title": "Choose a play card",
        "never": "This is a trial. Never type a real card number here: there is no place for it.",
        "good": "A Qi card with money on it",
        "good-2": "A Mastercard with money on it",
        "refused": "An empty card: the bank refuses",
        "unproved": "A card whose owner is not confirmed",
        "choose": "Choose one of the cards.",
        "continue": "Continue to the bank",
        "leave": "Go back without paying",
        "bank": "The bank asks",
        "pay-twice": "Pay, callback twice",
        "pay-late": "Pay, callback after 20 seconds",
        "pay-lost": "Pay, lose the callback and the way back",
        "pay-muddled": "Pay, an older callback comes after it",
        "pay-forged": "Pay, and only a forged callback comes",
        "pay-changed": "Pay, callback over another amount",
        "pay-stay": "Pay, and do not return to the site",
        "cancel-after": "Pay, and then it is cancelled",
        "error": "A fault of the company's",
        "expire": "Let the time run out",
        "SUCCESS": "Paid",
        "FAILED": "The bank refused",
        "AUTHENTICATION_FAILED": "The bank did not confirm the card's owner",
        "ERROR": "Something broke; nothing was paid",
        "EXPIRED": "The time ran out",
        "CANCELED": "Cancelled",
        "REFUNDED": "Given back",
    },
}
OTHER_WAYS = (
    "pay-twice", "pay-late", "pay-muddled", "pay-forged", "pay-changed", "pay-lost", "pay-stay",
    "cancel-after", "error", "expire",
)  # fmt: skip


def own_words(language: str) -> dict[str, str]:
    """The company's own words."""
    return WORDS.get(language, WORDS["ar"])


def bill(payment: Payment) -> pages.Bill:
    """What a page shows of a payment."""
    return pages.Bill(
        language=payment.language,
        amount=int(payment.value),
        description=payment.description,
        reference=payment.additional_info.get("reference", payment.request_id),
        end=end_word(payment),
    )


def end_word(payment: Payment) -> str:
    """What became of it, in a word of ours."""
    if payment.canceled:
        return "CANCELED"
    if payment.refunds and payment.refunded >= payment.value:
        return "REFUNDED"
    return payment.status


def card_form(payment: Payment, *, wrong: bool = False) -> str:
    """The first page: which play card."""
    own, shown = own_words(payment.language), bill(payment)
    cards = "".join(
        f'<label class="pick"><input type="radio" name="card" value="{card}"'
        f"{' checked' if card == CARDS[0] else ''}> <span>{own[card]}</span></label>"
        for card in CARDS
    )
    problem = f'<p class="wrong" role="alert">{own["choose"]}</p>' if wrong else ""
    return pages.shell(
        LOOK,
        payment.language,
        own["title"],
        f"""<form method="post" class="card">{pages.summary(shown)}
<p class="note">{own["never"]}</p>
<fieldset><legend>{own["title"]}</legend>{problem}{cards}</fieldset>
<button name="action" value="card">{own["continue"]}</button>
<button class="q" name="action" value="leave">{own["leave"]}</button></form>""",
    )


def bank_question(payment: Payment, otp: str, *, wrong: bool = False) -> str:
    """The second page: the bank's one-time code."""
    own = own_words(payment.language)
    others = {way: own[way] for way in OTHER_WAYS}
    return pages.code_page(LOOK, bill(payment), otp, wrong=wrong, others=others)


def over(payment: Payment) -> str:
    """A payment that has its end, with the way back."""
    own, shown = own_words(payment.language), bill(payment)
    words_ = words(payment.language)
    title = own.get(shown.end, shown.end)
    link = f'<a class="b" href="{escape(payment.finish_url)}">{words_["back"]}</a>'
    content = f'<div class="card">{pages.summary(shown)}<h1>{title}</h1>{link}</div>'
    return pages.shell(LOOK, payment.language, title, content)


def stranded(payment: Payment, way: str) -> str:
    """Paid, and the way back is lost."""
    return pages.stranded(LOOK, bill(payment), own_words(payment.language)[way])


def missing() -> str:
    """No such payment."""
    return pages.missing(LOOK)
