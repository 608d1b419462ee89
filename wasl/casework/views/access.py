"""How a citizen's page finds its case: own sign-in, or a session that proved reference and secret."""

from uuid import UUID

from django.http import Http404, HttpRequest

from wasl.accounts.models import User
from wasl.accounts.policies import PROOFS
from wasl.casework import selectors
from wasl.casework.models import Case
from wasl.core import references, scope

_KEPT = 10


def remember(request: HttpRequest, case: Case) -> None:
    """Note in the session that this visitor has proved reference and secret of the case."""
    known = [str(case.id), *request.session.get(PROOFS, [])]
    request.session[PROOFS] = list(dict.fromkeys(known))[:_KEPT]


def case_for(request: HttpRequest, reference: str) -> Case:
    """
    The case that this visitor may see, with the row-level scope set for it.

    :raises Http404: alike for a case that is not theirs and one that does not exist.
    """
    try:
        canonical = references.normalise(reference)
    except references.UnableToReadReference:
        raise Http404 from None
    if isinstance(request.user, User) and not request.user.is_staff:
        scope.apply_person(request.user.id)
        mine = selectors.find(canonical)
        if mine is not None and mine.applicant_id == request.user.id:
            return mine
    for known in request.session.get(PROOFS, []):
        scope.apply("CASE", str(UUID(known)))
        case = selectors.find(canonical)
        if case is not None and str(case.id) == known:
            return case
    raise Http404


def acting(request: HttpRequest, case: Case) -> User | None:
    """
    Who may act in a case that `case_for` has found: its applicant, signed in.

    An applicant of whom nothing is known cannot sign in: whoever proved the secret acts for them.
    """
    if isinstance(request.user, User) and request.user.id == case.applicant_id:
        return request.user
    return selectors.unnamed_applicant(case)
