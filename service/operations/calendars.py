"""The working calendar and the reminder ladders of a locality, as the domain wants them."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from service.domain.amendments import Guidance
from service.domain.calendars import DayKind, Override, WorkingCalendar
from service.domain.citations import Citation
from service.domain.deadlines import Bound, Deadline, LatePolicy, Roll
from service.domain.labels import Label
from service.domain.organisations import Function
from service.domain.reminders import Audience, DayCount, Ladder, Rung
from service.localities.calendars import working_calendar
from service.store import localities
from service.store import tables as rows
from service.store.work import Work


def of(work: Work, locality: rows.Locality) -> WorkingCalendar:
    """The working calendar of a locality as its present edition has it."""

    def read() -> WorkingCalendar:
        days = localities.calendar_days(work, locality.id)
        return _calendar(locality.country, tuple(_override(day) for day in days if not day.withdrawn))

    return work.recall(("calendar", locality.id, locality.edition), read)


def without(work: Work, locality: rows.Locality, day: date) -> WorkingCalendar:
    """The working calendar as it would be had nobody swapped a day."""
    days = localities.calendar_days(work, locality.id)
    kept = tuple(_override(one) for one in days if not one.withdrawn and one.day != day)
    return _calendar(locality.country, kept)


def today(work: Work, locality: rows.Locality) -> date:
    """The local date of the instant of the Work."""
    return work.now.astimezone(ZoneInfo(locality.zone)).date()


def ladder(rules: Iterable[rows.ReminderRule], key: str) -> Ladder:
    """The ladder of a key, made of its rungs among all of a locality."""
    rungs = [rule for rule in rules if rule.ladder == key]
    return Ladder(
        key,
        tuple(
            Rung(rule.key, rule.days, Audience(rule.audience), DayCount(rule.count), rule.at)
            for rule in rungs
        ),
    )


def deadline(row: rows.Deadline, round_key: str, zone: ZoneInfo) -> Deadline:
    """A stored deadline as the domain's value."""
    return Deadline(
        round=round_key,
        key=row.key,
        name=Label(row.name_vi, row.name_en),
        owner=Function(row.owner),
        to=Function(row.owed_to) if row.owed_to else None,
        zone=zone,
        source=citation(row),
        bound=Bound(row.bound),
        roll=Roll(row.roll),
        late=LatePolicy(row.late_policy),
        ladder=row.ladder,
        day=row.day,
        last_day=row.last_day,
        due_at=None if row.due_at is None else row.due_at.astimezone(zone),
        awaits=row.awaits,
        note=Label(row.note_vi, row.note_en or row.note_vi) if row.note_vi else None,
        amended=row.amended,
        guidance=Guidance.from_json(row.guidance) if row.guidance else None,
    )


def citation(row: rows.Cited) -> Citation:
    """The clause that a row carries."""
    return Citation(
        row.source_document,
        row.source_section,
        row.source_quote,
        row.source_verified and bool(row.source_quote),
    )


@lru_cache(maxsize=32)
def _calendar(country: str, overrides: tuple[Override, ...]) -> WorkingCalendar:
    """Kept by what it is made of, since making one is slow."""
    return working_calendar(country, overrides)


def _override(row: rows.CalendarDay) -> Override:
    return Override(row.day, DayKind(row.kind), Label(row.name_vi, row.name_en), citation(row))
