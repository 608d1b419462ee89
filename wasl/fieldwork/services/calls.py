"""Calls back: a published share of those who reported, drawn on record, called by others than the crew."""

from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.casework import drawing, draws
from wasl.core import identifiers
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.directorates import dated
from wasl.events import services as events
from wasl.fieldwork import contacts
from wasl.fieldwork.models import CallBack, CallBackDraw, OrderStep
from wasl.fieldwork.models.crews import CrewMember
from wasl.outages import services as outages
from wasl.outages.models import Outage, Signal

ROLE = "CALL_BACK"
TRIES = 3


class UnableToAnswerCall(Unable):
    """It was answered, or the caller was in the crew."""

    code = "CALL_NOT_ANSWERED"
    message = _("This call is not recorded: %(cause)s")


@transaction.atomic
def draw_calls(*, outage_id: UUID, now: datetime) -> CallBackDraw | None:
    """
    This function will draw whom to call about an outage that is over: the published share, rounded up.

    Once for an outage. None where nobody reported who can be called, or the share is nought.

    :raises UnableToDraw: while no chain is in use; it is tried again.
    """
    outage = Outage.objects.filter(id=outage_id, state=Outage.State.RESTORED).first()
    if outage is None or outage.why.get("given_up"):
        return None
    if CallBackDraw.objects.filter(outage_id=outage.id).exists():
        return None
    share = int(
        dated.value(
            "fieldwork.call_back_pct",
            directorate_id=outage.directorate_id,
            on=now.astimezone(BAGHDAD).date(),
        )
    )
    signs = {
        each.source_id: each
        for each in Signal.objects.filter(
            outage=outage, source=Signal.Source.REPORT, says=Signal.Says.OFF
        ).order_by("at", "id")
    }
    people = contacts.reachable(
        outage.directorate_id, [(each.source_id, each.account_no) for each in signs.values()]
    )
    if not people or not share:
        return None
    return _draw(outage, share, {source: signs[source] for source in people}, now)


def _draw(outage: Outage, share: int, signs: dict[UUID, Signal], now: datetime) -> CallBackDraw:
    by_name = {draws.pseudonym(source, now): source for source in signs}
    names = sorted(by_name)
    count = -(-len(names) * share // 100)

    def fix(fixed: draws.Fixed) -> None:
        _record(
            "calls.fixed", outage.id, outage.directorate_id, Actor.system(), now,
            outage=str(outage.id), size=fixed.size, share_pct=share, digest=fixed.digest,
        )  # fmt: skip

    cast = draws.draw_entries(
        directorate_id=outage.directorate_id, subject_id=outage.id, attempt=1, role=ROLE,
        pool=[drawing.Entry(name, 1) for name in names], count=count, fix=fix,
    )  # fmt: skip
    draw = CallBackDraw.objects.create(
        id=identifiers.new_id(now), directorate_id=outage.directorate_id, outage_id=outage.id,
        reference=outage.reference, share_pct=share, size=len(names), pool=names, links=cast.links,
        pool_digest=cast.fixed.digest, chosen=list(cast.chosen), drawn_at=now,
    )  # fmt: skip
    CallBack.objects.bulk_create(
        CallBack(
            id=identifiers.new_id(now), directorate_id=outage.directorate_id, draw=draw,
            outage_id=outage.id, source_id=by_name[name], account_no=signs[by_name[name]].account_no,
            transformer_code=signs[by_name[name]].transformer_code,
        )
        for name in cast.chosen
    )  # fmt: skip
    _record(
        "calls.drawn", outage.id, outage.directorate_id, Actor.system(), now,
        outage=str(outage.id), count=len(cast.chosen), size=len(names), digest=cast.fixed.digest,
        links=cast.links,
    )  # fmt: skip
    return draw


@transaction.atomic
def open_call(*, directorate_id: int, call_id: UUID, actor: Actor, now: datetime) -> str:
    """
    This function will give the number to call; that it was looked up is on record.

    :raises UnableToAnswerCall: when there is nothing to call about, or the caller was in the crew.
    """
    call = _lock(directorate_id, call_id, actor)
    people = contacts.reachable(directorate_id, [(call.source_id, call.account_no)])
    person = people.get(call.source_id)
    if person is None or not person.phone:
        raise UnableToAnswerCall(cause=_("no number is known any more."))
    _record("call.opened", call.outage_id, directorate_id, actor, now, call=str(call.id))
    return str(person.phone)


@transaction.atomic
def answer_call(
    *,
    directorate_id: int,
    call_id: UUID,
    outcome: str,
    is_content: bool | None,
    was_asked: bool | None,
    actor: Actor,
    now: datetime,
) -> CallBack:
    """
    This function will write down what was answered. "Not really back" is a sign of an outage; whether
    something was asked of them is only counted.

    Nobody answering is tried three times. :raises UnableToAnswerCall: when it was answered before, the
    caller was in the crew, or an answer is missing.
    """
    call = _lock(directorate_id, call_id, actor)
    is_reached = outcome in {CallBack.Outcome.BACK, CallBack.Outcome.NOT_BACK}
    if not is_reached and outcome != CallBack.Outcome.NOBODY:
        raise UnableToAnswerCall(cause=_("choose what was answered."))
    if is_reached and (is_content is None or was_asked is None):
        raise UnableToAnswerCall(cause=_("answer all three questions."))
    call.attempts += 1
    call.called_by, call.called_at = actor.user_id, now
    if is_reached or call.attempts >= TRIES:
        call.outcome = outcome
        _count(call, outcome, is_content, was_asked, now)
        _record(
            "call.answered", call.outage_id, directorate_id, actor, now,
            call=str(call.id), outcome=outcome,
        )  # fmt: skip
    call.save(update_fields=["attempts", "called_by", "called_at", "outcome"])
    if outcome == CallBack.Outcome.NOT_BACK:
        outages.signal(
            directorate_id=directorate_id, source=Signal.Source.CALL_BACK, source_id=call.id,
            category="call_back", transformer_code=call.transformer_code,
            account_no=call.account_no, at=now, now=now,
        )  # fmt: skip
    return call


def _lock(directorate_id: int, call_id: UUID, actor: Actor) -> CallBack:
    call = (
        CallBack.objects.select_for_update(of=("self",))
        .filter(directorate_id=directorate_id, id=call_id, outcome="")
        .first()
    )
    if call is None:
        raise UnableToAnswerCall(cause=_("the call was answered before."))
    crews = OrderStep.objects.filter(
        order__subject_type="outage", order__subject_id=call.outage_id
    ).values("crew_id")
    if CrewMember.objects.filter(crew_id__in=crews, user=actor.user_id).exists():
        raise UnableToAnswerCall(cause=_("whoever was in the crew does not call."))
    return call


_COUNT = """
INSERT INTO fieldwork_callbackfigure AS f (directorate_id, month, back, not_back, nobody, content,
    not_content, nothing_asked, something_asked)
VALUES (%(directorate)s, %(month)s, %(back)s, %(not_back)s, %(nobody)s, %(content)s, %(not_content)s,
    %(nothing)s, %(something)s)
ON CONFLICT (directorate_id, month) DO UPDATE SET back = f.back + excluded.back,
    not_back = f.not_back + excluded.not_back, nobody = f.nobody + excluded.nobody,
    content = f.content + excluded.content, not_content = f.not_content + excluded.not_content,
    nothing_asked = f.nothing_asked + excluded.nothing_asked,
    something_asked = f.something_asked + excluded.something_asked
"""


def _count(
    call: CallBack, outcome: str, is_content: bool | None, was_asked: bool | None, now: datetime
) -> None:
    values: dict[str, int | date] = {
        "directorate": call.directorate_id,
        "month": now.astimezone(BAGHDAD).date().replace(day=1),
        "back": int(outcome == CallBack.Outcome.BACK),
        "not_back": int(outcome == CallBack.Outcome.NOT_BACK),
        "nobody": int(outcome == CallBack.Outcome.NOBODY),
        "content": int(is_content is True),
        "not_content": int(is_content is False),
        "nothing": int(was_asked is False),
        "something": int(was_asked is True),
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)


def _record(
    verb: str, outage_id: UUID, directorate_id: int, actor: Actor, now: datetime, **data: object
) -> None:
    events.record(
        kind=f"fieldwork.{verb}",
        subject=("outage", outage_id),
        actor=actor,
        directorate_id=directorate_id,
        data=data,
        now=now,
    )
