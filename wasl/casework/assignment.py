"""
Blind assignment: who is handed a task. Nobody picks a case, and nobody picks an officer.

Order of a draw, all of it on the record (docs/adr/0006): the pool is fixed as an event; then each
party's next link is revealed; then the draw is computed. The links were fixed long before, by the
anchors in the log. `assignment_replay` recomputes every draw of a case.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wasl.accounts import selectors as accounts
from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.casework import conflicts, definitions, drawing
from wasl.casework.models import Case, Draw, DutyExclusion, SeedChain, Task
from wasl.core.errors import Unable
from wasl.events import services as events

PARTIES = ("ministry", "university")
CHAIN_LENGTH = 10_000


class UnableToDraw(Unable):
    """Nobody on duty may do this task at present. It waits, and is drawn when somebody can."""

    code = "EMPTY_POOL"
    message = _(
        "Nobody on duty may do this task at present. It is handed out as soon as somebody can."
    )


@dataclass(frozen=True, kw_only=True)
class Pool:
    """The pool of a draw: the logged order, the persons behind it, who was left out and why."""

    entries: tuple[drawing.Entry, ...]
    members: dict[str, UUID]
    excluded: tuple[dict[str, str], ...]


def pseudonym(user_id: UUID, now: datetime) -> str:
    """A name for a member of staff that changes every month and leads nowhere without our key."""
    message = f"{now:%Y-%m}:{user_id}".encode()
    key = settings.WASL_INDEX_KEY.encode()
    return hmac.new(key, b"staff-pseudonym\n" + message, hashlib.sha256).hexdigest()[:16]


def start_chain(*, directorate_id: int, party: str, actor: Actor, now: datetime) -> SeedChain:
    """
    This function will draw a party's secret, and put its anchor on the record before any use.

    The chain in use, if there is one, is retired.
    """
    SeedChain.objects.filter(directorate_id=directorate_id, party=party, retired_at=None).update(
        retired_at=now
    )
    secret = secrets.token_bytes(32)
    anchor = drawing.link(secret, length=CHAIN_LENGTH, number=0)
    chain = SeedChain.objects.create(
        directorate_id=directorate_id,
        party=party,
        anchor=anchor,
        length=CHAIN_LENGTH,
        secret=secret.hex(),
        anchored_at=now,
    )
    events.record(
        kind="assignment.anchor.published",
        subject=("directorate_draws", chain.id),
        actor=actor,
        directorate_id=directorate_id,
        data={"party": party, "anchor": anchor.hex(), "length": CHAIN_LENGTH},
        now=now,
    )
    return chain


@transaction.atomic
def assign(*, task_id: UUID, now: datetime) -> Task:
    """
    This function will hand a staff task to somebody: by draw, or to the officer of the earlier step
    where the process says that one person does both.

    :raises UnableToDraw: when the pool is empty; the task waits.
    """
    task = Task.objects.select_related("case__process").get(id=task_id)
    # One draw at a time in a directorate: links are revealed in order. Lock order: case, task, chain.
    case = Case.objects.select_for_update(of=("self",)).get(id=task.case_id)
    task = Task.objects.select_for_update(of=("self",)).get(id=task_id)
    if task.status != Task.Status.READY or task.assignee_id or task.kind != Task.Kind.STAFF:
        return task
    step = definitions.step(case.process, task.key)
    if keeper := _keeper(case, step, task, now):
        return _keep(task, case, step, keeper, now)
    return _draw(task, case, step, now)


def _keeper(case: Case, step: definitions.StepDefinition, task: Task, now: datetime) -> UUID | None:
    """Who did the earlier step that this one belongs to, when that person is still on duty."""
    if not step.same_as:
        return None
    done = (
        Task.objects.filter(case=case, key__in=step.same_as, status=Task.Status.DONE)
        .order_by("-completed_at")
        .values_list("completed_by_id", flat=True)
        .first()
    )
    on_duty = {user.id for user in accounts.staff_with_role(task.role, case.directorate_id, on=now)}
    return done if done in on_duty else None


def _keep(
    task: Task, case: Case, step: definitions.StepDefinition, keeper: UUID, now: datetime
) -> Task:
    task.assignee_id = keeper
    task.save(update_fields=["assignee"])
    events.record(
        kind="assignment.task.kept",
        subject=("case", case.id),
        actor=Actor.system(),
        directorate_id=case.directorate_id,
        data={"task": str(task.id), "role": task.role, "earlier": ",".join(step.same_as)},
        now=now,
    )
    return task


def _draw(task: Task, case: Case, step: definitions.StepDefinition, now: datetime) -> Task:
    chains = _chains(case.directorate_id)
    pool = pool_for(task=task, case=case, step=step, now=now)
    if not pool.entries:
        raise UnableToDraw
    attempt = Draw.objects.filter(task=task).count() + 1
    draw_id = drawing.draw_id(task.id, attempt)
    digest = drawing.pool_digest(
        draw_id=draw_id, role=task.role, pool=pool.entries, excluded=pool.excluded
    )
    number = chains[0].next_link
    _fix_pool(task, case, attempt, pool, digest, number, now)
    fallen, shown = _cast(chains, draw_id, digest, pool.entries)
    Draw.objects.create(
        task=task,
        case_id=case.id,
        directorate_id=case.directorate_id,
        attempt=attempt,
        role=task.role,
        rule=drawing.RULE,
        pool=[{"p": entry.pseudonym, "w": entry.weight} for entry in pool.entries],
        excluded=list(pool.excluded),
        links=shown,
        pool_digest=digest.hex(),
        chosen_pseudonym=fallen,
        chosen_id=pool.members[fallen],
        drawn_at=now,
    )
    _hand_over(task, case, pool.members[fallen], fallen, shown, digest, number, attempt, now)
    return task


def _hand_over(
    task: Task,
    case: Case,
    person: UUID,
    fallen: str,
    shown: dict[str, dict[str, object]],
    digest: bytes,
    number: int,
    attempt: int,
    now: datetime,
) -> None:
    task.assignee_id = person
    task.save(update_fields=["assignee"])
    events.record(
        kind="assignment.task.drawn",
        subject=("case", case.id),
        actor=Actor.system(),
        directorate_id=case.directorate_id,
        data={
            "task": str(task.id),
            "attempt": attempt,
            "role": task.role,
            "links": shown,
            "digest": digest.hex(),
            "chosen": fallen,
            "link": number,
        },
        now=now,
    )


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A draw for something that is no task of a case, whole enough to be computed again."""

    subject_id: UUID
    attempt: int
    role: str
    pool: tuple[drawing.Entry, ...]
    excluded: tuple[dict[str, str], ...]
    links: dict[str, dict[str, object]]
    digest: str
    chosen: str
    person: UUID


def draw_person(
    *,
    directorate_id: int,
    subject_id: UUID,
    attempt: int,
    role: str,
    grounds: Mapping[UUID, str],
    fix: Callable[[str, int], None],
    now: datetime,
) -> Drawn:
    """
    This function will draw one of those on duty with a role, by the same rule and chains as tasks.

    `grounds` names who is left out, and why. `fix` is called with the digest and the size of the
    pool before any link is revealed, and puts them on the record. The caller holds its own lock.

    :raises UnableToDraw: when the pool is empty, or no chain is left.
    """
    with transaction.atomic():
        chains = _chains(directorate_id)
        staff = accounts.staff_with_role(role, directorate_id, on=now)
        ordered = sorted((pseudonym(user.id, now), user.id) for user in staff)
        pool = tuple(drawing.Entry(name, 1) for name, user in ordered if user not in grounds)
        excluded = tuple(
            {"p": name, "ground": grounds[user]} for name, user in ordered if user in grounds
        )
        if not pool:
            raise UnableToDraw
        name = drawing.draw_id(subject_id, attempt)
        digest = drawing.pool_digest(draw_id=name, role=role, pool=pool, excluded=excluded)
        fix(digest.hex(), len(pool))
        fallen, shown = _cast(chains, name, digest, pool)
        return Drawn(
            subject_id=subject_id,
            attempt=attempt,
            role=role,
            pool=pool,
            excluded=excluded,
            links=shown,
            digest=digest.hex(),
            chosen=fallen,
            person=dict(ordered)[fallen],
        )


@dataclass(frozen=True, kw_only=True)
class Cast:
    """A draw among any entries, whole enough to be computed again; `chosen` are names of the pool."""

    subject_id: UUID
    attempt: int
    role: str
    pool: tuple[drawing.Entry, ...]
    excluded: tuple[dict[str, str], ...]
    links: dict[str, dict[str, object]]
    digest: str
    chosen: tuple[str, ...]


def draw_entries(
    *,
    directorate_id: int,
    subject_id: UUID,
    attempt: int,
    role: str,
    pool: Sequence[drawing.Entry],
    excluded: Sequence[Mapping[str, str]] = (),
    count: int = 1,
    fix: Callable[[str, int], None],
) -> Cast:
    """
    This function will draw among entries that are no persons on duty: crews, or whom to call back.

    One by the rule of tasks; several (`count`) as a sample without repetition, from one revealed link
    of each party. `fix` is called with digest and size before any link is revealed, and puts them on
    the record. The caller holds its own lock.

    :raises UnableToDraw: when the pool is empty, or no chain is left.
    """
    with transaction.atomic():
        chains = _chains(directorate_id)
        if not pool:
            raise UnableToDraw
        left_out = tuple(dict(each) for each in excluded)
        name = drawing.draw_id(subject_id, attempt)
        digest = drawing.pool_digest(draw_id=name, role=role, pool=pool, excluded=left_out)
        fix(digest.hex(), len(pool))
        links = _reveal(chains)
        seed = drawing.seed(links)
        fallen = (
            [drawing.draw(seed=seed, digest=digest, draw_id=name, pool=pool)]
            if count == 1
            else drawing.sample(seed=seed, digest=digest, draw_id=name, pool=pool, count=count)
        )
        return Cast(
            subject_id=subject_id,
            attempt=attempt,
            role=role,
            pool=tuple(pool),
            excluded=left_out,
            links=_shown(chains, links),
            digest=digest.hex(),
            chosen=tuple(fallen),
        )


def _chains(directorate_id: int) -> list[SeedChain]:
    """
    The parties' chains in use, locked until the draw is done: links are revealed in order.

    :raises UnableToDraw: when there is none, or one is used up.
    """
    chains = list(
        SeedChain.objects.select_for_update()
        .filter(directorate_id=directorate_id, retired_at=None)
        .order_by("party")
    )
    if not chains or any(each.next_link > each.length for each in chains):
        raise UnableToDraw
    return chains


def _cast(
    chains: Sequence[SeedChain], draw_id: bytes, digest: bytes, pool: Sequence[drawing.Entry]
) -> tuple[str, dict[str, dict[str, object]]]:
    """Reveal each party's next link, only now that the pool is fixed; who is drawn, and the links."""
    links = _reveal(chains)
    fallen = drawing.draw(seed=drawing.seed(links), digest=digest, draw_id=draw_id, pool=pool)
    return fallen, _shown(chains, links)


def _shown(chains: Sequence[SeedChain], links: dict[str, bytes]) -> dict[str, dict[str, object]]:
    """The revealed links as the record keeps them: value, number, and the anchor they lead to."""
    return {
        chain.party: {
            "link": links[chain.party].hex(),
            "number": chain.next_link - 1,
            "anchor": bytes(chain.anchor).hex(),
        }
        for chain in chains
    }


def _fix_pool(
    task: Task, case: Case, attempt: int, pool: Pool, digest: bytes, number: int, now: datetime
) -> None:
    events.record(
        kind="assignment.pool.fixed",
        subject=("case", case.id),
        actor=Actor.system(),
        directorate_id=case.directorate_id,
        data={
            "task": str(task.id),
            "attempt": attempt,
            "role": task.role,
            "size": len(pool.entries),
            "digest": digest.hex(),
            "link": number,
        },
        now=now,
    )


def _reveal(chains: Sequence[SeedChain]) -> dict[str, bytes]:
    links = {}
    for chain in chains:
        links[chain.party] = drawing.link(
            bytes.fromhex(chain.secret), length=chain.length, number=chain.next_link
        )
        chain.next_link += 1
        chain.save(update_fields=["next_link"])
    return links


def pool_for(*, task: Task, case: Case, step: definitions.StepDefinition, now: datetime) -> Pool:
    """
    This function will list who may do the task: on duty with the role, minus conflicts.

    Weights are 1: a person's load is evened out by chance, and nobody's weight can be edited.
    Grounds of exclusion: EARLIER_STEP (same person earlier in the case), RELATION (declared),
    LAST_TIME (handled this applicant's previous case), INVOLVED (had a part in the
    matter), DUTY (kept out by two people), REFUSED (an appeal never goes to the refuser), HELD_BEFORE
    (a task taken from its holder).
    """
    staff = accounts.staff_with_role(task.role, case.directorate_id, on=now)
    grounds = _grounds(task, case, step, [user.id for user in staff], now)
    ordered = sorted(staff, key=lambda user: pseudonym(user.id, now))
    entries = [drawing.Entry(pseudonym(u.id, now), 1) for u in ordered if u.id not in grounds]
    members = {pseudonym(user.id, now): user.id for user in ordered}
    excluded = tuple(
        {"p": pseudonym(user.id, now), "ground": grounds[user.id]}
        for user in ordered
        if user.id in grounds
    )
    return Pool(entries=tuple(entries), members=members, excluded=excluded)


def _grounds(
    task: Task, case: Case, step: definitions.StepDefinition, staff: Sequence[UUID], now: datetime
) -> dict[UUID, str]:
    found: dict[UUID, str] = {}

    def mark(people: "Sequence[UUID | None]", ground: str) -> None:
        for person in people:
            if person in staff:
                found.setdefault(person, ground)  # type: ignore[arg-type]

    done = Task.objects.filter(status=Task.Status.DONE, completed_by_id__in=staff)
    earlier = done.filter(case=case).exclude(key=task.key)
    mark(list(earlier.values_list("completed_by_id", flat=True)), "EARLIER_STEP")
    forbidden = done.filter(case=case, key__in=step.not_same_as)
    mark(list(forbidden.values_list("completed_by_id", flat=True)), "EARLIER_STEP")
    mark(list(_relations(case.applicant, staff)), "RELATION")
    last = Case.objects.of_applicant(case.applicant_id).exclude(id=case.id)
    last_case = last.order_by("-submitted_at").values_list("id", flat=True).first()
    mark(
        list(done.filter(case_id=last_case).values_list("completed_by_id", flat=True)),  # type: ignore[misc]
        "LAST_TIME",
    )
    mark(conflicts.involved(case), "INVOLVED")
    kept_out = DutyExclusion.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=now), user_id__in=staff, valid_from__lte=now
    )
    mark(list(kept_out.values_list("user_id", flat=True)), "DUTY")
    held = Draw.objects.filter(task=task).values_list("chosen_id", flat=True)
    mark(list(held), "HELD_BEFORE")
    return found


def _relations(applicant: User, staff: Sequence[UUID]) -> list[UUID]:
    return accounts.related_staff(applicant=applicant, staff_ids=staff)
