"""Reminders: planned while a task is open, fired in sets when they fall due."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from service.domain.reminders import Audience, Ladder, PlannedReminder, dated
from service.operations import calendars, dues
from service.operations.process import next_rounds
from service.operations.staff import audiences, directories
from service.operations.staff.directories import Group
from service.store import firing, reminders
from service.store.reminders import Known
from service.store.tables import Dossier, Locality, UserTask
from service.store.work import Work

_Known = Mapping[tuple[str, date], Known]
_NOTHING: _Known = {}


def plan_new(work: Work, opened: Sequence[tuple[Dossier, UserTask]]) -> None:
    """Plans the reminders of tasks that have just opened and have none yet; see `replan`."""
    planner = _Planner(work)
    fresh: list[dict[str, Any]] = []
    for dossier, task in opened:
        wanted = planner.wanted(dossier, task, _NOTHING)
        groups = planner.groups(dossier, task, wanted)
        fresh += [_row(task, key, planned, groups[planned.audience]) for key, planned in wanted.items()]
    reminders.write(work, fresh)


def replan(work: Work, standing: Sequence[tuple[Dossier, UserTask]]) -> None:
    """Makes the pending reminders of open tasks those that their deadlines and ladders ask for now.

    A reminder from before the deadline whose instant has passed is not made any more. One from after
    it is sent at once: a task that opens late is overdue, and whoever answers for it must hear of it.
    What was sent already for the same deadline date and rule is not sent again, and what has fallen
    due but waits for the next tick stays. What was passed over may get another day and is sent then.
    """
    planner = _Planner(work)
    known_of = reminders.of_tasks(work, [task.id for _, task in standing])
    dropped: list[int] = []
    changed: list[tuple[int, str, int | None, datetime]] = []
    fresh: list[dict[str, Any]] = []
    for dossier, task in standing:
        known: _Known = {(row.rule_key, row.deadline_date): row for row in known_of[task.id]}
        wanted = planner.wanted(dossier, task, known)
        dropped += [row.id for key, row in known.items() if key not in wanted and row.pending]
        groups = planner.groups(dossier, task, wanted)
        for key, planned in wanted.items():
            group, row = groups[planned.audience], known.get(key)
            if row is None:
                fresh.append(_row(task, key, planned, group))
                continue
            meant = planned.audience.value, group.id if group else None, planned.fire_at
            if (row.audience, row.group_id, row.fire_at) != meant or not row.pending:
                changed.append((row.id, *meant))
    reminders.drop(work, dropped)
    reminders.change(work, changed)
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


class _Planner:
    """What reminders some tasks ask for, and of whom. What several of them share is worked out once."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._seating = audiences.Seating(work)
        self._rungs: dict[tuple[str, str, date], tuple[PlannedReminder, ...]] = {}
        self._meant: dict[tuple[int, int, int, frozenset[Audience]], Mapping[Audience, Group | None]] = {}

    def wanted(
        self, dossier: Dossier, task: UserTask, known: _Known
    ) -> dict[tuple[str, date], PlannedReminder]:
        """The reminders still to be sent, by rule and last permitted day."""
        due, now = dues.of_task(task), self._work.now
        if due is None or due.last_day is None or task.ladder is None:
            return {}
        wanted: dict[tuple[str, date], PlannedReminder] = {}
        for planned in self._ladder(dossier.round.locality, task.ladder, due.last_day):
            row = known.get((planned.rule_key, due.last_day))
            if row is not None and row.fired_at is not None:
                continue
            late = due.due_at is not None and planned.fire_at >= due.due_at
            if late and next_rounds.awaits_no_longer(dossier, due):
                continue
            waiting = row is not None and row.pending and row.fire_at == planned.fire_at
            if planned.fire_at > now or waiting:
                wanted[planned.rule_key, due.last_day] = planned
            elif late:
                wanted[planned.rule_key, due.last_day] = replace(planned, fire_at=now)
        return wanted

    def groups(
        self, dossier: Dossier, task: UserTask, wanted: Mapping[tuple[str, date], PlannedReminder]
    ) -> Mapping[Audience, Group | None]:
        """Whom the audiences of some reminders mean."""
        asked = frozenset(planned.audience for planned in wanted.values())
        if not asked:
            return {}
        key = dossier.round_id, dossier.unit_id, task.group_id, asked
        if key not in self._meant:
            self._meant[key] = audiences.resolve_all(self._work, dossier, asked, task.group_id, self._seating)
        return self._meant[key]

    def _ladder(self, locality: Locality, key: str, last: date) -> tuple[PlannedReminder, ...]:
        """The rungs of a ladder for a last permitted day."""
        known = self._rungs.get((locality.id, key, last))
        if known is None:
            ladder = directories.of(self._work, locality).ladders.get(key, Ladder(key, ()))
            calendar = calendars.of(self._work, locality)
            known = dated(ladder, last, ZoneInfo(locality.zone), calendar)
            self._rungs[locality.id, key, last] = known
        return known


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
