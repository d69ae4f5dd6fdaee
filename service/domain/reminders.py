"""Ladders of reminders: whom to remind how many days before or after the last permitted day."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from service.domain.calendars import WorkingCalendar
from service.domain.deadlines import Deadline
from service.domain.errors import Invalid, message


class Audience(StrEnum):
    """Whom a reminder or a notice goes to."""

    CANDIDATES = "candidates"
    """Whoever holds the task; everybody who may take it while nobody does."""
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


MOST_RUNGS = 20
FARTHEST_DAYS = 366
"""How many days a rung may lie from the last day."""


def rung_key(days: int, count: DayCount) -> str:
    """How a rung is called by what it does: `7_before`, `last_day`, `3_working_overdue`."""
    if days == 0:
        return "last_day"
    counted = "_working" if count is DayCount.WORKING else ""
    return f"{abs(days)}{counted}_{'before' if days < 0 else 'overdue'}"


def keyed(wanted: Iterable[Rung], known: Iterable[Rung]) -> tuple[Rung, ...]:
    """Rungs under the keys by which reminders know them, in the order of their days.

    A rung that says the same as a known one keeps its key: what it has sent is not sent again. One that
    says something else is another rule.

    Raises:
        Invalid: too many, too far away, or one of them stands twice.
    """
    rungs = sorted(wanted, key=lambda rung: (rung.days, rung.at, rung.audience))
    if not 0 < len(rungs) <= MOST_RUNGS:
        raise Invalid(message("A ladder has from 1 to {most} reminders.", most=MOST_RUNGS))
    if len({_said(rung) for rung in rungs}) < len(rungs):
        raise Invalid(
            message(
                "Two reminders go to the same people as many days from the last day. Keep one of them, "
                "or change its days."
            )
        )
    if any(abs(rung.days) > FARTHEST_DAYS for rung in rungs):
        raise Invalid(message("A reminder is at most {most} days from the last day.", most=FARTHEST_DAYS))
    kept = {_said(rung): rung.key for rung in known}
    taken = {kept[_said(rung)] for rung in rungs if _said(rung) in kept}
    named: list[Rung] = []
    for rung in rungs:
        key = kept.get(_said(rung)) or _free_key(rung, taken)
        taken.add(key)
        named.append(replace(rung, key=key))
    return tuple(named)


def _said(rung: Rung) -> tuple[int, DayCount, Audience]:
    return rung.days, rung.count, rung.audience


def _free_key(rung: Rung, taken: Container[str]) -> str:
    key = rung_key(rung.days, rung.count)
    while key in taken:
        key = f"{key}_{rung.audience}"
    return key


def materialise(ladder: Ladder, deadline: Deadline, calendar: WorkingCalendar) -> tuple[PlannedReminder, ...]:
    """All reminders of a ladder for a deadline, in the order of time; none while the deadline is unset.

    Instants that have passed are included: what becomes of them is for the caller to decide.
    """
    return () if deadline.last_day is None else dated(ladder, deadline.last_day, deadline.zone, calendar)


def dated(
    ladder: Ladder, last: date, zone: ZoneInfo, calendar: WorkingCalendar
) -> tuple[PlannedReminder, ...]:
    """The same for a last permitted day alone."""
    planned = [
        PlannedReminder(
            rung.key,
            rung.audience,
            datetime.combine(_day(rung, last, calendar), rung.at, tzinfo=zone),
        )
        for rung in ladder.rungs
    ]
    return tuple(sorted(planned, key=lambda reminder: reminder.fire_at))


def _day(rung: Rung, last: date, calendar: WorkingCalendar) -> date:
    if rung.count is DayCount.WORKING:
        return calendar.shift(last, rung.days)
    return last + timedelta(days=rung.days)
