"""What hangs on the dates of some rounds, read in sets: open tasks, pending reminders, waiting timers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from service.store.tables import Dossier, Reminder, Timer, UserTask
from service.store.work import Work


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that waits for an instant, each under its own key and with its dossier's id first.

    `tasks` by task id, with the deadline's instant and its last day; `timers` by timer id; `reminders`
    by task and rule, with deadline date, instant, audience and group: one that moves counts once.
    """

    tasks: dict[int, tuple[int, datetime | None, date | None]]
    timers: dict[int, tuple[int, datetime | None]]
    reminders: dict[tuple[int, str], tuple[int, date, datetime, str, int | None]]


def standing(work: Work, round_ids: Iterable[int]) -> Standing:
    """What waits in some rounds as this Work has it now."""
    work.session.flush()
    rounds = Dossier.round_id.in_(list(round_ids))
    tasks = work.session.execute(
        select(UserTask.id, UserTask.dossier_id, UserTask.due_at, UserTask.last_day)
        .join(Dossier, Dossier.id == UserTask.dossier_id)
        .where(rounds, UserTask.closed_at.is_(None))
    )
    timers = work.session.execute(
        select(Timer.id, Timer.dossier_id, Timer.due_at)
        .join(Dossier, Dossier.id == Timer.dossier_id)
        .where(rounds, Timer.fired_at.is_(None))
    )
    reminders = work.session.execute(
        select(
            Reminder.task_id,
            Reminder.rule_key,
            UserTask.dossier_id,
            Reminder.deadline_date,
            Reminder.fire_at,
            Reminder.audience,
            Reminder.group_id,
        )
        .join(UserTask, UserTask.id == Reminder.task_id)
        .join(Dossier, Dossier.id == UserTask.dossier_id)
        .where(rounds, Reminder.fired_at.is_(None), Reminder.cancelled_at.is_(None))
    )
    return Standing(
        {row[0]: (row[1], row[2], row[3]) for row in tasks},
        {row[0]: (row[1], row[2]) for row in timers},
        {(row[0], row[1]): (row[2], row[3], row[4], row[5], row[6]) for row in reminders},
    )


def reminds_by(work: Work, locality_id: str, ladder: str) -> bool:
    """Whether any open task of a locality reminds by a ladder."""
    found = work.session.scalar(
        select(UserTask.id)
        .join(Dossier, Dossier.id == UserTask.dossier_id)
        .where(Dossier.locality_id == locality_id, UserTask.ladder == ladder, UserTask.closed_at.is_(None))
        .limit(1)
    )
    return found is not None
