"""FastPay's page: the sum, a QR code for the app, and a button that stands for the app."""

from html import escape

import segno

from wasl.payments.sandbox import pages
from wasl.payments.sandbox.fastpay.order import Order
from wasl.payments.sandbox.words import words

LOOK = pages.Look(
    {"ar": "فاست باي – تجربة", "ku": "فاستپەی – تاقیکردنەوە", "en": "FastPay – trial"},
    colour="#b3123f",
    night="#b8325a",
)
WORDS = {
    "ar": {
        "scan": "افتح التطبيق وامسح الرمز، أو افتح التطبيق من هذا الهاتف.",
        "app": "افتح التطبيق",
        "never": "هذه صفحة تجربة، ولا تطلب رقماً سرياً. الزر أدناه يقوم مقام التطبيق.",
        "cancel": "إلغاء",
        "fail": "الرصيد لا يكفي",
        "leave": "أغلق الصفحة دون أن تقرر",
        "pay-twice": "ادفع، ويصل الإشعار مرتين",
        "pay-late": "ادفع، ويصل الإشعار بعد 20 ثانية",
        "pay-lost": "ادفع، ويضيع الإشعار وتنقطع العودة",
        "pay-forged": "لا تدفع، ويصل إشعار مزوّر يقول إنك دفعت",
        "pay-changed": "ادفع، ويصل الإشعار بمبلغ آخر",
        "pay-stay": "ادفع، ولا تعد إلى الموقع",
        "expire": "دع الوقت ينتهي",
        "left": "لم تقرر شيئاً. لا يُخبر أحدٌ الموقع بذلك.",
        "closed": "لم يُدفع شيء",
        "Success": "تم الدفع",
        "Failed": "الرصيد لا يكفي، ولم يُدفع شيء",
        "Cancel": "أُلغي الدفع",
        "Refunded": "أُعيد المبلغ",
        "Expired": "انتهى الوقت",
    },
    "en": {
        "scan": "Open the app and scan the code, or open the app on this phone.",
        "app": "Open the app",
        "never": "This is a trial and asks for no PIN. The button below stands for the app.",
        "cancel": "Cancel",
        "fail": "There is not enough money",
        "leave": "Close the page without deciding",
        "pay-twice": "Pay, callback twice",
        "pay-late": "Pay, callback after 20 seconds",
        "pay-lost": "Pay, lose the callback and the way back",
        "pay-forged": "Do not pay, and a forged callback says that you did",
        "pay-changed": "Pay, callback over another amount",
        "pay-stay": "Pay, and do not return to the site",
        "expire": "Let the time run out",
        "left": "You decided nothing. Nobody tells the site.",
        "closed": "Nothing was paid",
        "Success": "Paid",
        "Failed": "There is not enough money; nothing was paid",
        "Cancel": "Cancelled",
        "Refunded": "Given back",
        "Expired": "The time ran out",
    },
}
OTHER_WAYS = (
    "pay-twice", "pay-late", "pay-changed", "pay-forged", "pay-lost", "pay-stay", "fail", "leave",
    "expire",
)  # fmt: skip


def own_words(language: str) -> dict[str, str]:
    """The company's own words."""
    return WORDS.get(language, WORDS["ar"])


def deep_link(order: Order) -> str:
    """What opens the app on a phone, as the company's own apps write it."""
    return (
        "appFpp://fast-pay.cash/qrpay"
        f"?qrdata={order.token}&clientUri=appfpclientWasl&transactionId={order.order_id}"
    )


def qr_svg(order: Order) -> str:
    """The code that the app scans."""
    code = segno.make(order.token, error="m", micro=False)
    return str(code.svg_inline(border=2, dark="#1d1b33", light="#fff", omitsize=True))


def hosted(order: Order, language: str, address: str) -> str:
    """The page on which the payer pays."""
    own, text, shown = own_words(language), words(language), bill(order, language)
    others = "".join(pages.button("action", way, own[way], "s") for way in OTHER_WAYS)
    other = "en" if language == "ar" else "ar"
    return pages.shell(
        LOOK,
        language,
        text["amount"],
        f"""<form method="post" class="card">{pages.summary(shown)}
<p class="note">{own["never"]}</p><div class="qr">{qr_svg(order)}</div>
<p class="hint">{own["scan"]}</p>
<a class="b quiet" href="{escape(deep_link(order))}">{own["app"]}</a>
<button name="action" value="pay"><span>{text["pay"]} <bdi>{pages.amount(shown)}</bdi></span></button>
<button class="q" name="action" value="cancel">{own["cancel"]}</button>
<details><summary>{text["testers"]}</summary><div>{others}</div></details></form>
<p><a lang="{other}" href="{escape(address)}&amp;lang={other}">{text["language"]}</a></p>""",
    )


def bill(order: Order, language: str) -> pages.Bill:
    """What a page shows of an order."""
    return pages.Bill(
        language=language,
        amount=order.amount,
        description=order.description,
        reference=order.order_id,
        end=order.status,
    )


def over(order: Order, language: str, title: str, back: str) -> str:
    """The end, or what stands for one."""
    own, text = own_words(language), words(language)
    link = f'<a class="b" href="{escape(back)}">{text["back"]}</a>' if back else ""
    content = (
        f'<div class="card">{pages.summary(bill(order, language))}'
        f"<h1>{own.get(title, title)}</h1>{link}</div>"
    )
    return pages.shell(LOOK, language, own.get(title, title), content)


def stranded(order: Order, language: str, way: str) -> str:
    """Paid, and the way back is lost."""
    return pages.stranded(LOOK, bill(order, language), own_words(language)[way])


def missing() -> str:
    """No such page."""
    return pages.missing(LOOK)
