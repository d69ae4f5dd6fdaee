"""The working calendar and the reminder ladders of a locality, as the domain wants them."""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import date
from threading import Lock
from zoneinfo import ZoneInfo

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

_KEPT = 32
_calendars: OrderedDict[tuple[str, str], WorkingCalendar] = OrderedDict()
_lock = Lock()


def of(work: Work, locality: rows.Locality) -> WorkingCalendar:
    """The working calendar of a locality; kept per loaded configuration, since making one is slow."""
    key = (locality.id, locality.content_hash)
    with _lock:
        known = _calendars.get(key)
    if known is None:
        overrides = [_override(day) for day in localities.calendar_days(work, locality.id)]
        known = working_calendar(locality.country, overrides)
        with _lock:
            _calendars[key] = known
            while len(_calendars) > _KEPT:
                _calendars.popitem(last=False)
    return known


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
    )


def citation(row: rows.Cited) -> Citation:
    """The clause that a row carries."""
    return Citation(
        row.source_document,
        row.source_section,
        row.source_quote,
        row.source_verified and bool(row.source_quote),
    )


def _override(row: rows.CalendarDay) -> Override:
    return Override(row.day, DayKind(row.kind), Label(row.name_vi, row.name_en), citation(row))
