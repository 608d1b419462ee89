"""What people pay for, in words. The app that asks for the money registers its purpose."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_LABELS: dict[str, str | Promise] = {}


def register(purpose: str, label: str | Promise) -> None:
    """Give a purpose, for example `connections.fee`, the words that payers read."""
    _LABELS[purpose] = label


def label(purpose: str) -> str | Promise:
    """The words for a purpose."""
    return _LABELS.get(purpose, _("Fee"))


ACCOUNTS = "billing.accounts"
register(ACCOUNTS, _("Electricity bills"))
