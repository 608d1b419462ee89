"""What holds up an application at the first check, for the page that asks the citizen about it."""

from dataclasses import dataclass
from datetime import date

from wasl.casework import selectors as casework
from wasl.casework.models import Case
from wasl.connections import selectors
from wasl.core import scope
from wasl.core.calendars import BAGHDAD


@dataclass(frozen=True, kw_only=True)
class Obstacles:
    """What is in the way. The kinds of documents are codes; `words` puts them in a language."""

    missing: tuple[str, ...] = ()
    is_account_unknown: bool = False
    is_duplicate: bool = False

    @property
    def is_elsewhere(self) -> bool:
        """Whether something else than a paper is in the way, and no paper is."""
        return not self.missing and (self.is_account_unknown or self.is_duplicate)


def of(case: Case) -> Obstacles:
    """What is in the way of a case now, by the documents asked for on the day it was sent."""
    with scope.within_system():
        application = selectors.find_application(case.id)
        if application is None:
            return Obstacles()
        have = {document.kind for document in casework.documents(case)}
        asked = selectors.missing_documents(
            application.service, case.directorate_id, _sent_on(case), have
        )
        twin = selectors.earlier_twin(application, case) or selectors.is_place_taken(application)
        return Obstacles(
            missing=tuple(asked),
            is_account_unknown=not selectors.has_account(application),
            is_duplicate=bool(twin),
        )


def words(case: Case, found: Obstacles, language: str) -> list[str]:
    """The missing documents in words."""
    asked = selectors.required_documents(case.service, case.directorate_id, _sent_on(case))
    return [row.get(language) or row["ar"] for row in asked if row["kind"] in found.missing]


def _sent_on(case: Case) -> date:
    return case.submitted_at.astimezone(BAGHDAD).date()
