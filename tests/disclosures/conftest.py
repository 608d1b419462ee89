"""A ministry with two integrity officers who have keys in use, and the means to write to them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests import people
from tests.people import NOW
from wasl.accounts.models import User
from wasl.core import crypto
from wasl.directorates import seeding
from wasl.directorates import selectors as directorates
from wasl.disclosures import receipts, sealing, selectors, services
from wasl.disclosures.models import RecipientKey, Report
from wasl.transparency.services import sealing as log


@dataclass
class Officer:
    """An integrity officer, with the private key that only they have."""

    user: User
    private: bytes
    key: RecipientKey


class Office:
    """The integrity office, and somebody who writes to it."""

    def __init__(self, *, officers: int = 2) -> None:
        seeding.run(now=NOW)
        self.ministry = directorates.ministry().id
        self.auditor = people.staff("AUDITOR", directorate_id=self.ministry)
        self.officers = [self.officer() for _n in range(officers)]

    def officer(self, *also: tuple[str, int]) -> Officer:
        """A further officer, with roles elsewhere, whose key the auditor has approved."""
        user = people.staff("INTEGRITY_OFFICER", directorate_id=self.ministry)
        for role, directorate_id in also:
            grant(user, role, directorate_id)
        private = sealing.new_private()
        from wasl.disclosures.keyfiles import public_text

        key = services.propose_key(
            public=public_text(sealing.public_of(private)), holder=user, now=NOW
        )
        services.move_key(key_id=key.id, move="APPROVED", officer=self.auditor, now=NOW)
        return Officer(user, private, key)

    def file(
        self, words: str = "طلب مني مالاً", *, office: int = 1, receipt: str = "", now=NOW, **values
    ) -> tuple[Report, str]:
        """A report, with its receipt."""
        receipt = receipt or receipts.new()
        filing = services.Filing(
            receipt=receipt, matter="BRIBERY", directorate_id=office, words=words, **values
        )
        report, _is_new = services.receive(filing=filing, now=now)
        return report, receipt

    def reply(self, report: Report, officer: Officer, words: str, now=NOW):
        """An answer, sealed as the officer's computer does."""
        from wasl.disclosures import bundles, exports

        text = bundles.answer(exports.sealed_report(report, now), words)
        box = bundles.box_of_answer(text, str(report.id))
        return services.reply(report_id=report.id, box=box, officer=officer.user, now=now)

    def words(self, report: Report, private: bytes) -> list[str]:
        """All words of a report that a key opens."""
        from wasl.disclosures import bundles, exports

        read = bundles.read(exports.sealed_report(report, NOW), private)
        return [each.content.words for each in read if each.content and each.content.words]


def grant(user: User, role: str, directorate_id: int) -> None:
    from wasl.accounts import services as accounts

    accounts.grant_role(
        user=user, role=role, directorate_id=directorate_id, granted_by=None,
        valid_from=NOW.date().replace(month=1, day=1), now=NOW,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def cheap_receipts(monkeypatch) -> None:
    """A guess costs as much as it should in test_sealing only."""
    monkeypatch.setattr(receipts, "MEMORY_KIB", 1024)


@pytest.fixture
def office(db, settings, tmp_path) -> Office:
    settings.WASL_LOG_DIR = tmp_path / "log"
    settings.WASL_LOG_KEY_FILE = tmp_path / "log.pem"
    settings.WASL_LOG_POLICY_FILE = ""
    settings.DATA_DIR = tmp_path
    return Office()


@pytest.fixture
def reporter(office: Office) -> Client:
    """A browser without anything."""
    from wasl.disclosures.patience import PATIENCE

    PATIENCE._held.clear()
    return Client(raise_request_exception=False)


__all__ = ["NOW", "Office", "Officer", "crypto", "datetime", "log", "selectors", "timedelta"]
