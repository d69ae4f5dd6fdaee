"""Ladders of reminders: whom to remind how many days before or after the last permitted day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from service.domain.calendars import WorkingCalendar
from service.domain.deadlines import Deadline


class Audience(StrEnum):
    """Whom a reminder or a notice goes to."""

    CANDIDATES = "candidates"
    """Everybody who may take the task, and whoever holds it."""
    ASSIGNEE = "assignee"
    """Whoever holds the task; nobody while it is unclaimed."""
    UNIT_HEAD = "unit_head"
    """The head of the unit that proposed the dossier."""
    OFFICE_HEAD = "office_head"
    """The head of the organisation in which the task waits."""
    FOCAL_OFFICE = "focal_office"
    """The single intake office."""
    CHAIRMAN_OFFICE = "chairman_office"
    """The office of the Chairman."""
    RECEIVING_OFFICE = "receiving_office"
    """The office that a duty report goes to, the first of several; the intake office for award dossiers."""


class DayCount(StrEnum):
    """Which days an offset counts."""

    CALENDAR = "calendar"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: `days` after the last day (negative: before, 0: on it), at a local time."""

    key: str
    days: int
    audience: Audience
    count: DayCount = DayCount.CALENDAR
    at: time = time(8, 0)


@dataclass(frozen=True, slots=True)
class Ladder:
    """The reminders that go with a deadline."""

    key: str
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """A reminder with its instant, in the zone of the locality."""

    rule_key: str
    audience: Audience
    fire_at: datetime


def materialise(ladder: Ladder, deadline: Deadline, calendar: WorkingCalendar) -> tuple[PlannedReminder, ...]:
    """All reminders of a ladder for a deadline, in the order of time; none while the deadline is unset.

    Instants that have passed are included: what becomes of them is for the caller to decide.
    """
    last = deadline.last_day
    if last is None:
        return ()
    planned = [
        PlannedReminder(
            rung.key,
            rung.audience,
            datetime.combine(_day(rung, last, calendar), rung.at, tzinfo=deadline.zone),
        )
        for rung in ladder.rungs
    ]
    return tuple(sorted(planned, key=lambda reminder: reminder.fire_at))


def _day(rung: Rung, last: date, calendar: WorkingCalendar) -> date:
    if rung.count is DayCount.WORKING:
        return calendar.shift(last, rung.days)
    return last + timedelta(days=rung.days)
