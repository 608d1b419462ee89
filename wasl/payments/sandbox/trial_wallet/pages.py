"""The trial wallet's hosted page, as it looks on a phone, in three languages."""

from html import escape

from wasl.payments.sandbox.pages import Look, shell
from wasl.payments.sandbox.trial_wallet.store import Payment

WORDS: dict[str, dict[str, str]] = {
    "ar": {
        "company": "محفظة التجربة",
        "merchant": "وزارة الكهرباء – وصل",
        "for": "عن",
        "order": "رقم الدفعة",
        "amount": "المبلغ",
        "dinar": "د.ع",
        "otp": "رمز التأكيد",
        "otp_hint": "أرسلناه إلى هاتفك. في التجربة هو دائماً",
        "wrong": "الرمز غير صحيح. اكتب الأرقام الستة كما هي.",
        "pay": "ادفع",
        "decline": "رفض الدفع",
        "more": "لمن يختبر النظام: كيف تسير الأمور بطريقة أخرى",
        "pay-lost": "ادفع، ويضيع إشعار الدفع وتنقطع العودة",
        "pay-twice": "ادفع، ويصل الإشعار مرتين",
        "pay-muddled": "ادفع، وتصل الإشعارات بترتيب معكوس",
        "pay-late": "ادفع، ويصل الإشعار بعد 20 ثانية",
        "pay-stay": "ادفع، ولا تعد إلى الموقع",
        "expire": "دع الوقت ينتهي",
        "SUCCESS": "تم الدفع",
        "FAILED": "رُفض الدفع",
        "EXPIRED": "انتهى الوقت",
        "REFUNDED": "أُعيد المبلغ",
        "back": "العودة إلى موقع وصل",
        "stranded": "دفعتَ، وبقيتَ هنا. أغلق هذه الصفحة: سيعرف وصل بالدفع من تلقاء نفسه.",
        "missing": "لا توجد دفعة بهذا العنوان.",
    },
    "ku": {
        "company": "جزدانی تاقیکردنەوە",
        "merchant": "وەزارەتی کارەبا – وەسڵ",
        "for": "بۆ",
        "order": "ژمارەی پارەدان",
        "amount": "بڕ",
        "dinar": "د.ع",
        "otp": "کۆدی پشتڕاستکردنەوە",
        "otp_hint": "بۆ مۆبایلەکەت ناردمان. لە تاقیکردنەوەدا هەمیشە ئەمەیە",
        "wrong": "کۆدەکە هەڵەیە. شەش ژمارەکە وەک خۆی بنووسە.",
        "pay": "پارە بدە",
        "decline": "ڕەتکردنەوە",
        "more": "بۆ ئەوانەی سیستەمەکە تاقی دەکەنەوە",
        "pay-lost": "پارە بدە، ئاگادارکردنەوە و گەڕانەوە ون دەبن",
        "pay-twice": "پارە بدە، ئاگادارکردنەوە دوو جار دێت",
        "pay-muddled": "پارە بدە، ئاگادارکردنەوەکان بە پێچەوانە دێن",
        "pay-late": "پارە بدە، ئاگادارکردنەوە دوای 20 چرکە دێت",
        "pay-stay": "پارە بدە و مەگەڕێوە بۆ ماڵپەڕ",
        "expire": "با کات بەسەر بچێت",
        "SUCCESS": "پارە درا",
        "FAILED": "پارەدان ڕەتکرایەوە",
        "EXPIRED": "کات تەواو بوو",
        "REFUNDED": "پارە گەڕێنرایەوە",
        "back": "گەڕانەوە بۆ وەسڵ",
        "stranded": "پارەت دا و لێرە مایتەوە. ئەم پەڕەیە دابخە: وەسڵ خۆی دەیزانێت.",
        "missing": "هیچ پارەدانێک بەم ناونیشانە نییە.",
    },
    "en": {
        "company": "Trial wallet",
        "merchant": "Ministry of Electricity – Wasl",
        "for": "For",
        "order": "Payment no.",
        "amount": "Amount",
        "dinar": "IQD",
        "otp": "Confirmation code",
        "otp_hint": "We sent it to your phone. In this trial it is always",
        "wrong": "The code is not right. Type the six digits as they are.",
        "pay": "Pay",
        "decline": "Decline",
        "more": "For testers: let it go another way",
        "pay-lost": "Pay, lose the callback and the way back",
        "pay-twice": "Pay, callback twice",
        "pay-muddled": "Pay, callbacks out of order",
        "pay-late": "Pay, callback after 20 seconds",
        "pay-stay": "Pay, and do not return to the site",
        "expire": "Let the time run out",
        "SUCCESS": "Paid",
        "FAILED": "Declined",
        "EXPIRED": "The time ran out",
        "REFUNDED": "Given back",
        "back": "Back to Wasl",
        "stranded": "You paid and stayed here. Close this page: Wasl finds out by itself.",
        "missing": "There is no payment at this address.",
    },
}
OTHER_WAYS = ("pay-twice", "pay-muddled", "pay-late", "pay-lost", "pay-stay", "expire")

LOOK = Look({language: each["company"] for language, each in WORDS.items()})


def hosted(payment: Payment, otp: str, *, wrong: bool = False) -> str:
    """The page on which the payer confirms."""
    words = _words(payment)
    others = "".join(
        f'<button class="s" name="action" value="{way}">{words[way]}</button>' for way in OTHER_WAYS
    )
    problem = f'<p class="wrong" id="wrong" role="alert">{words["wrong"]}</p>' if wrong else ""
    described = "hint wrong" if wrong else "hint"
    return _page(
        payment,
        words["amount"],
        f"""<form method="post" class="card">{_sum(payment)}
<div><label for="otp">{words["otp"]}</label>
<p class="hint" id="hint">{words["otp_hint"]} <code dir="ltr">{otp}</code></p>{problem}</div>
<input id="otp" name="otp" value="{otp}" dir="ltr" inputmode="numeric" autocomplete="one-time-code"
 maxlength="6" aria-describedby="{described}">
<button name="action" value="pay"><span>{words["pay"]} <bdi>{_amount(payment)}</bdi></span></button>
<button class="q" name="action" value="decline">{words["decline"]}</button>
<details><summary>{words["more"]}</summary><div>{others}</div></details></form>""",
    )


def over(payment: Payment, back: str) -> str:
    """The page of a payment that has its end."""
    words = _words(payment)
    title = words.get(payment.status, payment.status)
    return _page(
        payment,
        title,
        f'<div class="card">{_sum(payment)}<h1>{title}</h1>'
        f'<a class="b" href="{escape(back)}">{words["back"]}</a></div>',
    )


def stranded(payment: Payment, *, lost: bool) -> str:
    """Paid, and the way back is lost."""
    words = _words(payment)
    note = words["pay-lost"] if lost else words["pay-stay"]
    return _page(
        payment,
        words["SUCCESS"],
        f'<div class="card">{_sum(payment)}<h1>{words["SUCCESS"]}</h1><p>{words["stranded"]}</p>'
        f'<p class="hint">{note}</p></div>',
    )


def missing() -> str:
    """No such payment, or another's token."""
    return shell(
        LOOK, "ar", WORDS["ar"]["company"], f'<p class="card">{WORDS["ar"]["missing"]}</p>'
    )


def _words(payment: Payment) -> dict[str, str]:
    return WORDS.get(payment.language, WORDS["ar"])


def _amount(payment: Payment) -> str:
    return f'<bdi dir="ltr">{payment.value:,}</bdi> {_words(payment)["dinar"]}'


def _sum(payment: Payment) -> str:
    words = _words(payment)
    return (
        f'<div class="sum"><span>{words["merchant"]}</span><b>{_amount(payment)}</b></div><dl>'
        f"<dt>{words['for']}</dt><dd><bdi>{escape(payment.service_type)}</bdi></dd>"
        f'<dt>{words["order"]}</dt><dd><bdi dir="ltr">{escape(payment.order_id)}</bdi></dd></dl>'
    )


def _page(payment: Payment, title: str, content: str) -> str:
    language = payment.language if payment.language in WORDS else "ar"
    return shell(LOOK, language, title, content)
