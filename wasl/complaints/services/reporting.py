"""Taking in reports: a case is opened, or it follows an outage, or it joins what was known."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from wasl.accounts import services as accounts
from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.casework import services as casework
from wasl.casework.models import Case
from wasl.complaints.models import ApiClient, CategoryVersion, Report
from wasl.complaints.places import Place
from wasl.core import identifiers, references, scope
from wasl.core.errors import Unable
from wasl.core.uploads import CleanUpload
from wasl.events import services as events
from wasl.network import topology
from wasl.notifications import services as notifications
from wasl.outages import services as outages
from wasl.outages.models import Signal

PROCESS = "complaint"
PHOTO, VOICE = "COMPLAINT_PHOTO", "COMPLAINT_VOICE"
SAME_WITHIN = timedelta(minutes=10)


class UnableToReport(Unable):
    """What is reported is not open any more, or of another kind."""

    code = "NOT_REPORTED"
    message = _("This cannot be reported: %(cause)s")


@dataclass(frozen=True, kw_only=True)
class Said:
    """
    What somebody reports: of which category, where, how dangerous, and in their own words.

    `token` names one sending of the form. `sender` is what a program says of its reporter: it tells
    two reports apart, and is not kept.
    """

    category: CategoryVersion
    place: Place
    place_words: str = ""
    words: str = ""
    sender: str = ""
    token: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    is_urgent: bool = False
    files: Sequence[CleanUpload] = ()
    language: str = "ar"


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A report, and the secret by which it is followed: told once. `is_new` False: sent before."""

    report: Report
    secret: str
    is_new: bool = True


def report(
    *,
    said: Said,
    reporter: User | None,
    now: datetime,
    client: ApiClient | None = None,
) -> Sent:
    """
    This function will take in a report. Without a `reporter` it is from a person without a name.

    Of no supply, at a place whose transformer is known, it becomes a sign of an outage; else a case is
    opened. The same form sent again is the same report, and so is the same from a program within ten
    minutes; and a person says once that they have no power, until it is back.

    :raises casework.UnableToSubmit: when the process of complaints is not published.
    """
    with scope.within_system(), events.together():
        digest = _digest(said, client)
        again = _sent_before(said, digest, reporter, now)
        if again is not None:
            secret = _secret(said) if reporter is None and said.token else ""
            return Sent(report=again, secret=secret, is_new=False)
        person = reporter or accounts.register_unnamed(language=said.language, now=now)
        actor = Actor(kind="CITIZEN", user_id=person.id)
        located = _located(said) if said.category.follows_outage else ""
        made = Report(
            id=identifiers.new_id(now),
            directorate_id=said.place.directorate_id,
            category=said.category,
            category_code=said.category.code,
            reporter=person,
            channel=Report.Channel.OPEN311 if client else Report.Channel.WEB,
            client=client,
            is_urgent=said.is_urgent or said.category.group == CategoryVersion.Group.DANGER,
            lat=said.place.lat,
            lon=said.place.lon,
            district_code=said.place.district_code,
            account_no=said.place.account_no,
            place=said.place_words or None,
            words=said.words or None,
            answers=dict(said.answers),
            digest=digest,
            received_at=now,
            updated_at=now,
        )
        secret = _secret(said)
        case = None if located else _open_case(made, person, secret, actor, now)
        if case is None:
            _seal(made, secret)
        made.save(force_insert=True)
        _keep_files(case, said.files, actor, now)
        if said.category.follows_outage:
            _signal(made, located, now)
        record("complaints.report.received", made, actor, now, **_public(made))
        tell(made, "complaints.received", now, reference=made.reference, secret=secret)
    return Sent(report=made, secret=secret)


def _located(said: Said) -> str:
    found = topology.locate(
        said.place.directorate_id,
        account_no=said.place.account_no,
        lat=said.place.lat,
        lon=said.place.lon,
    )
    return found.transformer_code if found else ""


def _secret(said: Said) -> str:
    """A new secret; of a form that is sent again, the same one, as its first answer may be lost."""
    if not said.token:
        return references.new_secret()
    drawn = salted_hmac("wasl.complaints.secret", said.token, algorithm="sha256").digest()
    return f"{int.from_bytes(drawn, 'big') % 10**8:08d}"


def _open_case(made: Report, person: User, secret: str, actor: Actor, now: datetime) -> Case:
    case, _told = casework.submit(
        process_key=PROCESS,
        applicant=person,
        actor=actor,
        directorate_id=made.directorate_id,
        variables={"complaint_group": made.category.group, "category": made.category_code},
        now=now,
        secret=secret,
    )
    made.case_id, made.reference = case.id, case.reference
    return case


def _seal(made: Report, secret: str) -> None:
    """A reference and a secret of its own, for what has no case."""
    salt = secrets.token_bytes(16)
    made.reference = references.new_reference()
    made.secret_salt, made.secret_hash = salt, references.hash_secret(secret, salt=salt)


def _keep_files(
    case: Case | None, files: Sequence[CleanUpload], actor: Actor, now: datetime
) -> None:
    if case is None:
        return
    for each in files:
        kind = VOICE if each.content_type.startswith("audio/") else PHOTO
        casework.attach_document(case_id=case.id, kind=kind, upload=each, actor=actor, now=now)


def _signal(made: Report, transformer_code: str, now: datetime) -> None:
    outages.signal(
        directorate_id=made.directorate_id,
        source=Signal.Source.REPORT,
        source_id=made.id,
        category=made.category_code,
        transformer_code=transformer_code,
        account_no=made.account_no,
        lat=made.lat,
        lon=made.lon,
        at=now,
        now=now,
    )


def _public(made: Report) -> dict[str, Any]:
    # Where a member of staff was complained about would point at a person.
    is_conduct = made.category.group == CategoryVersion.Group.CONDUCT
    return {
        "version": made.category.version,
        "district": "" if is_conduct else made.district_code,
        "channel": made.channel,
        "is_urgent": made.is_urgent,
    }


def _digest(said: Said, client: ApiClient | None) -> bytes | None:
    """What makes two sendings the same; None where nothing does."""
    place = said.place
    if said.token:
        parts: tuple[object, ...] = ("form", said.token)
    elif client is not None:
        parts = (
            client.code, said.category.code, place.lat, place.lon, place.account_no,
            said.place_words, said.words, said.sender, sorted(said.answers.items()),
        )  # fmt: skip
    else:
        return None
    return hashlib.sha256(repr(parts).encode()).digest()


def _sent_before(
    said: Said, digest: bytes | None, reporter: User | None, now: datetime
) -> Report | None:
    known = Report.objects.select_related("category", "reporter")
    if digest is not None:
        # One after the other, so that two at once are one.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [digest.hex()])
        same = known.filter(digest=digest)
        if not said.token:
            same = same.filter(received_at__gte=now - SAME_WITHIN)
        again = same.first()
        if again is not None:
            return again
    if reporter is None or not said.category.follows_outage:
        return None
    return known.filter(
        reporter=reporter,
        category_code=said.category.code,
        district_code=said.place.district_code,
        account_no=said.place.account_no,
        closed_at=None,
    ).first()


def join(*, report_id: UUID, reporter: User | None, language: str, now: datetime) -> Sent:
    """
    This function will have a person follow a report that was known: they get its news.

    Joining twice changes nothing.

    :raises UnableToReport: when it is closed, or not one that others may see.
    """
    with scope.within_system():
        known = Report.objects.select_for_update(of=("self",)).select_related("category")
        first = known.filter(id=report_id, joined_to=None).first()
        if first is None or not first.category.is_shared:
            raise UnableToReport(cause=_("there is no such report."))
        if not first.is_open:
            raise UnableToReport(cause=_("it has been dealt with. Report it anew."))
        if reporter is not None:
            mine = Report.objects.filter(reporter=reporter).select_related("category")
            again = mine.filter(joined_to=first).first() or mine.filter(id=first.id).first()
            if again is not None:
                return Sent(report=again, secret="", is_new=False)
        person = reporter or accounts.register_unnamed(language=language, now=now)
        made = Report(
            id=identifiers.new_id(now),
            directorate_id=first.directorate_id,
            category=first.category,
            category_code=first.category_code,
            reporter=person,
            joined_to=first,
            district_code=first.district_code,
            received_at=now,
            updated_at=now,
        )
        secret = references.new_secret()
        _seal(made, secret)
        made.save(force_insert=True)
        actor = Actor(kind="CITIZEN", user_id=person.id)
        record("complaints.report.joined", made, actor, now, joined_to=str(first.id))
    return Sent(report=made, secret=secret)


def record(kind: str, made: Report, actor: Actor, now: datetime, **more: Any) -> None:
    """This function will put something about a report on record: with its case, where it has one."""
    data = {"report": str(made.id), **more}
    if kind != "complaints.report.rated":
        data["category"] = made.category_code
    events.record(
        kind=kind,
        subject=("case", made.case_id) if made.case_id else ("report", made.id),
        actor=actor,
        directorate_id=made.directorate_id,
        data=data,
        now=now,
    )


def tell(made: Report, template: str, now: datetime, **values: str) -> None:
    """This function will tell the reporter something; whoever gave no number reads it on the page."""
    notifications.notify(
        recipient=made.reporter,
        template=template,
        values=values,
        directorate_id=made.directorate_id,
        subject=("case", made.case_id) if made.case_id else ("report", made.id),
        now=now,
    )
