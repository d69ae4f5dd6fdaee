"""Putting a task off until a day: for one person, never past the task's last day.

Nothing of the dossier changes, so no history tells of it. A snooze ends by itself, and from the morning of
the last permitted day on it hides nothing, however the deadline has moved meanwhile.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from service.domain.deadlines import day_in_figures
from service.domain.errors import Conflict, Invalid, Message, message
from service.domain.people import Actor
from service.operations import access
from service.operations.work import completions
from service.store import snoozes, tasks
from service.store.tables import Snooze, UserTask
from service.store.work import Work

LONGEST = timedelta(days=90)
"""How long a task without a deadline can be put off."""
MOST = 500
"""Somebody with more than this put off has another problem."""


def snooze(work: Work, actor: Actor, task_id: int, until: date) -> Snooze:
    """Hides a task from the actor's folders until a local day begins; a second time moves that day.

    Raises:
        Invalid: a day that is not ahead, or lies behind the last permitted one.
        Conflict: when the task is closed or in somebody else's hands, or far too many are put off.
        NotAllowed, NotFound: when it is not theirs.
    """
    task = tasks.get(work, task_id)
    access.require_seat(actor, task)
    _require_in_inbox(work, actor, task)
    _check_day(work, task, until)
    snoozes.drop_ended(work, actor.person_id)
    row = snoozes.find(work, actor.person_id, task_id)
    if row is None:
        if snoozes.count(work, actor.person_id) >= MOST:
            raise Conflict(message("You have put off {most} tasks. Wake some of them first.", most=MOST))
        row = Snooze(person_id=actor.person_id, task_id=task_id, created_at=work.now)
        work.session.add(row)
    row.until_at = datetime.combine(until, datetime.min.time(), _zone(task))
    work.session.flush()
    return row


def wake(work: Work, actor: Actor, task_id: int) -> UserTask:
    """Shows a task again that the actor has put off; harmless when it is not.

    Raises:
        NotFound: when the actor may not know of the task.
    """
    task = tasks.get(work, task_id)
    access.require_sight(actor, task.dossier)
    row = snoozes.find(work, actor.person_id, task_id)
    if row is not None:
        work.session.delete(row)
        work.session.flush()
    return task


def of_tasks(work: Work, actor: Actor, found: list[UserTask]) -> dict[int, datetime]:
    """When those of some tasks that the actor has put off come back, by task.

    That is the day they chose, or the last permitted one where the deadline has come nearer since.
    """
    if not found:
        return {}
    rows = snoozes.of_tasks(work, actor.person_id, [task.id for task in found])
    back = {task.id: wakes_at(task, rows[task.id].until_at) for task in found if task.id in rows}
    return {task_id: instant for task_id, instant in back.items() if instant > work.now}


def wakes_at(task: UserTask, until_at: datetime) -> datetime:
    """When a task is shown again that is put off until an instant: on its last permitted day in any case."""
    return until_at if task.due_at is None else min(until_at, task.due_at - timedelta(days=1))


def latest(work: Work, task: UserTask) -> date:
    """The latest day until which a task can be put off."""
    return task.last_day or work.now.astimezone(_zone(task)).date() + LONGEST


def common_latest(work: Work, found: Sequence[UserTask]) -> date | None:
    """The latest day until which all of some tasks can be put off that can be at all; None if none can.

    One whose last day has come stays where it is, and keeps nobody from putting the others off.
    """
    return min(
        (last for task in found if (last := latest(work, task)) > work.now.astimezone(_zone(task)).date()),
        default=None,
    )


def near_days(work: Work, found: Sequence[UserTask]) -> list[date]:
    """Days to choose from at a glance for some tasks: tomorrow, in three days, in a week, and the last one
    that is possible for all that can be put off."""
    last = common_latest(work, found)
    if last is None:
        return []
    today = work.now.astimezone(_zone(found[0])).date()
    days = {today + timedelta(days=number) for number in (1, 3, 7)} | {last}
    return sorted(day for day in days if today < day <= last)


def _check_day(work: Work, task: UserTask, until: date) -> None:
    today, last = work.now.astimezone(_zone(task)).date(), latest(work, task)
    wrong: Message | None = None
    if last <= today:
        wrong = message("Dossier {code} cannot be put off: its last day has come.", code=task.dossier.code)
    elif until <= today:
        wrong = message("Choose a day after today.")
    elif until > last:
        wrong = message(
            "Dossier {code} can be put off until {day} at the latest.",
            code=task.dossier.code,
            day=day_in_figures(last),
        )
    if wrong is not None:
        raise Invalid(wrong, {"until": wrong})


def _require_in_inbox(work: Work, actor: Actor, task: UserTask) -> None:
    if task.closed_at is not None:
        raise Conflict(completions.already_closed(work, task))
    if task.assignee_id is not None and not actor.holds(task.assignee_id, task.group_id):
        raise Conflict(
            message(
                "{name} holds this task: it is not in your folders.",
                name=task.assignee.name if task.assignee else "?",
            )
        )


def _zone(task: UserTask) -> ZoneInfo:
    return ZoneInfo(task.dossier.round.locality.zone)
