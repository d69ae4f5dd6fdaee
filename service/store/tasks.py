"""Queries over user tasks: one task, those of a dossier, those of an act, what is late."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import cast

from sqlalchemy import (
    Table,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import joinedload

from service.domain.errors import NotFound
from service.domain.people import Actor
from service.domain.tasks import TURNED_DOWN, Closing
from service.store.dossiers import NO_TASK
from service.store.many import one_of
from service.store.people import seated_on
from service.store.tables import (
    CandidateGroup,
    Deadline,
    Dossier,
    Membership,
    Person,
    Reminder,
    TaskDraft,
    Timer,
    UserTask,
)
from service.store.work import Work

_TIMERS = select(Timer).where(Timer.dossier_id == bindparam("dossier_id"), Timer.fired_at.is_(None))
_TASKS = cast(Table, UserTask.__table__)
_drafts, _reminders = cast(Table, TaskDraft.__table__), cast(Table, Reminder.__table__)
_DROP_DRAFT = delete(_drafts).where(
    _drafts.c.task_id == bindparam("its_task"), _drafts.c.person_id == bindparam("its_person")
)
_CANCEL_REMINDERS = (
    update(_reminders)
    .where(
        _reminders.c.task_id.in_(bindparam("task_ids", expanding=True)),
        _reminders.c.fired_at.is_(None),
        _reminders.c.cancelled_at.is_(None),
    )
    .values(cancelled_at=bindparam("now"))
)
_END_WAITING = (
    update(_TASKS)
    .where(_TASKS.c.dossier_id == bindparam("its_dossier"), _TASKS.c.awaited_since.is_not(None))
    .values(awaited_since=None)
)


def get(work: Work, task_id: int) -> UserTask:
    """The task with its dossier, office, holder and deadline.

    Raises:
        NotFound: when there is none.
    """
    found = work.session.scalar(
        select(UserTask)
        .where(UserTask.id == task_id)
        .options(
            joinedload(UserTask.dossier),
            joinedload(UserTask.group).joinedload(CandidateGroup.organisation),
            joinedload(UserTask.assignee),
            joinedload(UserTask.deadline),
        )
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(NO_TASK)
    return found


def open_of(work: Work, dossier_id: int) -> dict[str, UserTask]:
    """The open tasks of a dossier by the engine's task id."""
    return {
        task.engine_task_id: task
        for task in work.session.scalars(
            select(UserTask)
            .where(UserTask.dossier_id == dossier_id, UserTask.closed_at.is_(None))
            .options(
                joinedload(UserTask.group).joinedload(CandidateGroup.organisation),
                joinedload(UserTask.assignee),
                joinedload(UserTask.deadline),
            )
            .order_by(UserTask.id)
        )
    }


def of_dossier(work: Work, dossier_id: int) -> list[UserTask]:
    """All tasks a dossier has ever had, oldest first."""
    return list(
        work.session.scalars(
            select(UserTask)
            .where(UserTask.dossier_id == dossier_id)
            .options(joinedload(UserTask.group).joinedload(CandidateGroup.organisation))
            .order_by(UserTask.id)
        )
    )


def some(work: Work, task_ids: Iterable[int]) -> list[UserTask]:
    """Several tasks in the order of their dossiers: the order in which rows must be locked."""
    return list(
        work.session.scalars(
            select(UserTask)
            .where(UserTask.id.in_(list(task_ids)))
            .options(joinedload(UserTask.dossier).joinedload(Dossier.round))
            .order_by(UserTask.dossier_id, UserTask.id)
        )
    )


def holder(work: Work, task: UserTask) -> Person | None:
    """Who holds the task now."""
    return work.session.get(Person, task.assignee_id) if task.assignee_id else None


def draft(work: Work, task_id: int, person_id: int) -> TaskDraft | None:
    """What the person has typed into the task's form and not sent."""
    return work.session.get(TaskDraft, (task_id, person_id))


def timers(work: Work, dossier_id: int) -> dict[str, Timer]:
    """The timers of a dossier that have not fired, by the engine's task id."""
    found = work.session.scalars(_TIMERS, {"dossier_id": dossier_id})
    return {timer.engine_task_id: timer for timer in found}


def drop_draft(work: Work, task_id: int, person_id: int) -> None:
    """Forgets what the person has typed into the task's form."""
    work.session.execute(_DROP_DRAFT, {"its_task": task_id, "its_person": person_id})


def cancel_reminders(work: Work, task_ids: Sequence[int]) -> None:
    """Cancels what has not been sent of tasks that have closed."""
    work.session.execute(_CANCEL_REMINDERS, {"task_ids": task_ids, "now": work.now})


def end_waiting(work: Work, dossier_id: int) -> None:
    """Nobody waits for a dossier any more that has ended."""
    work.session.execute(_END_WAITING, {"its_dossier": dossier_id})


def group_of(work: Work, organisation_id: int, role: str) -> CandidateGroup | None:
    """The holders of a role in an organisation."""
    return work.session.scalar(
        select(CandidateGroup)
        .where(CandidateGroup.organisation_id == organisation_id, CandidateGroup.role == role)
        .options(joinedload(CandidateGroup.organisation))
    )


def last_done_by(work: Work, dossier_id: int, element_id: str, group_id: int, on: date) -> int | None:
    """Who last held a step of a dossier to its end and still sits in its group on a local date, if anybody.

    A step that a substitute has completed was held by whom they stood in for.
    """
    return work.session.scalar(
        select(UserTask.assignee_id)
        .join(Membership, Membership.person_id == UserTask.assignee_id)
        .join(Person, Person.id == UserTask.assignee_id)
        .where(
            UserTask.dossier_id == dossier_id,
            UserTask.element_id == element_id,
            UserTask.closed_by_id.is_not(None),
            Membership.group_id == group_id,
            seated_on(on),
            Person.active,
        )
        .order_by(UserTask.id.desc())
        .limit(1)
    )


def met_deadlines(work: Work, dossier_id: int) -> dict[str, str]:
    """The keys of the deadlines under which steps of a dossier have been done, by the steps' element ids."""
    found = work.session.execute(
        select(UserTask.element_id, Deadline.key)
        .join(Deadline, Deadline.id == UserTask.deadline_id)
        .where(
            UserTask.dossier_id == dossier_id,
            UserTask.closing == Closing.COMPLETED,
            UserTask.outcome.not_in(TURNED_DOWN),
        )
    )
    return {str(row[0]): str(row[1]) for row in found}


def held_by_who_left(work: Work, limit: int) -> list[int]:
    """Open tasks of whoever had a seat in their group that has ended, or may not sign in any more.

    The date is the earliest of all zones, so that some may still be there: see under the lock.
    """
    gone = or_(Membership.valid_to <= work.now.date(), Person.active.is_(False))
    # Those who left are few; asked in one statement, SQLite would look at every open task instead.
    people = work.session.scalars(select(Membership.person_id).join(Membership.person).where(gone).distinct())
    if not (ids := list(people)):
        return []
    held = (
        select(UserTask.id)
        .join(
            Membership,
            and_(Membership.person_id == UserTask.assignee_id, Membership.group_id == UserTask.group_id),
        )
        .join(Membership.person)
        .where(UserTask.closed_at.is_(None), one_of(work, UserTask.assignee_id, ids), gone)
        .limit(limit)
    )
    return list(work.session.scalars(held))


def next_deadline(work: Work) -> datetime | None:
    """The next instant at which an open task becomes late."""
    return work.session.scalar(
        select(func.min(UserTask.due_at)).where(UserTask.closed_at.is_(None), UserTask.due_at > work.now)
    )


def count_overdue(work: Work) -> int:
    """How many open tasks are late."""
    return (
        work.session.scalar(
            select(func.count())
            .select_from(UserTask)
            .where(UserTask.closed_at.is_(None), UserTask.due_at <= work.now)
        )
        or 0
    )


def open_for(work: Work, actor: Actor, act: str) -> list[UserTask]:
    """The open tasks of an act that the actor may take or holds, nearest deadline first."""
    return list(
        work.session.scalars(
            select(UserTask)
            .where(
                UserTask.closed_at.is_(None),
                UserTask.act == act,
                UserTask.group_id.in_(sorted(actor.group_ids)),
                or_(UserTask.assignee_id.is_(None), UserTask.assignee_id == actor.person_id),
            )
            .options(joinedload(UserTask.dossier))
            .order_by(UserTask.sort_at, UserTask.id)
        )
    )


def first_overdue(work: Work, dossier_id: int) -> UserTask | None:
    """The open task of a dossier that has been late the longest."""
    return work.session.scalar(
        select(UserTask)
        .where(UserTask.dossier_id == dossier_id, UserTask.closed_at.is_(None), UserTask.due_at <= work.now)
        .options(joinedload(UserTask.deadline))
        .order_by(UserTask.due_at, UserTask.id)
        .limit(1)
    )
