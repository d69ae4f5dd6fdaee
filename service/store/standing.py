"""Queries over where everything stands: for the operations page and the metrics."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from service.store.mails import of_status
from service.store.tables import CandidateGroup, OutgoingMail, UserTask
from service.store.work import Work


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many dossiers wait at a step of the diagrams, how many of them late."""

    element_id: str
    name: str
    waiting: int
    overdue: int


def steps(work: Work) -> list[StepCount]:
    """All steps at which anything waits, the fullest first."""
    waiting = func.count()
    rows = work.session.execute(
        select(
            UserTask.element_id,
            func.max(UserTask.name),
            waiting,
            func.sum(case((UserTask.due_at <= work.now, 1), else_=0)),
        )
        .where(UserTask.closed_at.is_(None))
        .group_by(UserTask.element_id)
        .order_by(waiting.desc(), UserTask.element_id)
    )
    return [StepCount(element, name, int(number), int(late)) for element, name, number, late in rows]


def waiting_at(work: Work, element_id: str, limit: int) -> list[UserTask]:
    """The open tasks of a step, the nearest deadline first."""
    return list(
        work.session.scalars(
            select(UserTask)
            .where(UserTask.element_id == element_id, UserTask.closed_at.is_(None))
            .options(
                joinedload(UserTask.dossier),
                joinedload(UserTask.group).joinedload(CandidateGroup.organisation),
                joinedload(UserTask.assignee),
            )
            .order_by(UserTask.sort_at, UserTask.id)
            .limit(limit)
        )
    )


def oldest_unsent(work: Work) -> datetime | None:
    """Since when the oldest mail that is due waits."""
    return work.session.scalar(
        select(func.min(OutgoingMail.next_attempt_at)).where(
            of_status("queued"), OutgoingMail.next_attempt_at <= work.now
        )
    )
