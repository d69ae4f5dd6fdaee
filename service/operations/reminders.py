"""Reminders: planned when a task opens, fired in sets when they fall due."""

from zoneinfo import ZoneInfo

from service.domain.reminders import Ladder, materialise
from service.operations import audiences, calendars
from service.store import reminders
from service.store.tables import Dossier, Reminder, UserTask
from service.store.work import Work


def plan(work: Work, dossier: Dossier, task: UserTask) -> None:
    """Writes the reminder rows of a task that has just opened or whose deadline has moved.

    A reminder from before the deadline whose instant has passed is dropped. One from after it is
    sent at once: a task that opens late is overdue, and whoever answers for it must hear of it.
    What was sent already for the same deadline date and rule is not sent again.
    """
    row = task.deadline
    if row is None or row.last_day is None or task.ladder is None or task.closed_at is not None:
        return
    locality = dossier.round.locality
    deadline = calendars.deadline(row, dossier.round.key, ZoneInfo(locality.zone))
    ladder = _ladder(work, locality.id, task.ladder)
    known = reminders.known_rules(work, task.id, row.last_day)
    for planned in materialise(ladder, deadline, calendars.of(work, locality)):
        late = deadline.due_at is not None and planned.fire_at >= deadline.due_at
        if planned.rule_key in known or (planned.fire_at <= work.now and not late):
            continue
        group = audiences.resolve(work, dossier, planned.audience, task.group)
        work.session.add(
            Reminder(
                task_id=task.id,
                rule_key=planned.rule_key,
                audience=planned.audience,
                group_id=group.id if group else None,
                deadline_date=row.last_day,
                fire_at=max(planned.fire_at, work.now),
            )
        )


def replan(work: Work, dossier: Dossier, task: UserTask) -> None:
    """Replaces the pending reminders of a task after its deadline has moved."""
    reminders.drop_pending(work, task.id)
    work.session.flush()
    plan(work, dossier, task)


def fire_due(work: Work, limit: int) -> int:
    """Turns due reminders into outgoing mail, at most `limit` of them, all in one set.

    Returns:
        How many reminders were fired; fewer than `limit` means that none is left.
    """
    return reminders.fire_due(work, limit)


def _ladder(work: Work, locality_id: str, key: str) -> Ladder:
    """The ladder, read once per Work."""
    known: dict[tuple[str, str], Ladder] = work.session.info.setdefault("ladders", {})
    if (locality_id, key) not in known:
        known[locality_id, key] = calendars.ladder(work, locality_id, key)
    return known[locality_id, key]
