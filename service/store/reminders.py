"""Queries over reminders: reading, writing and dropping those of many tasks at once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from typing import cast as typed

from sqlalchemy import (
    Table,
    bindparam,
    delete,
    func,
    select,
    update,
)

from service.store import many
from service.store.tables import Reminder, UserTask
from service.store.work import Work


class Known(NamedTuple):
    """What there is of a reminder: values, since a round has a hundred thousand of them."""

    id: int
    task_id: int
    rule_key: str
    deadline_date: date
    audience: str
    group_id: int | None
    fire_at: datetime
    fired_at: datetime | None
    cancelled_at: datetime | None

    @property
    def pending(self) -> bool:
        """Whether it waits to be sent."""
        return self.fired_at is None and self.cancelled_at is None


_reminders = typed(Table, Reminder.__table__)
_KNOWN = [_reminders.c[name] for name in Known._fields]
_CHANGE = (
    update(_reminders)
    .where(_reminders.c.id == bindparam("its_id"))
    .values(
        audience=bindparam("its_audience"),
        group_id=bindparam("its_group_id"),
        fire_at=bindparam("its_fire_at"),
        cancelled_at=None,
    )
)


def of_task(work: Work, task_id: int) -> list[Reminder]:
    """All reminders of a task's deadline: pending, sent and cancelled, in the order of their instants."""
    return list(
        work.session.scalars(
            select(Reminder)
            .where(Reminder.task_id == task_id, Reminder.opinion_id.is_(None))
            .order_by(Reminder.fire_at, Reminder.id)
            .execution_options(populate_existing=True)
        )
    )


def of_tasks(work: Work, task_ids: Sequence[int]) -> dict[int, list[Known]]:
    """All reminders of the deadlines of some tasks, by task: pending, sent and cancelled."""
    found: dict[int, list[Known]] = {task_id: [] for task_id in task_ids}
    if task_ids:
        query = select(*_KNOWN).where(
            many.one_of(work, Reminder.task_id, task_ids), Reminder.opinion_id.is_(None)
        )
        for row in work.session.execute(query.order_by(Reminder.fire_at, Reminder.id)):
            known = Known(*row)
            found[known.task_id].append(known)
    return found


def drop(work: Work, reminder_ids: Sequence[int]) -> None:
    """Takes back pending reminders that are not wanted any more."""
    if reminder_ids:
        work.session.execute(
            delete(Reminder)
            .where(many.one_of(work, Reminder.id, reminder_ids))
            .execution_options(synchronize_session=False)
        )


def cancel_of_opinions(work: Work, opinion_ids: Sequence[int]) -> None:
    """Cancels what has not been sent about questions that are closed."""
    if opinion_ids:
        work.session.execute(
            update(Reminder)
            .where(
                Reminder.opinion_id.in_(opinion_ids),
                Reminder.fired_at.is_(None),
                Reminder.cancelled_at.is_(None),
            )
            .values(cancelled_at=work.now)
            .execution_options(synchronize_session=False)
        )


def write(work: Work, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes new reminders, all at once."""
    many.write(work, _reminders, rows)


def change(work: Work, changes: Sequence[tuple[int, str, int | None, datetime]]) -> None:
    """Gives reminders of these ids another audience, group and instant, and lets them wait again."""
    if changes:
        names = ("its_id", "its_audience", "its_group_id", "its_fire_at")
        work.session.execute(_CHANGE, [dict(zip(names, one, strict=True)) for one in changes])


def claim_first(work: Work) -> tuple[Reminder, int] | None:
    """The reminder that is due first of those that nobody else has in hand, with the id of its dossier.

    It is locked until the Work ends.
    """
    found = work.session.execute(
        select(Reminder, UserTask.dossier_id)
        .join(UserTask, UserTask.id == Reminder.task_id)
        .where(Reminder.fire_at <= work.now, Reminder.fired_at.is_(None), Reminder.cancelled_at.is_(None))
        .order_by(Reminder.fire_at, Reminder.id)
        .limit(1)
        .with_for_update(of=Reminder, skip_locked=True)
    ).first()
    return None if found is None else (found[0], found[1])


def put_back(work: Work, reminder_id: int) -> None:
    """Makes a cancelled reminder due again, if its task is still open."""
    work.session.execute(
        update(Reminder)
        .where(
            Reminder.id == reminder_id,
            Reminder.fired_at.is_(None),
            Reminder.task_id.in_(select(UserTask.id).where(UserTask.closed_at.is_(None))),
        )
        .values(cancelled_at=None)
        .execution_options(synchronize_session=False)
    )


def next_due(work: Work) -> datetime | None:
    """The next instant after now at which a reminder falls due, if any."""
    return work.session.scalar(
        select(func.min(Reminder.fire_at)).where(
            Reminder.fired_at.is_(None), Reminder.cancelled_at.is_(None), Reminder.fire_at > work.now
        )
    )
