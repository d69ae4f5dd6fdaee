"""Queries over the deadlines of a round: under lock, with their extensions and their history."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from service.domain.errors import NotFound, message
from service.store.tables import (
    Deadline,
    DeadlineChange,
    DeadlineExtension,
    Organisation,
    Person,
    Round,
    UserTask,
)
from service.store.work import Work


def lock_round(work: Work, locality_id: str, key: str) -> Round:
    """A round with its deadlines as they are now, locked until the Work ends.

    Whoever opens a dossier in it waits: no dossier can miss a change of its dates.

    Raises:
        NotFound: when the locality has no such round.
    """
    work.session.flush()
    found = work.session.scalar(
        select(Round)
        .where(Round.locality_id == locality_id, Round.key == key)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(message("{locality} has no round {key}.", locality=locality_id, key=key))
    work.session.scalars(
        select(Deadline).where(Deadline.round_id == found.id).execution_options(populate_existing=True)
    ).all()
    return found


def lock_rounds(work: Work, locality_id: str) -> None:
    """Locks all rounds of a locality until the Work ends; what is read of them next is as they are now."""
    work.session.flush()
    work.session.scalars(
        select(Round)
        .where(Round.locality_id == locality_id)
        .order_by(Round.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def of_round(work: Work, locality_id: str, round_key: str, key: str) -> Deadline:
    """A deadline by its key, to be read.

    Raises:
        NotFound: when there is no such round, or no such deadline in it.
    """
    found = work.session.scalar(
        select(Deadline)
        .join(Round, Round.id == Deadline.round_id)
        .where(Round.locality_id == locality_id, Round.key == round_key)
        .where(Deadline.key == key, Deadline.active)
    )
    if found is None:
        raise NotFound(message("Round {round} has no deadline {key}.", round=round_key, key=key))
    return found


def extensions(work: Work, deadline_ids: list[int], *, ended: bool = False) -> list[DeadlineExtension]:
    """The extensions of some deadlines with their units, the oldest first; with `ended` the past ones too."""
    query = (
        select(DeadlineExtension)
        .where(DeadlineExtension.deadline_id.in_(deadline_ids))
        .options(joinedload(DeadlineExtension.unit))
        .order_by(DeadlineExtension.id)
        .execution_options(populate_existing=True)
    )
    if not ended:
        query = query.where(DeadlineExtension.ended_at.is_(None))
    return list(work.session.scalars(query))


def unit(work: Work, locality_id: str, key: str) -> Organisation | None:
    """The organisation of a key in a locality."""
    return work.session.scalar(
        select(Organisation).where(Organisation.locality_id == locality_id, Organisation.key == key)
    )


def changes(
    work: Work, round_id: int
) -> list[tuple[DeadlineChange, Deadline, str | None, Organisation | None]]:
    """Every change of the deadlines of a round, the newest first: with who made it and for which unit."""
    found = work.session.execute(
        select(DeadlineChange, Deadline, Person.name, Organisation)
        .join(Deadline, Deadline.id == DeadlineChange.deadline_id)
        .outerjoin(Person, Person.id == DeadlineChange.person_id)
        .outerjoin(Organisation, Organisation.id == DeadlineChange.unit_id)
        .where(Deadline.round_id == round_id)
        .order_by(DeadlineChange.id.desc())
    )
    return [(row[0], row[1], row[2], row[3]) for row in found]


def overdue_tasks(work: Work, deadline_id: int, now: datetime) -> int:
    """How many open tasks of a deadline are overdue."""
    work.session.flush()
    return (
        work.session.scalar(
            select(func.count())
            .select_from(UserTask)
            .where(UserTask.deadline_id == deadline_id, UserTask.closed_at.is_(None), UserTask.due_at <= now)
        )
        or 0
    )
