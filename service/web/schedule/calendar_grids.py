"""A year as twelve grids of weeks: what each day is, in a style and in words."""

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from service.domain.errors import Message, message
from service.domain.labels import Label
from service.operations.schedule.calendar_years import CalendarYear, Mark


@dataclass(frozen=True, slots=True)
class Cell:
    """One day. `kind` is work, weekend, off or made_up; `name` says why offices rest, if it has a name."""

    day: date
    kind: str
    name: Label | None
    marks: tuple[Mark, ...]
    is_today: bool

    @property
    def says(self) -> Message | None:
        """What the day is, where it is not a plain working day or weekend."""
        if self.kind == "made_up":
            return message("make-up working day")
        return message("day off") if self.kind == "off" else None

    @property
    def warned(self) -> bool:
        """Whether a last day lies on it although offices rest."""
        return any(mark.warning is not None for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Month:
    """The weeks of a month, from Monday; days of the months beside it are None."""

    number: int
    weeks: Sequence[Sequence[Cell | None]]


def months(year: CalendarYear) -> list[Month]:
    """The twelve months of a year."""
    weeks = Calendar(firstweekday=0)
    return [
        Month(
            number,
            [
                [_cell(year, day) if day.month == number else None for day in week]
                for week in weeks.monthdatescalendar(year.year, number)
            ],
        )
        for number in range(1, 13)
    ]


def _cell(year: CalendarYear, day: date) -> Cell:
    name = year.calendar.days_off.get(day)
    if day in year.calendar.days_worked:
        kind = "made_up"
    elif name is not None:
        kind = "off"
    else:
        kind = "work" if year.calendar.is_working(day) else "weekend"
    return Cell(day, kind, name, year.marks.get(day, ()), day == year.today)
