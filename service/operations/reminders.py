"""Reminders: planned while a task is open, fired in sets when they fall due."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from service.domain.reminders import Ladder, PlannedReminder, materialise
from service.operations import audiences, calendars, directories, dues
from service.store import reminders
from service.store.tables import Dossier, Reminder, UserTask
from service.store.work import Work

_Known = Mapping[tuple[str, date], Reminder]


def plan(work: Work, dossier: Dossier, task: UserTask, *, just_opened: bool = False) -> None:
    """Makes the pending reminders of an open task those that its deadline and ladder ask for now.

    A reminder from before the deadline whose instant has passed is not made any more. One from after
    it is sent at once: a task that opens late is overdue, and whoever answers for it must hear of it.
    What was sent already for the same deadline date and rule is not sent again, and what has fallen
    due but waits for the next tick stays. A task that has `just_opened` has none yet.
    """
    rows = [] if just_opened else reminders.of_task(work, task.id)
    known: _Known = {(row.rule_key, row.deadline_date): row for row in rows}
    wanted = _wanted(work, dossier, task, known)
    for key, row in known.items():
        if key not in wanted and _is_pending(row):
            work.session.delete(row)
    asked = {planned.audience for planned in wanted.values()}
    groups = audiences.resolve_all(work, dossier, asked, task.group_id) if asked else {}
    fresh: list[dict[str, Any]] = []
    for (rule_key, deadline_date), planned in wanted.items():
        group = groups[planned.audience]
        group_id = group.id if group else None
        row = known.get((rule_key, deadline_date))
        if row is not None:
            row.audience, row.group_id, row.fire_at = planned.audience.value, group_id, planned.fire_at
            continue
        fresh.append(
            {
                "task_id": task.id,
                "rule_key": rule_key,
                "audience": planned.audience.value,
                "group_id": group_id,
                "deadline_date": deadline_date,
                "fire_at": planned.fire_at,
            }
        )
    reminders.write(work, fresh)


def fire_due(work: Work, limit: int) -> int:
    """Turns due reminders into outgoing mail, at most `limit` of them, all in one set.

    Returns:
        How many reminders were fired; fewer than `limit` means that none is left.
    """
    return reminders.fire_due(work, limit)


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
        if row is not None and not _is_pending(row):
            continue
        late = deadline.due_at is not None and planned.fire_at >= deadline.due_at
        waiting = row is not None and row.fire_at == planned.fire_at
        if planned.fire_at > work.now or waiting:
            wanted[planned.rule_key, last_day] = planned
        elif late:
            wanted[planned.rule_key, last_day] = replace(planned, fire_at=work.now)
    return wanted


def _is_pending(row: Reminder) -> bool:
    return row.fired_at is None and row.cancelled_at is None
