"""Who holds what, who is on duty, and which sessions a person has open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils import timezone

from wasl.accounts import phones
from wasl.accounts.models import (
    DeclaredRelation,
    DutyPeriod,
    RoleAssignment,
    SignedInSession,
    SignInCode,
    User,
)
from wasl.accounts.roles import Role


def held_roles(user: User, on: datetime) -> QuerySet[RoleAssignment]:
    """The assignments of a member of staff that are valid at a moment (on its day in Iraq)."""
    today = timezone.localdate(on)
    return RoleAssignment.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=today), user=user, valid_from__lte=today
    ).order_by("granted_at", "id")


def roles_of(user: User, on: datetime) -> frozenset[Role]:
    """The roles that somebody holds at a moment, in any directorate. A citizen holds none."""
    if not user.is_staff:
        return frozenset()
    return frozenset(Role(name) for name in held_roles(user, on).values_list("role", flat=True))


def directorates_of(user: User, on: datetime) -> frozenset[int]:
    """The directorates where somebody holds a role at a moment."""
    if not user.is_staff:
        return frozenset()
    return frozenset(held_roles(user, on).values_list("directorate_id", flat=True))


def staff_on_duty(on: datetime) -> QuerySet[User]:
    """Active staff whom no leave, absence, training or other duty keeps from work."""
    away = DutyPeriod.objects.filter(Q(ends_at=None) | Q(ends_at__gt=on), starts_at__lte=on)
    return User.objects.filter(kind=User.Kind.STAFF, is_active=True).exclude(
        id__in=away.values("user_id")
    )


def staff_with_role(role: str, directorate_id: int, on: datetime) -> QuerySet[User]:
    """
    The members of staff who hold the role in the directorate and are on duty, by id.

    On duty is who is active and has no leave, absence, training or other duty at that moment.
    """
    today = timezone.localdate(on)
    holders = RoleAssignment.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=today),
        role=role,
        directorate_id=directorate_id,
        valid_from__lte=today,
    )
    return staff_on_duty(on).filter(id__in=holders.values("user_id")).order_by("id")


def is_on_duty(user: User, on: datetime) -> bool:
    """Whether no leave, absence, training or other duty keeps a member of staff from work."""
    return staff_on_duty(on).filter(pk=user.pk).exists()


def related_staff(*, applicant: User, staff_ids: Iterable[UUID]) -> list[UUID]:
    """Those of the staff who declared a relation to the applicant, by phone or national id."""
    known = Q(pk__in=[])
    for identifier, index in (
        (DeclaredRelation.Identifier.PHONE, applicant.phone_index),
        (DeclaredRelation.Identifier.NATIONAL_ID, applicant.national_id_index),
    ):
        if index is not None:
            known |= Q(identifier=identifier, person_index=index)
    return list(
        DeclaredRelation.objects.filter(known, staff_id__in=list(staff_ids))
        .values_list("staff_id", flat=True)
        .distinct()
        .order_by("staff_id")
    )


@dataclass(frozen=True)
class Member:
    """One of a directorate's staff: the person, the roles held there, and what keeps them away."""

    user: User
    assignments: tuple[RoleAssignment, ...]
    away: DutyPeriod | None

    @property
    def role_labels(self) -> list[str]:
        """The names of the roles, in the reader's language."""
        return [str(Role(each.role).label) for each in self.assignments]


def team(directorate_id: int, on: datetime) -> list[Member]:
    """Everybody who holds a role in the directorate at a moment, by staff number."""
    today = timezone.localdate(on)
    held: dict[UUID, list[RoleAssignment]] = {}
    for each in (
        RoleAssignment.objects.filter(
            Q(valid_to=None) | Q(valid_to__gt=today),
            directorate_id=directorate_id,
            valid_from__lte=today,
        )
        .select_related("user")
        .order_by("user__staff_no", "role")
    ):
        held.setdefault(each.user_id, []).append(each)
    away = {
        period.user_id: period
        for period in DutyPeriod.objects.filter(
            Q(ends_at=None) | Q(ends_at__gt=on), starts_at__lte=on, user_id__in=held
        )
    }
    return [
        Member(user=list_[0].user, assignments=tuple(list_), away=away.get(key))
        for key, list_ in held.items()
    ]


def member(directorate_id: int, user_id: UUID, on: datetime) -> Member | None:
    """One member of the directorate's staff, or None: also for somebody of another one."""
    return next((each for each in team(directorate_id, on) if each.user.pk == user_id), None)


def relations_of(staff: User) -> QuerySet[DeclaredRelation]:
    """What a member of staff declared, the latest first. Whom it is about cannot be read back."""
    return DeclaredRelation.objects.filter(staff=staff).order_by("-declared_at", "id")


def sessions_of(user: User, on: datetime) -> QuerySet[SignedInSession]:
    """The devices where somebody is signed in, the one used last first."""
    alive = Session.objects.filter(expire_date__gt=on).values("session_key")
    return SignedInSession.objects.filter(user=user, session_key__in=alive).order_by(
        "-last_seen_at", "id"
    )


def staff_by_username(username: str) -> User | None:
    """The member of staff of that user name; small and capital letters are one."""
    return User.objects.filter(kind=User.Kind.STAFF, username=username.strip().lower()).first()


def masked_phone_of(user: User) -> str:
    """The phone of a person, enough to recognise it; empty for staff without one."""
    return phones.masked(user.phone) if user.phone else ""


def masked_phone_of_code(code_id: UUID) -> str:
    """The phone that a code was sent to, masked; empty when the code is gone."""
    code = SignInCode.objects.filter(pk=code_id).first()
    return phones.masked(code.phone) if code else ""


def role_labels_of(user: User, on: datetime) -> list[str]:
    """The names of the roles somebody holds, in the reader's language."""
    return [str(role.label) for role in sorted(roles_of(user, on))]
