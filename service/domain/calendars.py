"""Working days and rest days.

A `WorkingCalendar` is handed to whoever counts days. It knows a span of years: the public days off
and make-up working days of the country, with the administrator's overrides already applied.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from service.domain.citations import Citation
from service.domain.errors import Message
from service.domain.labels import Label

_DAY = timedelta(days=1)

WEEKDAYS = (
    Message("Monday"),
    Message("Tuesday"),
    Message("Wednesday"),
    Message("Thursday"),
    Message("Friday"),
    Message("Saturday"),
    Message("Sunday"),
)
"""The names of the days of the week, in the order of `date.weekday()`."""


class DayKind(StrEnum):
    """What an override makes of a day."""

    OFF = "off"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Override:
    """A day that an official notice made free or working, against the calendar of the country."""

    day: date
    kind: DayKind
    name: Label
    citation: Citation


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days are worked, in the years `first_year` to `last_year` inclusive.

    `days_off` are rest days besides the weekly ones, by name; `days_worked` are weekly rest days
    that are worked. A day cannot be both.
    """

    first_year: int
    last_year: int
    days_off: Mapping[date, Label] = field(default_factory=dict[date, Label])
    days_worked: frozenset[date] = frozenset()
    weekly_rest: frozenset[int] = frozenset({5, 6})

    def __post_init__(self) -> None:
        if self.days_worked & self.days_off.keys():
            raise ValueError("A day is either off or worked, not both.")
        if len(self.weekly_rest) >= len(WEEKDAYS):
            raise ValueError("A week needs at least one working day.")

    def is_working(self, day: date) -> bool:
        """Whether offices work on that day.

        Raises:
            ValueError: the day lies outside the years that this calendar knows.
        """
        if not self.first_year <= day.year <= self.last_year:
            raise ValueError(f"The calendar knows {self.first_year} to {self.last_year}, not {day}.")
        if day in self.days_worked:
            return True
        return day not in self.days_off and day.weekday() not in self.weekly_rest

    def rest_name(self, day: date) -> Label | Message | None:
        """Why offices rest on that day: the name of the day off, or its weekday; None if they work."""
        if self.is_working(day):
            return None
        return self.days_off.get(day) or WEEKDAYS[day.weekday()]

    def next_working(self, day: date) -> date:
        """The day itself if it is worked, else the first working day after it."""
        while not self.is_working(day):
            day += _DAY
        return day

    def previous_working(self, day: date) -> date:
        """The day itself if it is worked, else the last working day before it."""
        while not self.is_working(day):
            day -= _DAY
        return day

    def shift(self, day: date, working_days: int) -> date:
        """The working day that lies so many working days after (or, if negative, before) a day.

        The day itself is never counted, whether it is worked or not; zero gives it back unchanged.
        """
        step = _DAY if working_days > 0 else -_DAY
        remaining = abs(working_days)
        while remaining:
            day += step
            remaining -= self.is_working(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days follow `start` up to and including `end`; negative if it lies before."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working(start + _DAY * offset) for offset in range(1, (end - start).days + 1))

    def with_overrides(self, overrides: Iterable[Override]) -> "WorkingCalendar":
        """The same calendar with official swap days on top: an override always wins."""
        days_off = dict(self.days_off)
        days_worked = set(self.days_worked)
        for override in overrides:
            days_off.pop(override.day, None)
            days_worked.discard(override.day)
            if override.kind is DayKind.OFF:
                days_off[override.day] = override.name
            else:
                days_worked.add(override.day)
        return replace(self, days_off=days_off, days_worked=frozenset(days_worked))
