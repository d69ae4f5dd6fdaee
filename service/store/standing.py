"""Queries over where everything stands: for the operations page and the metrics."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import joinedload

from service.store.mails import of_status
from service.store.tables import (
    CandidateGroup,
    Dossier,
    OutgoingMail,
    ProcessDefinition,
    ProcessInstance,
    UserTask,
)
from service.store.work import Work

Chosen = TypeVar("Chosen", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True, slots=True)
class Oldness:
    """Since when the task lies that marks a part of those at its step, and whose working days count there."""

    opened_at: datetime
    locality_id: str


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many tasks wait at a step of a diagram, how many of them late, and since when.

    Half of them lie there no longer than the task that `median` names, nine in ten no longer than that of
    `ninetieth`.
    """

    key: str
    element_id: str
    name: str
    waiting: int
    overdue: int
    median: Oldness
    ninetieth: Oldness


@dataclass(frozen=True, slots=True)
class AtStep:
    """Which open tasks of a step: those late, those that lie there since an instant or longer, or all."""

    key: str
    element_id: str
    late: bool = False
    since: datetime | None = None


def steps(work: Work) -> list[StepCount]:
    """All steps at which anything waits, those of a diagram together, the fullest first."""
    step = (ProcessDefinition.key, UserTask.element_id)
    lying = (
        _open_tasks(
            select(
                *step,
                UserTask.name,
                UserTask.due_at,
                UserTask.opened_at,
                Dossier.locality_id,
                func.count().over(partition_by=step).label("waiting"),
                # The newest first: the place of a task is its rank by age.
                func.row_number()
                .over(partition_by=step, order_by=(UserTask.opened_at.desc(), UserTask.id.desc()))
                .label("place"),
            )
        )
        .join(Dossier, Dossier.id == UserTask.dossier_id)
        .subquery()
    )
    waiting = func.max(lying.c.waiting)
    marks = [
        func.max(case((lying.c.place == (lying.c.waiting * part + 99) // 100, column)))
        for part in (50, 90)
        for column in (lying.c.opened_at, lying.c.locality_id)
    ]
    late = func.sum(case((lying.c.due_at <= work.now, 1), else_=0))
    rows: list[Any] = list(
        work.session.execute(
            select(lying.c.key, lying.c.element_id, func.max(lying.c.name), waiting, late, *marks)
            .group_by(lying.c.key, lying.c.element_id)
            .order_by(lying.c.key, waiting.desc(), lying.c.element_id)
        )
    )
    return [
        StepCount(row[0], row[1], row[2], int(row[3]), int(row[4]), Oldness(*row[5:7]), Oldness(*row[7:9]))
        for row in rows
    ]


def waiting_at(work: Work, step: AtStep, limit: int, offset: int = 0) -> list[UserTask]:
    """The open tasks of a step, the nearest deadline first."""
    query = (
        _at(work, select(UserTask), step)
        .options(
            joinedload(UserTask.dossier),
            joinedload(UserTask.group).joinedload(CandidateGroup.organisation),
            joinedload(UserTask.assignee),
        )
        .order_by(UserTask.sort_at, UserTask.id)
    )
    return list(work.session.scalars(query.limit(limit).offset(offset)))


def count_at(work: Work, step: AtStep) -> int:
    """How many open tasks these are."""
    return work.session.scalar(_at(work, select(func.count(UserTask.id)), step)) or 0


def count_waiting(work: Work) -> int:
    """How many tasks are open."""
    return work.session.scalar(select(func.count()).where(UserTask.closed_at.is_(None))) or 0


def _at(work: Work, query: Chosen, step: AtStep) -> Chosen:
    query = _open_tasks(query).where(
        ProcessDefinition.key == step.key, UserTask.element_id == step.element_id
    )
    if step.late:
        query = query.where(UserTask.due_at <= work.now)
    if step.since is not None:
        query = query.where(UserTask.opened_at <= step.since)
    return query


def _open_tasks(query: Chosen) -> Chosen:
    return (
        query.join(ProcessInstance, ProcessInstance.dossier_id == UserTask.dossier_id)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .where(UserTask.closed_at.is_(None))
    )


def oldest_unsent(work: Work) -> datetime | None:
    """Since when the oldest mail that is due waits."""
    return work.session.scalar(
        select(func.min(OutgoingMail.next_attempt_at)).where(
            of_status("queued"), OutgoingMail.next_attempt_at <= work.now
        )
    )
