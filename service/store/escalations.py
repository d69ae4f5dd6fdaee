"""Queries over escalations: tasks about late steps that are still open."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import aliased, joinedload

from service.store.tables import CandidateGroup, HistoryStep, UserTask
from service.store.work import Work

_Late = aliased(UserTask)


def of_dossier(work: Work, dossier_id: int) -> list[UserTask]:
    """The escalations of a dossier, answered or not, about steps that are still open."""
    return list(work.session.scalars(_asked(UserTask.dossier_id == dossier_id)))


def running(work: Work) -> list[UserTask]:
    """The same of all dossiers."""
    return list(work.session.scalars(_asked()))


def late_tasks(work: Work, task_ids: Collection[int]) -> dict[int, UserTask]:
    """The open ones among some late steps, with their dossiers, offices and holders."""
    if not task_ids:
        return {}
    found = work.session.scalars(
        select(UserTask)
        .where(UserTask.id.in_(task_ids), UserTask.closed_at.is_(None))
        .options(
            joinedload(UserTask.dossier),
            joinedload(UserTask.deadline),
            joinedload(UserTask.assignee),
            joinedload(UserTask.group).joinedload(CandidateGroup.organisation),
        )
    )
    return {task.id: task for task in found}


def answers(work: Work, tasks: Collection[UserTask]) -> dict[int, HistoryStep]:
    """How tasks were completed, by whom and with which words, by task id."""
    if not tasks:
        return {}
    found = work.session.scalars(
        select(HistoryStep).where(
            HistoryStep.dossier_id.in_({task.dossier_id for task in tasks}),
            HistoryStep.task_id.in_({task.id for task in tasks}),
            HistoryStep.kind == "completed",
        )
    )
    return {step.task_id: step for step in found if step.task_id is not None}


def count(work: Work) -> list[tuple[int, int, int]]:
    """(highest level, escalations unanswered, how many late steps have climbed so)."""
    climbs = (
        select(
            func.max(UserTask.level).label("level"),
            func.sum(_unanswered()).label("unanswered"),
        )
        .join(_Late, _Late.id == UserTask.late_task_id)
        .where(_Late.closed_at.is_(None))
        .group_by(UserTask.late_task_id)
        .subquery()
    )
    rows = work.session.execute(
        select(climbs.c.level, climbs.c.unanswered, func.count()).group_by(
            climbs.c.level, climbs.c.unanswered
        )
    )
    return [(int(level or 1), int(unanswered), int(number)) for level, unanswered, number in rows]


def _unanswered() -> ColumnElement[int]:
    return case((UserTask.closing == "completed", 0), else_=1)


def _asked(*conditions: ColumnElement[bool]) -> Select[UserTask]:
    return (
        select(UserTask)
        .join(_Late, _Late.id == UserTask.late_task_id)
        .where(_Late.closed_at.is_(None), *conditions)
        .options(joinedload(UserTask.group).joinedload(CandidateGroup.organisation))
        .order_by(UserTask.id)
    )
