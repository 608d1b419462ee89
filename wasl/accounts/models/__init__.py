"""People and staff, the roles they hold, and how they sign in."""

from wasl.accounts.models.people import User
from wasl.accounts.models.sign_in import SignedInSession, SignInCode
from wasl.accounts.models.standing import DeclaredRelation, DutyPeriod, RoleAssignment

__all__ = [
    "DeclaredRelation",
    "DutyPeriod",
    "RoleAssignment",
    "SignInCode",
    "SignedInSession",
    "User",
]
