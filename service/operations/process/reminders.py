"""Reminders: planned while a task is open, fired in sets when they fall due."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from service.domain.reminders import Audience, Ladder, PlannedReminder, materialise
from service.operations import calendars, dues
from service.operations.process import next_rounds
from service.operations.staff import audiences, directories
from service.operations.staff.audiences import Seating
from service.operations.staff.directories import Group
from service.store import firing, reminders
from service.store.tables import Dossier, Reminder, UserTask
from service.store.work import Work

_Known = Mapping[tuple[str, date], Reminder]
_NOTHING: _Known = {}


def plan_new(work: Work, opened: Sequence[tuple[Dossier, UserTask]]) -> None:
    """Plans the reminders of tasks that have just opened and have none yet; see `replan`."""
    seating = audiences.Seating(work)
    fresh: list[dict[str, Any]] = []
    for dossier, task in opened:
        wanted = _wanted(work, dossier, task, _NOTHING)
        groups = _groups(work, dossier, task, wanted, seating)
        fresh += [_row(task, key, planned, groups[planned.audience]) for key, planned in wanted.items()]
    reminders.write(work, fresh)


def replan(work: Work, standing: Sequence[tuple[Dossier, UserTask]]) -> None:
    """Makes the pending reminders of open tasks those that their deadlines and ladders ask for now.

    A reminder from before the deadline whose instant has passed is not made any more. One from after
    it is sent at once: a task that opens late is overdue, and whoever answers for it must hear of it.
    What was sent already for the same deadline date and rule is not sent again, and what has fallen
    due but waits for the next tick stays. What was passed over may get another day and is sent then.
    """
    seating = audiences.Seating(work)
    known_of = reminders.of_tasks(work, [task.id for _, task in standing])
    dropped: list[int] = []
    fresh: list[dict[str, Any]] = []
    for dossier, task in standing:
        known: _Known = {(row.rule_key, row.deadline_date): row for row in known_of[task.id]}
        wanted = _wanted(work, dossier, task, known)
        dropped += [row.id for key, row in known.items() if key not in wanted and _is_pending(row)]
        groups = _groups(work, dossier, task, wanted, seating)
        for key, planned in wanted.items():
            group, row = groups[planned.audience], known.get(key)
            if row is None:
                fresh.append(_row(task, key, planned, group))
            else:
                row.audience, row.fire_at = planned.audience.value, planned.fire_at
                row.group_id, row.cancelled_at = group.id if group else None, None
    reminders.drop(work, dropped)
    reminders.write(work, fresh)


def fire_due(work: Work, limit: int) -> int:
    """Turns due reminders into outgoing mail, at most `limit` of them, all in one set.

    Returns:
        How many reminders were fired; fewer than `limit` means that none is left.
    """
    return firing.fire_due(work, limit)


def pass_over_missed(work: Work, limit: int) -> int:
    """Cancels what a pause of the ticks has made needless, at most `limit` reminders, all in one set.

    Of several reminders to the same people from before the same last day only the latest is sent.

    Returns:
        How many were cancelled; fewer than `limit` means that none is left.
    """
    return firing.pass_over_missed(work, limit)


def _wanted(
    work: Work, dossier: Dossier, task: UserTask, known: _Known
) -> dict[tuple[str, date], PlannedReminder]:
    """The reminders still to be sent, by rule and last permitted day."""
    due = dues.of_task(task)
    if due is None or due.last_day is None or task.ladder is None:
        return {}
    locality, last_day = dossier.round.locality, due.last_day
    deadline = due.resolved(dossier.round.key, ZoneInfo(locality.zone))
    wanted: dict[tuple[str, date], PlannedReminder] = {}
    ladder = directories.of(work, locality).ladders.get(task.ladder, Ladder(task.ladder, ()))
    for planned in materialise(ladder, deadline, calendars.of(work, locality)):
        row = known.get((planned.rule_key, last_day))
        if row is not None and row.fired_at is not None:
            continue
        late = deadline.due_at is not None and planned.fire_at >= deadline.due_at
        if late and next_rounds.awaits_no_longer(dossier, due):
            continue
        waiting = row is not None and _is_pending(row) and row.fire_at == planned.fire_at
        if planned.fire_at > work.now or waiting:
            wanted[planned.rule_key, last_day] = planned
        elif late:
            wanted[planned.rule_key, last_day] = replace(planned, fire_at=work.now)
    return wanted


def _groups(
    work: Work,
    dossier: Dossier,
    task: UserTask,
    wanted: Mapping[tuple[str, date], PlannedReminder],
    seating: Seating,
) -> Mapping[Audience, Group | None]:
    """Whom the audiences of some reminders mean."""
    asked = {planned.audience for planned in wanted.values()}
    return audiences.resolve_all(work, dossier, asked, task.group_id, seating) if asked else {}


def _row(
    task: UserTask, key: tuple[str, date], planned: PlannedReminder, group: Group | None
) -> dict[str, Any]:
    rule_key, deadline_date = key
    return {
        "task_id": task.id,
        "rule_key": rule_key,
        "audience": planned.audience.value,
        "group_id": group.id if group else None,
        "deadline_date": deadline_date,
        "fire_at": planned.fire_at,
    }


def _is_pending(row: Reminder) -> bool:
    return row.fired_at is None and row.cancelled_at is None
