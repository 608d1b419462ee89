"""What people report in the last weeks: wires, lamps, meters; some join what others have reported."""

from datetime import datetime, timedelta
from random import Random

from wasl.accounts.models import User
from wasl.complaints import places, selectors, services
from wasl.core.calendars import BAGHDAD
from wasl.core.uploads import CleanUpload
from wasl.network.models import Transformer
from wasl.web.demonstration import citizens, darkness
from wasl.web.demonstration.citizens import picture

LAST_DAYS = 30
A_MOMENT = 0.45
DARK_A_MOMENT = 0.12
# Numbers of citizens beyond those of the applications.
FIRST_NUMBER = 3_000
_JITTER = 0.0012
KINDS = [
    ("street_light", 30, ["المصباح مطفأ منذ أسبوع", "مضاء في النهار وفي الليل", ""]),
    ("meter", 18, ["الشاشة مطفأة", "المقياس يعدّ والبيت مغلق", ""]),
    ("voltage", 16, ["الثلاجة لا تعمل في المساء", "الفولتية تهبط كل مساء", ""]),
    ("wire", 14, ["سلك متدلٍّ قرب المدرسة", "سلك مكشوف فوق الرصيف"]),
    ("pole", 10, ["العمود مائل بعد العاصفة", ""]),
    ("transformer", 4, ["دخان وصوت قوي من المحوّلة"]),
    ("conduct", 3, ["لم يُظهر القارئ هويته"]),
    ("other", 5, ["باب غرفة المحوّلات مفتوح والأطفال قريبون"]),
]
_ANSWERS = {"street_light": {"fault": "off"}, "voltage": {"when": "evening"}}


class Voices:
    """The reports of the story, of a chance of their own; `share` of what a whole story has of them."""

    def __init__(
        self, directorate_id: int, chance: Random, now: datetime, share: float = 1.0
    ) -> None:
        self.chance, self.directorate_id, self.share = chance, directorate_id, share
        self.begins = now - timedelta(days=LAST_DAYS)
        self.transformers = list(
            Transformer.objects.filter(directorate_id=directorate_id).order_by("code")[:200]
        )
        self.number = FIRST_NUMBER

    def speak(self, moment: datetime) -> None:
        """This function will have somebody report something now and then, by the real services."""
        if moment < self.begins or not self.transformers:
            return
        if self.chance.random() < DARK_A_MOMENT * self.share:
            darkness.pass_by(self.directorate_id, self.chance, moment)
        if self.chance.random() > A_MOMENT * self.share:
            return
        code, _weight, words = self.chance.choices(KINDS, [each[1] for each in KINDS])[0]
        on = moment.astimezone(BAGHDAD).date()
        category = selectors.category(code, on)
        near = self.chance.choice(self.transformers)
        place = places.resolve(
            on=on,
            lat=near.lat + self.chance.uniform(-_JITTER, _JITTER),
            lon=near.lon + self.chance.uniform(-_JITTER, _JITTER),
        )
        if category is None or place is None:
            return
        photos = [CleanUpload(content=picture(code), content_type="image/jpeg")]
        sent = services.report(
            said=services.Said(
                category=category,
                place=place,
                words=self.chance.choice(words),
                answers=_ANSWERS.get(code, {}),
                files=photos if self.chance.random() < 0.6 else [],
            ),
            reporter=self._somebody(moment),
            now=moment,
        )
        if category.group == "DANGER" and self.chance.random() < 0.7:
            services.join(
                report_id=sent.report.id, reporter=self._somebody(moment), language="ar", now=moment
            )

    def _somebody(self, moment: datetime) -> User | None:
        """One in three does not sign in."""
        if self.chance.random() < 0.33:
            return None
        self.number += 1
        return citizens.register(self.number, self.chance, moment)
