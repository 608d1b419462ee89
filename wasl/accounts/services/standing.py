"""Roles granted and ended, times off duty, and relations that a member of staff declares."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wasl.accounts import phones, selectors
from wasl.accounts.models import DeclaredRelation, DutyPeriod, RoleAssignment, User
from wasl.accounts.roles import Role
from wasl.accounts.services.people import national_id_index, phone_index
from wasl.core.errors import Unable


class UnableToGrantRole(Unable):
    """Nobody grants a role to themselves, twice for one time, or without the right to."""

    code = "ROLE_NOT_GRANTED"
    message = _("The role was not granted: %(cause)s")


class UnableToEnterDuty(Unable):
    """The time overlaps with another that is entered already, or ends before it begins."""

    code = "DUTY_NOT_ENTERED"
    message = _("The time was not entered: another one overlaps it, or it ends before it begins.")


class UnableToDeclareRelation(Unable):
    """Only staff declare relations."""

    code = "RELATION_NOT_DECLARED"
    message = _("Only staff declare relations to other people.")


@transaction.atomic
def grant_role(
    *,
    user: User,
    role: str,
    directorate_id: int,
    valid_from: date,
    valid_to: date | None = None,
    granted_by: User | None,
    now: datetime,
) -> RoleAssignment:
    """
    This function will let a member of staff hold a role in a directorate, for a time. Half-open.

    `granted_by` None is the installation itself, from its command line or the demo's seed.
    :raises UnableToGrantRole: without a second person who is entitled, or when it is held already.
    """
    if not user.is_staff:
        raise UnableToGrantRole(cause=_("citizens hold no roles."))
    if granted_by is not None and granted_by.pk == user.pk:
        raise UnableToGrantRole(cause=_("nobody grants a role to themselves."))
    if granted_by is not None and not _may_grant(granted_by, directorate_id, now):
        raise UnableToGrantRole(
            cause=_("only the director of that directorate or the ministry's quality office may.")
        )
    try:
        with transaction.atomic():
            return RoleAssignment.objects.create(
                user=user,
                role=Role(role).value,
                directorate_id=directorate_id,
                valid_from=valid_from,
                valid_to=valid_to,
                granted_by=granted_by,
                granted_at=now,
                is_from_installation=granted_by is None,
            )
    except IntegrityError as error:
        raise UnableToGrantRole(cause=_("it is held already in that time.")) from error


def _may_grant(person: User, directorate_id: int, now: datetime) -> bool:
    held = set(selectors.held_roles(person, now).values_list("role", "directorate_id"))
    country = any(role == Role.QUALITY_MINISTRY for role, _directorate in held)
    return country or (Role.DIRECTOR.value, directorate_id) in held


@transaction.atomic
def end_role(*, assignment: RoleAssignment, ended_by: User | None, now: datetime) -> RoleAssignment:
    """
    This function will end a role today; that it was held stays known.

    :raises UnableToGrantRole: when the one who ends it may not grant it, or holds it.
    """
    if ended_by is not None and (
        ended_by.pk == assignment.user_id
        or not _may_grant(ended_by, assignment.directorate_id, now)
    ):
        raise UnableToGrantRole(
            cause=_("only the director of that directorate or the ministry's quality office may.")
        )
    assignment = RoleAssignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    today = timezone.localdate(now)
    assignment.valid_to = max(today, assignment.valid_from)
    assignment.ended_by = ended_by
    assignment.save(update_fields=["valid_to", "ended_by"])
    return assignment


def enter_duty_period(
    *,
    user: User,
    kind: str,
    starts_at: datetime,
    ends_at: datetime | None,
    reason: str = "",
    entered_by: User | None = None,
    now: datetime,
) -> DutyPeriod:
    """
    This function will note a time in which somebody is handed no tasks.

    :raises UnableToEnterDuty: when it overlaps with another one.
    """
    try:
        with transaction.atomic():
            return DutyPeriod.objects.create(
                user=user,
                kind=DutyPeriod.Kind(kind).value,
                starts_at=starts_at,
                ends_at=ends_at,
                reason=reason,
                entered_by=entered_by,
                created_at=now,
            )
    except IntegrityError as error:
        raise UnableToEnterDuty from error


def declare_relation(
    *,
    staff: User,
    nature: str,
    phone: str = "",
    national_id: str = "",
    now: datetime,
) -> DeclaredRelation:
    """
    This function will keep that a member of staff must not handle one person's matters.

    Give the phone or the national id; only its blind index is kept. A second time changes nothing.
    :raises UnableToDeclareRelation: for somebody who is not staff.
    """
    if not staff.is_staff:
        raise UnableToDeclareRelation
    if phone:
        identifier = DeclaredRelation.Identifier.PHONE
        index = phone_index(phones.parse(phone))
    else:
        identifier = DeclaredRelation.Identifier.NATIONAL_ID
        index = national_id_index(national_id)
    relation, _made = DeclaredRelation.objects.get_or_create(
        staff=staff,
        identifier=identifier,
        person_index=index,
        defaults={"nature": DeclaredRelation.Nature(nature).value, "declared_at": now},
    )
    return relation
