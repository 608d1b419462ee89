"""Three protected reports: one in dialogue, one closed, one new. Keys and receipts are open here."""

from datetime import datetime, timedelta
from random import Random

from wasl.accounts.models import User
from wasl.accounts.roles import Role
from wasl.core.calendars import BAGHDAD
from wasl.directorates import selectors as directorates
from wasl.disclosures import bundles, demo, exports, keyfiles, receipts, services
from wasl.disclosures.models import Report
from wasl.web.demonstration import setting

# So that opening it in a browser takes no time; a real key has six times as many rounds.
ROUNDS = keyfiles.FEWEST_ITERATIONS
_ASKED = (
    "راجعتُ لربط مقياس في حي الجامعة، وقال لي الكاشف إن المعاملة تتأخر شهراً ما لم أدفع "
    "مئة وخمسين ألف دينار نقداً. لم أدفع."
)
_QUESTION = (
    "شكراً لأنك كتبت. هل كان ذلك في الموقع أم بالهاتف؟ وهل رأيت أو سمعت أن غيرك طُلب منه المبلغ نفسه؟ "
    "لا تذكر اسمك ولا رقم معاملتك."
)
_REPLY = "كان ذلك في الموقع، أمام الباب. جارٌ لي دفع المبلغ نفسه قبل أسبوعين."
_STOLEN = (
    "محوّلة مرفوعة من الشارع سُجّلت تالفة، ورأيتها تُنقل إلى معمل أهلي ليلاً. الصورة عندي ولم أرفقها."
)
_FOUND = "تحقق المكتب مع جهة التفتيش، ووُجدت المحوّلة في المعمل. أُحيل الأمر إلى المحكمة. شكراً لك."
_NEW = "مسؤول في المخزن يوقّع على استلام مقاييس لم تصل، ثم تُباع خارج المخزن."


def tell(*, directorate_id: int, now: datetime, chance: Random) -> None:
    """This function will register two officers with a key each, and tell the three reports."""
    ministry = directorates.ministry().id
    start = now - timedelta(days=40)
    team = setting.staff(ministry, {Role.INTEGRITY_OFFICER: 2}, start, chance)
    first, second = team[Role.INTEGRITY_OFFICER]
    key = _register(first, second, start)
    _register(second, first, start)

    asked, receipt = _file("BRIBERY", directorate_id, _ASKED, now - timedelta(days=12))
    stolen, _receipt = _file("ENERGY_THEFT", directorate_id, _STOLEN, now - timedelta(days=33))
    _file("MISCONDUCT", ministry, _NEW, now - timedelta(days=1))
    services.publish_batch(now=now - timedelta(days=11), is_forced=True)
    _answer(stolen, second, _FOUND, now - timedelta(days=10))
    services.move(
        report_id=stolen.id, stage="CLOSED", outcome="CONFIRMED", officer=second,
        now=now - timedelta(days=9),
    )  # fmt: skip
    _answer(asked, first, _QUESTION, now - timedelta(days=8))
    services.publish_batch(now=now - timedelta(days=7), is_forced=True)
    opened = services.open_dialogue(receipt=receipt)
    services.say(opened=opened, words=_REPLY, files=[], now=now - timedelta(days=5))
    services.publish_batch(now=now - timedelta(hours=2), is_forced=True)
    demo.keep(demo.Offered(key=key, receipt=receipts.grouped(receipt)))


def _register(holder: User, second: User, now: datetime) -> str:
    """A key for the officer, approved by the other; the content of its file."""
    text, public = keyfiles.make(demo.PASSPHRASE, iterations=ROUNDS)
    key = services.propose_key(public=keyfiles.public_text(public), holder=holder, now=now)
    services.move_key(key_id=key.id, move="APPROVED", officer=second, now=now)
    return text


def _file(matter: str, office: int, words: str, now: datetime) -> tuple[Report, str]:
    receipt = receipts.new()
    filing = services.Filing(receipt=receipt, matter=matter, directorate_id=office, words=words)
    return services.receive(filing=filing, now=now.astimezone(BAGHDAD))[0], receipt


def _answer(report: Report, officer: User, words: str, now: datetime) -> None:
    text = bundles.answer(exports.sealed_report(report, now), words)
    box = bundles.box_of_answer(text, str(report.id))
    services.reply(report_id=report.id, box=box, officer=officer, now=now)
