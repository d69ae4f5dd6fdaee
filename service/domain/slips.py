"""The control slip: how long each office had a dossier, and whether it was in time."""

from datetime import date, datetime, tzinfo
from enum import StrEnum


class Timeliness(StrEnum):
    """How a step was done, or stands, against its last day."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"
    OVERDUE = "overdue"
    NO_DEADLINE = "no_deadline"


def timeliness(
    closed_at: datetime | None,
    now: datetime,
    last_day: date | None,
    due_at: datetime | None,
    zone: tzinfo,
) -> Timeliness:
    """How a step stands: `last_day` is the last day in time, `due_at` the first instant that is late.

    Done before the last day is early, on that day on time.
    """
    if closed_at is None:
        return Timeliness.OVERDUE if due_at is not None and now >= due_at else Timeliness.OPEN
    if last_day is None or due_at is None:
        return Timeliness.NO_DEADLINE
    if closed_at >= due_at:
        return Timeliness.LATE
    return Timeliness.EARLY if closed_at.astimezone(zone).date() < last_day else Timeliness.ON_TIME
