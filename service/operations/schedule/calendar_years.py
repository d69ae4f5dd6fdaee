"""The working calendar of a year with what lies on it: days off, swap days, last days of deadlines."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from service.domain.calendars import WEEKDAYS, WorkingCalendar
from service.domain.deadlines import Deadline, warning_of
from service.domain.errors import Invalid, Message, message
from service.domain.labels import Label
from service.operations import calendars
from service.operations.schedule import rounds
from service.operations.schedule.rounds import RoundPage
from service.store import localities
from service.store import tables as rows
from service.store.work import Work


@dataclass(frozen=True, slots=True)
class Mark:
    """A deadline whose last permitted day lies in the year, of one `unit` if it was extended for it alone.

    `warning` when offices rest on that day.
    """

    page: RoundPage
    deadline: Deadline
    day: date
    warning: Message | None
    unit: rows.Organisation | None = None


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year of a locality's calendar.

    `swaps` are the days that files and administrators have changed, withdrawn ones too.
    """

    locality: rows.Locality
    year: int
    today: date
    calendar: WorkingCalendar
    swaps: tuple[rows.CalendarDay, ...]
    marks: Mapping[date, tuple[Mark, ...]]

    @property
    def days_off(self) -> list[tuple[date, Label]]:
        """The named rest days, holidays and swap days alike."""
        return sorted(
            ((day, name) for day, name in self.calendar.days_off.items() if day.year == self.year),
            key=lambda found: found[0],
        )

    @property
    def days_made_up(self) -> list[date]:
        """Weekly rest days that are worked."""
        return sorted(day for day in self.calendar.days_worked if day.year == self.year)

    @property
    def working_days(self) -> int:
        """How many days of the year are worked."""
        return self.calendar.working_days_between(
            date(self.year, 1, 1) - timedelta(days=1), date(self.year, 12, 31)
        )

    def as_json(self) -> dict[str, Any]:
        """The shape that the API and the command line give."""
        return {
            "locality": self.locality.id,
            "year": self.year,
            "edition": self.locality.edition,
            "working_days": self.working_days,
            "days_off": [
                {
                    "day": day.isoformat(),
                    "weekday": str(WEEKDAYS[day.weekday()]),
                    "name": {"vi": name.vi, "en": name.en},
                }
                for day, name in self.days_off
            ],
            "days_made_up": [day.isoformat() for day in self.days_made_up],
            "swap_days": [swap_json(row) for row in self.swaps],
            "deadlines": [
                {
                    "round": mark.page.round.key,
                    "deadline": mark.deadline.key,
                    "unit": mark.unit.key if mark.unit else None,
                    "last_day": day.isoformat(),
                    "rest_day": mark.warning is not None,
                }
                for day in sorted(self.marks)
                for mark in self.marks[day]
            ],
        }


def show(work: Work, locality_id: str, year: int | None = None) -> CalendarYear:
    """The calendar of a year, of the present one unless another is named.

    Raises:
        NotFound: when the locality has never been loaded.
        Invalid: the calendar does not reach that year.
    """
    locality = localities.get(work, locality_id)
    calendar, today = calendars.of(work, locality), calendars.today(work, locality)
    year = today.year if year is None else year
    # Days beside the first and the last year are asked for too, where weeks and rungs overlap them.
    if not calendar.first_year < year < calendar.last_year:
        wrong = message(
            "The calendar reaches from {first} to {last}.",
            first=calendar.first_year + 1,
            last=calendar.last_year - 1,
        )
        raise Invalid(wrong, {"year": wrong})
    marks: defaultdict[date, list[Mark]] = defaultdict(list)
    for page in rounds.list_rounds(work, locality_id, duties=True):
        for mark in _marks(page, calendar) if page.round.active else ():
            if mark.day.year == year:
                marks[mark.day].append(mark)
    return CalendarYear(
        locality=locality,
        year=year,
        today=today,
        calendar=calendar,
        swaps=tuple(row for row in localities.calendar_days(work, locality_id) if row.day.year == year),
        marks={day: tuple(found) for day, found in marks.items()},
    )


def _marks(page: RoundPage, calendar: WorkingCalendar) -> Iterator[Mark]:
    for deadline in page.deadlines:
        if deadline.last_day is not None:
            yield Mark(page, deadline, deadline.last_day, warning_of(deadline.last_day, calendar))
        for one in page.extensions.get(deadline.key, ()):
            yield Mark(page, deadline, one.last_day, warning_of(one.last_day, calendar), one.unit)


def swap_json(row: rows.CalendarDay) -> dict[str, Any]:
    """A swap day in plain values."""
    return {
        "day": row.day.isoformat(),
        "kind": row.kind,
        "name": {"vi": row.name_vi, "en": row.name_en},
        "source": {
            "document": row.source_document,
            "section": row.source_section,
            "quote": row.source_quote,
            "verified": row.source_verified,
        },
        "amended": row.amended,
        "withdrawn": row.withdrawn,
    }
