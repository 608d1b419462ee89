"""The roles staff may hold. What a role sees is said where it is used; here is its name."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """A role in a directorate, held for a time. Stored as its name."""

    DOCUMENTS_OFFICER = "DOCUMENTS_OFFICER"
    INSPECTOR = "INSPECTOR"
    ENGINEER = "ENGINEER"
    STORE_KEEPER = "STORE_KEEPER"
    TECHNICIAN = "TECHNICIAN"
    CASHIER_CONTROLLER = "CASHIER_CONTROLLER"
    SUPERVISOR = "SUPERVISOR"
    DIRECTOR = "DIRECTOR"
    QUALITY_OFFICER = "QUALITY_OFFICER"
    QUALITY_MINISTRY = "QUALITY_MINISTRY"
    AUDITOR = "AUDITOR"
    METER_READER = "METER_READER"
    INTEGRITY_OFFICER = "INTEGRITY_OFFICER"

    @property
    def label(self) -> str | Promise:
        """The role's name in the reader's language."""
        return _LABELS[self]

    @property
    def sees_country(self) -> bool:
        """Whether the role sees every directorate, not only the one where it is held."""
        return self in {Role.QUALITY_MINISTRY, Role.AUDITOR}

    @property
    def is_field_work(self) -> bool:
        """Whether the work is done outside, on a phone."""
        return self in {Role.INSPECTOR, Role.TECHNICIAN, Role.METER_READER}


_LABELS: dict[Role, str | Promise] = {
    Role.DOCUMENTS_OFFICER: _("documents officer"),
    Role.INSPECTOR: _("inspector"),
    Role.ENGINEER: _("engineer"),
    Role.STORE_KEEPER: _("store keeper"),
    Role.TECHNICIAN: _("technician"),
    Role.CASHIER_CONTROLLER: _("cashier controller"),
    Role.SUPERVISOR: _("supervisor"),
    Role.DIRECTOR: _("director"),
    Role.QUALITY_OFFICER: _("quality officer"),
    Role.QUALITY_MINISTRY: _("quality officer of the ministry"),
    Role.AUDITOR: _("auditor"),
    Role.METER_READER: _("meter reader"),
    Role.INTEGRITY_OFFICER: _("integrity officer"),
}


def choices() -> list[tuple[str, str | Promise]]:
    """For model fields: a callable, so that a new role needs no migration."""
    return [(role.value, role.label) for role in Role]
