"""
Draws from the parties' hash chains: of a person for a task, of a crew, of whom to call back.

Order of a draw, all of it on the record (docs/adr/0006): the pool is fixed as an event; then each
party's next link is revealed; then the draw is computed. The links were fixed long before, by the
anchors in the log.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from wasl.accounts import selectors as accounts
from wasl.accounts.actors import Actor
from wasl.casework import drawing
from wasl.casework.models import SeedChain
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
class Fixed:
    """A pool that no longer changes: its digest, its size, and the link that will decide it."""

    digest: str
    size: int
    link: int


@dataclass(frozen=True, kw_only=True)
class Cast:
    """A draw, whole enough to be computed again; `chosen` are names of the pool."""

    subject_id: UUID
    attempt: int
    role: str
    pool: tuple[drawing.Entry, ...]
    excluded: tuple[dict[str, str], ...]
    links: dict[str, dict[str, object]]
    fixed: Fixed
    chosen: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """The draw of a person on duty for something that is no task of a case."""

    cast: Cast
    person: UUID


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


def draw_entries(
    *,
    directorate_id: int,
    subject_id: UUID,
    attempt: int,
    role: str,
    pool: Sequence[drawing.Entry],
    excluded: Sequence[Mapping[str, str]] = (),
    count: int = 1,
    fix: Callable[[Fixed], None],
) -> Cast:
    """
    This function will draw among entries: one, or several (`count`) as a sample without repetition.

    Each party reveals one link. `fix` is called before any is revealed, and puts the pool on the
    record. The caller holds its own lock, and the transaction; when this raises nothing was written.

    :raises UnableToDraw: when the pool is empty, or no chain is left.
    """
    chains = _chains(directorate_id)
    if not pool:
        raise UnableToDraw
    left_out = tuple(dict(each) for each in excluded)
    name = drawing.draw_id(subject_id, attempt)
    digest = drawing.pool_digest(draw_id=name, role=role, pool=pool, excluded=left_out)
    fixed = Fixed(digest=digest.hex(), size=len(pool), link=chains[0].next_link)
    fix(fixed)
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
        fixed=fixed,
        chosen=tuple(fallen),
    )


def draw_person(
    *,
    directorate_id: int,
    subject_id: UUID,
    attempt: int,
    role: str,
    grounds: Mapping[UUID, str],
    fix: Callable[[Fixed], None],
    now: datetime,
) -> Drawn:
    """
    This function will draw one of those on duty with a role; `grounds` names who is left out, and why.

    :raises UnableToDraw: when the pool is empty, or no chain is left.
    """
    staff = accounts.staff_with_role(role, directorate_id, on=now)
    ordered = sorted((pseudonym(user.id, now), user.id) for user in staff)
    cast = draw_entries(
        directorate_id=directorate_id,
        subject_id=subject_id,
        attempt=attempt,
        role=role,
        pool=[drawing.Entry(name, 1) for name, user in ordered if user not in grounds],
        excluded=[
            {"p": name, "ground": grounds[user]} for name, user in ordered if user in grounds
        ],
        fix=fix,
    )
    return Drawn(cast=cast, person=dict(ordered)[cast.chosen[0]])


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


def _reveal(chains: Sequence[SeedChain]) -> dict[str, bytes]:
    SeedChain.objects.filter(id__in=[each.id for each in chains]).update(
        next_link=F("next_link") + 1
    )
    return {
        chain.party: drawing.link(
            bytes.fromhex(chain.secret), length=chain.length, number=chain.next_link
        )
        for chain in chains
    }


def _shown(chains: Sequence[SeedChain], links: dict[str, bytes]) -> dict[str, dict[str, object]]:
    """The revealed links as the record keeps them: value, number, and the anchor they lead to."""
    return {
        chain.party: {
            "link": links[chain.party].hex(),
            "number": chain.next_link,
            "anchor": bytes(chain.anchor).hex(),
        }
        for chain in chains
    }
