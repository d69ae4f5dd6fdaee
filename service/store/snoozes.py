"""Queries over snoozes: which tasks a person does not want to see for now."""

from sqlalchemy import delete, func, or_, select

from service.store.tables import Snooze, UserTask
from service.store.work import Work


def find(work: Work, person_id: int, task_id: int) -> Snooze | None:
    """A person's snooze of a task, ended or not."""
    return work.session.get(Snooze, (person_id, task_id))


def of_tasks(work: Work, person_id: int, task_ids: list[int]) -> dict[int, Snooze]:
    """A person's snoozes of some tasks that have not ended, by task."""
    found = select(Snooze).where(
        Snooze.person_id == person_id, Snooze.task_id.in_(task_ids), Snooze.until_at > work.now
    )
    return {one.task_id: one for one in work.session.scalars(found)}


def count(work: Work, person_id: int) -> int:
    """How many tasks a person has put off."""
    return work.session.scalar(select(func.count()).where(Snooze.person_id == person_id)) or 0


def drop_ended(work: Work, person_id: int) -> None:
    """Forgets a person's snoozes that are over: their day has come, or their task is closed."""
    closed = select(UserTask.id).where(UserTask.id == Snooze.task_id, UserTask.closed_at.is_not(None))
    work.session.execute(
        delete(Snooze).where(Snooze.person_id == person_id, or_(Snooze.until_at <= work.now, closed.exists()))
    )
