"""Queries over user tasks: one task, the folders of the inbox, counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.orm import contains_eager, joinedload

from service.domain.errors import NotFound
from service.domain.people import Actor
from service.domain.tasks import SOON_AFTER, Folder
from service.store.dossiers import NO_TASK
from service.store.people import seated_on
from service.store.tables import (
    CandidateGroup,
    Dossier,
    Membership,
    Person,
    Reminder,
    TaskDraft,
    Timer,
    UserTask,
)
from service.store.work import Work

COUNT_CAP = 1000
"""A folder's count stops here: "1000+" says enough, and a count never grows with the database."""


_TIMERS = select(Timer).where(Timer.dossier_id == bindparam("dossier_id"), Timer.fired_at.is_(None))
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


@dataclass(frozen=True, slots=True)
class Page:
    """Where to read on in a folder: after the task with this sort instant and id."""

    limit: int = 50
    after_sort: datetime | None = None
    after_id: int = 0


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


def folder(
    work: Work, actor: Actor, which: Folder, page: Page, *, text: str = "", act: str | None = None
) -> list[UserTask]:
    """The tasks of one folder of the actor's inbox, the nearest deadline first (done: newest first).

    `text` is an accent-free key looked for in code, title, unit and nominees.
    """
    wanted = [*_behind(which, page)]
    if text:
        wanted.append(Dossier.search_key.contains(text, autoescape=True))
    if act:
        wanted.append(UserTask.act == act)
    order = _order(which)
    heads = [
        select(UserTask.id)
        .join(UserTask.dossier)
        .where(part, *wanted)
        .order_by(*order)
        .limit(page.limit)
        .subquery()
        for part in _parts(work, actor, which)
    ]
    query = (
        select(UserTask)
        .join(UserTask.dossier)
        .join(Dossier.unit)
        .join(UserTask.group)
        .options(
            contains_eager(UserTask.dossier).contains_eager(Dossier.unit),
            contains_eager(UserTask.group).joinedload(CandidateGroup.organisation),
            joinedload(UserTask.assignee),
        )
        .where(UserTask.id.in_(union_all(*(select(head.c.id) for head in heads))))
        .order_by(*order)
        .limit(page.limit)
    )
    return list(work.session.scalars(query))


def counts(work: Work, actor: Actor) -> dict[Folder, int]:
    """How many tasks lie in each folder, in one query; capped at COUNT_CAP."""
    counted: list[Select[str, int]] = []
    for which in Folder:
        heads = [
            select(UserTask.id).where(part).limit(COUNT_CAP).subquery() for part in _parts(work, actor, which)
        ]
        capped = union_all(*(select(head.c.id) for head in heads)).limit(COUNT_CAP).subquery()
        counted.append(
            select(literal(which.value).label("folder"), func.count().label("number")).select_from(capped)
        )
    rows = work.session.execute(union_all(*counted))
    return {Folder(name): int(number) for name, number in rows}


def _parts(work: Work, actor: Actor, which: Folder) -> list[ColumnElement[bool]]:
    """Conditions of which each task of a folder fulfils exactly one. Every part reads the head of one
    partial index, which `or` would prevent: a folder costs the same however many tasks are open."""
    groups = sorted(actor.group_ids)
    is_open = UserTask.closed_at.is_(None)
    mine = and_(is_open, UserTask.assignee_id == actor.person_id)
    unclaimed = and_(is_open, UserTask.assignee_id.is_(None), UserTask.group_id.in_(groups))
    match which:
        case Folder.MINE:
            return [mine]
        case Folder.GROUP:
            return [unclaimed]
        case Folder.OVERDUE:
            late = UserTask.sort_at <= work.now
            return [and_(mine, late), and_(unclaimed, late)]
        case Folder.SOON:
            soon = and_(UserTask.sort_at > work.now, UserTask.sort_at <= work.now + SOON_AFTER)
            return [and_(mine, soon), and_(unclaimed, soon)]
        case Folder.SUPPLEMENT:
            returned = and_(is_open, UserTask.returned_by_group_id.is_not(None))
            to_us, by_us = UserTask.group_id.in_(groups), UserTask.returned_by_group_id.in_(groups)
            return [and_(returned, by_us), and_(returned, to_us, not_(by_us))]
        case Folder.DONE:
            return [and_(UserTask.closed_by_id == actor.person_id, UserTask.closed_at.is_not(None))]


def _order(which: Folder) -> tuple[ColumnElement[Any], ...]:
    if which is Folder.DONE:
        return UserTask.closed_at.desc(), UserTask.id.desc()
    return UserTask.sort_at.asc(), UserTask.id.asc()


def _behind(which: Folder, page: Page) -> list[ColumnElement[bool]]:
    """What is true of the tasks behind those that have been read."""
    if page.after_sort is None:
        return []
    if which is Folder.DONE:
        return [tuple_(UserTask.closed_at, UserTask.id) < tuple_(page.after_sort, page.after_id)]
    return [tuple_(UserTask.sort_at, UserTask.id) > tuple_(page.after_sort, page.after_id)]


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


def group_of(work: Work, organisation_id: int, role: str) -> CandidateGroup | None:
    """The holders of a role in an organisation."""
    return work.session.scalar(
        select(CandidateGroup)
        .where(CandidateGroup.organisation_id == organisation_id, CandidateGroup.role == role)
        .options(joinedload(CandidateGroup.organisation))
    )


def last_done_by(work: Work, dossier_id: int, element_id: str, group_id: int, on: date) -> int | None:
    """Who last completed a step of a dossier and still sits in its group on a local date, if anybody."""
    return work.session.scalar(
        select(UserTask.closed_by_id)
        .join(Membership, Membership.person_id == UserTask.closed_by_id)
        .join(Person, Person.id == UserTask.closed_by_id)
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
