"""Queries over opinions: those asked from a task, those an office has to answer, votes that are due."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, bindparam, func, not_, or_, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from service.domain.errors import NotFound, message
from service.domain.people import Actor
from service.store.tables import Ballot, Dossier, Opinion, OpinionSubject, UserTask
from service.store.work import Work

COUNT_CAP = 1000
"""A count stops here, as in the inbox."""


_WAITING = (
    Opinion.organisation_id.in_(bindparam("offices", expanding=True)),
    Opinion.closed_at.is_(None),
    or_(
        not_(Opinion.council),
        and_(
            Opinion.council,
            select(Ballot.id)
            .where(
                Ballot.opinion_id == Opinion.id,
                Ballot.person_id == bindparam("person_id"),
                Ballot.cast_at.is_(None),
            )
            .exists(),
        ),
    ),
)
# Built once: every page of the inbox asks.
NUMBER_WAITING = select(func.count()).select_from(
    select(Opinion.id).where(*_WAITING).limit(COUNT_CAP).subquery()
)
"""How many wait for somebody, of whom `asked_of` tells the rest of the statement; capped at COUNT_CAP."""


@dataclass(frozen=True, slots=True)
class OpinionPage:
    """Where to read on: after the question with this instant and id."""

    limit: int = 50
    after: datetime | None = None
    after_id: int = 0


def get(work: Work, opinion_id: int) -> Opinion:
    """A question with everything that its page shows, read afresh.

    Raises:
        NotFound: when there is none.
    """
    found = work.session.scalar(
        _whole().where(Opinion.id == opinion_id).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(message("There is no such question, or it belongs to another office or locality."))
    return found


def of_dossier(work: Work, dossier_id: int) -> list[Opinion]:
    """All questions ever asked about a dossier, oldest first."""
    return of_dossiers(work, [dossier_id])


def of_dossiers(work: Work, dossier_ids: Collection[int]) -> list[Opinion]:
    """The same of several dossiers."""
    return list(
        work.session.scalars(_whole().where(Opinion.dossier_id.in_(dossier_ids)).order_by(Opinion.id))
    )


def open_of_task(work: Work, task_id: int) -> list[Opinion]:
    """The questions of a task that wait for an answer, oldest first."""
    return open_of_tasks(work, [task_id])


def open_of_tasks(work: Work, task_ids: Collection[int]) -> list[Opinion]:
    """The same of several tasks."""
    return list(
        work.session.scalars(
            select(Opinion)
            .where(Opinion.task_id.in_(task_ids), Opinion.closed_at.is_(None))
            .options(joinedload(Opinion.organisation))
            .order_by(Opinion.id)
        )
    )


def waiting(work: Work, actor: Actor, page: OpinionPage) -> list[Opinion]:
    """What is asked of the actor's offices and waits for an answer, the nearest last day first.

    Every office reads the head of one partial index: it costs the same however many questions there are.
    """
    query = _whole().where(*_WAITING).order_by(Opinion.due_at, Opinion.id).limit(page.limit)
    if page.after is not None:
        query = query.where(tuple_(Opinion.due_at, Opinion.id) > tuple_(page.after, page.after_id))
    return list(work.session.scalars(query, asked_of(actor.person_id, actor.organisation_ids)))


def closed(work: Work, actor: Actor, page: OpinionPage) -> list[Opinion]:
    """What was asked of the actor's offices and is closed, the newest first."""
    query = (
        _whole()
        .where(Opinion.organisation_id.in_(sorted(actor.organisation_ids)), Opinion.closed_at.is_not(None))
        .order_by(Opinion.closed_at.desc(), Opinion.id.desc())
        .limit(page.limit)
    )
    if page.after is not None:
        query = query.where(tuple_(Opinion.closed_at, Opinion.id) < tuple_(page.after, page.after_id))
    return list(work.session.scalars(query))


def count_waiting(work: Work, actor: Actor) -> int:
    """How many wait for the actor; capped at COUNT_CAP. Nothing is asked for whoever sits nowhere."""
    if not actor.seats:
        return 0
    return work.session.scalar(NUMBER_WAITING, asked_of(actor.person_id, actor.organisation_ids)) or 0


def due_votes(work: Work, limit: int) -> list[tuple[int, int]]:
    """(opinion id, dossier id) of votes whose time is over, the oldest first."""
    rows = work.session.execute(
        select(Opinion.id, Opinion.dossier_id)
        .where(Opinion.closed_at.is_(None), Opinion.council, not_(Opinion.parked), Opinion.due_at <= work.now)
        .order_by(Opinion.due_at, Opinion.id)
        .limit(limit)
    )
    return [(int(opinion_id), int(dossier_id)) for opinion_id, dossier_id in rows]


def votes_to_count(work: Work, opinion_ids: Sequence[int]) -> list[Opinion]:
    """Votes with their ballots, those still open among some, oldest first; their dossiers are locked."""
    return list(
        work.session.scalars(
            _whole()
            .where(Opinion.id.in_(opinion_ids), Opinion.closed_at.is_(None))
            .order_by(Opinion.id)
            .execution_options(populate_existing=True)
        )
    )


def next_vote(work: Work) -> datetime | None:
    """The next instant after now at which a vote closes by itself, if any."""
    return work.session.scalar(
        select(func.min(Opinion.due_at)).where(
            Opinion.closed_at.is_(None), Opinion.council, not_(Opinion.parked), Opinion.due_at > work.now
        )
    )


def asked_of(person_id: int, offices: Collection[int]) -> dict[str, object]:
    """Whose questions are looked for."""
    return {"offices": sorted(offices), "person_id": person_id}


def _listed() -> Select[Opinion]:
    return select(Opinion).options(
        joinedload(Opinion.organisation),
        joinedload(Opinion.task),
        joinedload(Opinion.asked_by),
        joinedload(Opinion.asked_for),
        joinedload(Opinion.dossier).joinedload(Dossier.unit),
        joinedload(Opinion.dossier).joinedload(Dossier.round),
    )


def _whole() -> Select[Opinion]:
    return _listed().options(
        joinedload(Opinion.task).joinedload(UserTask.group),
        joinedload(Opinion.answered_by),
        joinedload(Opinion.in_place_of),
        selectinload(Opinion.subjects).joinedload(OpinionSubject.nomination),
        selectinload(Opinion.ballots).joinedload(Ballot.person),
        selectinload(Opinion.ballots).selectinload(Ballot.votes),
    )
