"""Invented names, streets and habits that read like Karkh. No real person."""

from random import Random

FIRST = [
    "أحمد",
    "علي",
    "حسين",
    "كرار",
    "مصطفى",
    "زينب",
    "نور",
    "هدى",
    "سجاد",
    "عمر",
    "حيدر",
    "مريم",
    "رقية",
    "ليث",
    "سارة",
    "ياسر",
    "شهد",
    "بلال",
    "فاطمة",
    "منتظر",
    "دعاء",
    "أنس",
    "رغد",
    "طه",
    "آية",
]
MIDDLE = [
    "جاسم",
    "كاظم",
    "عبدالله",
    "محمود",
    "صالح",
    "خليل",
    "إبراهيم",
    "هاشم",
    "ناصر",
    "رحيم",
    "سلمان",
    "يوسف",
    "فاضل",
    "عباس",
]
LAST = [
    "الجبوري",
    "العزاوي",
    "الخفاجي",
    "الدليمي",
    "الساعدي",
    "الربيعي",
    "العبيدي",
    "الموسوي",
    "المشهداني",
    "الكعبي",
    "الزبيدي",
    "الشمري",
]
LANDMARKS = [
    "قرب المدرسة",
    "خلف الجامع",
    "مقابل الفرن",
    "قرب المستوصف",
    "جنب محلات الخضار",
    "قرب الساحة",
    "",
]


def full_name(chance: Random) -> str:
    """A name of three parts."""
    return f"{chance.choice(FIRST)} {chance.choice(MIDDLE)} {chance.choice(LAST)}"


def phone(number: int) -> str:
    """A mobile number from a block kept for invented people."""
    return f"0770{1000000 + number * 37 % 8999999:07d}"


def national_id(chance: Random) -> str:
    """Twelve digits that look like a card's."""
    return f"19{chance.randrange(10**10):010d}"
