"""Dossiers locked with all that a step may touch: one door for one dossier and for thousands.

Whatever changes a dossier, its process or its tasks locks it first. Everything that hangs on it is
read after the lock has been got, by statements of their own: a statement that waits for a lock sees the
other rows as they were before it began to wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from service.domain.errors import NotFound
from service.store.dossiers import NO_DOSSIER, NO_TASK
from service.store.tables import (
    CandidateGroup,
    Dossier,
    FormFile,
    FormVersion,
    Opinion,
    ProcessInstance,
    TaskDraft,
    UserTask,
)
from service.store.work import Work


@dataclass(slots=True, eq=False)
class Locked:
    """A dossier whose row this Work has locked, with its process and open tasks as they stand.

    `tasks` are the open ones by the engine's task id, `drafted` the ids of those with a draft of
    anybody, `filed` of those with a file in their form, `asked` of those with a question that nobody has
    answered yet, `newest_form` the id of the form version deployed last.
    """

    dossier: Dossier
    instance: ProcessInstance
    newest_form: int
    tasks: dict[str, UserTask] = field(default_factory=dict[str, UserTask])
    drafted: set[int] = field(default_factory=set[int])
    filed: set[int] = field(default_factory=set[int])
    asked: set[int] = field(default_factory=set[int])


# Built once: building a statement takes longer than running it.
_NEWEST_FORM = select(func.coalesce(func.max(FormVersion.id), 0)).scalar_subquery()
_LOCKING = (
    select(Dossier, ProcessInstance, _NEWEST_FORM)
    .join(ProcessInstance, ProcessInstance.dossier_id == Dossier.id)
    .order_by(Dossier.id)
    .execution_options(populate_existing=True)
)
_BY_IDS = _LOCKING.where(Dossier.id.in_(bindparam("dossier_ids", expanding=True)))
# Both rows are locked, so that both are read as they are after waiting. The key of the dossier is left
# alone: rows which only refer to it (a mail in the outbox) can be written meanwhile.
_OF = (Dossier, ProcessInstance)
_WAITING = _BY_IDS.with_for_update(of=_OF, key_share=True)
_SKIPPING = _BY_IDS.with_for_update(of=_OF, key_share=True, skip_locked=True)
_BY_TASK = _LOCKING.where(
    Dossier.id == select(UserTask.dossier_id).where(UserTask.id == bindparam("task_id")).scalar_subquery()
).with_for_update(of=_OF, key_share=True)
_HAS_DRAFT = select(TaskDraft.task_id).where(TaskDraft.task_id == UserTask.id).exists()
_HAS_FILE = (
    select(FormFile.id)
    .where(FormFile.task_id == UserTask.id, FormFile.removed_at.is_(None), FormFile.attachment_id.is_(None))
    .exists()
)
_HAS_QUESTION = select(Opinion.id).where(Opinion.task_id == UserTask.id, Opinion.closed_at.is_(None)).exists()
_TASKS = (
    select(UserTask, _HAS_DRAFT, _HAS_FILE, _HAS_QUESTION)
    .where(
        UserTask.dossier_id.in_(bindparam("dossier_ids", expanding=True)),
        UserTask.closed_at.is_(None),
    )
    .order_by(UserTask.id)
    .execution_options(populate_existing=True)
)
_TASKS_WITH_OFFICES = _TASKS.options(
    joinedload(UserTask.group, innerjoin=True).joinedload(CandidateGroup.organisation, innerjoin=True)
)


def one(work: Work, dossier_id: int) -> Locked:
    """One dossier, locked until the Work ends.

    Raises:
        NotFound: when there is none.
    """
    found = _lock(work, _WAITING, {"dossier_ids": [dossier_id]})
    if not found:
        raise NotFound(NO_DOSSIER)
    _read_tasks(work, found, offices=True)
    return found[0]


def of_task(work: Work, task_id: int) -> Locked:
    """The dossier of a task, open or closed, locked like `one`.

    Raises:
        NotFound: when there is no such task.
    """
    found = _lock(work, _BY_TASK, {"task_id": task_id})
    if not found:
        raise NotFound(NO_TASK)
    _read_tasks(work, found, offices=True)
    return found[0]


def many(work: Work, dossier_ids: Sequence[int], *, skip: bool = False) -> list[Locked]:
    """Some dossiers, locked in the order of their ids; with `skip` those that nobody else has locked."""
    if not dossier_ids:
        return []
    statement = _SKIPPING if skip and work.on_postgresql else _WAITING
    found = _lock(work, statement, {"dossier_ids": sorted(dossier_ids)})
    _read_tasks(work, found, offices=False)
    return found


def _lock(
    work: Work, statement: Select[Dossier, ProcessInstance, int], asked: dict[str, object]
) -> list[Locked]:
    return [
        Locked(dossier, instance, newest_form)
        for dossier, instance, newest_form in work.session.execute(statement, asked)
    ]


def _read_tasks(work: Work, locked: Sequence[Locked], *, offices: bool) -> None:
    by_id = {one.dossier.id: one for one in locked}
    if not by_id:
        return
    statement = _TASKS_WITH_OFFICES if offices else _TASKS
    asked = {"dossier_ids": list(by_id)}
    for task, has_draft, has_file, has_question in work.session.execute(statement, asked):
        its = by_id[task.dossier_id]
        its.tasks[task.engine_task_id] = task
        if has_draft:
            its.drafted.add(task.id)
        if has_file:
            its.filed.add(task.id)
        if has_question:
            its.asked.add(task.id)
