"""One's own calendar: a month with rest days shaded, the same as a list by day, and what has no day."""

import re
from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, request

from service.domain.calendars import WEEKDAYS, WorkingCalendar
from service.domain.errors import Message
from service.domain.labels import Label
from service.operations import calendars
from service.operations.report import agendas
from service.operations.report.agendas import Agenda, RoundDay
from service.store.tables import UserTask
from service.web.access import signed_in
from service.web.pages import actor, reading, show
from service.web.parts import round_pages
from service.web.parts.deadlines import DeadlineTeller
from service.web.parts.steps import step_name

screen = Blueprint("agenda", __name__)

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month with what falls on it. `kind` is work, weekend, off or made-up."""

    day: date
    kind: str
    rest: Label | Message | None
    is_today: bool
    in_month: bool
    tasks: Sequence[UserTask]
    deadlines: Sequence[RoundDay]

    @property
    def weekday(self) -> Message:
        """Its name."""
        return WEEKDAYS[self.day.weekday()]

    @property
    def number(self) -> int:
        """How much falls on it."""
        return len(self.tasks) + len(self.deadlines)


@screen.get("/calendar")
@signed_in
def month() -> Response:
    """The month that the address names, else the present one."""
    with reading() as work:
        choices, locality = round_pages.choice(work)
        today = calendars.today(work, locality) if locality else work.now.date()
        first = _asked() or today.replace(day=1)
        grid = Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)
        shown = agendas.show(work, actor(), locality, grid[0][0], grid[-1][-1], late_before=min(first, today))
        weeks = _weeks(grid, shown, calendars.of(work, locality) if locality else None, first, today)
        return show(
            "agenda/month.html",
            localities=choices,
            locality=locality,
            first=first,
            today=today,
            previous=_beside(first, -1),
            following=_beside(first, 1),
            weeks=weeks,
            days=[day for week in weeks for day in week if day.in_month and day.number],
            agenda=shown,
            due=DeadlineTeller(work).of_task,
            step_name=step_name(work, _processes(shown)),
        )


def _asked() -> date | None:
    match = _MONTH.fullmatch(request.args.get("month", ""))
    return date(int(match[1]), int(match[2]), 1) if match else None


def _beside(first: date, months: int) -> date | None:
    """The first day of a month nearby, within the years that an address can name."""
    number = first.year * 12 + first.month - 1 + months
    year = number // 12
    return date(year, number % 12 + 1, 1) if 2000 <= year <= 2099 else None


def _weeks(
    grid: Sequence[Sequence[date]],
    within: Agenda,
    calendar: WorkingCalendar | None,
    first: date,
    today: date,
) -> list[list[Day]]:
    return [
        [
            Day(
                day,
                *_kind(day, calendar),
                is_today=day == today,
                in_month=day.month == first.month,
                tasks=[task for task in within.tasks if task.last_day == day],
                deadlines=[one for one in within.deadlines if one.last_day == day],
            )
            for day in week
        ]
        for week in grid
    ]


def _kind(day: date, calendar: WorkingCalendar | None) -> tuple[str, Label | Message | None]:
    """What a day is and why offices rest on it; without a calendar only the weekends are known."""
    if calendar is None or not calendar.first_year <= day.year <= calendar.last_year:
        return ("weekend", WEEKDAYS[day.weekday()]) if day.weekday() >= 5 else ("work", None)
    if day in calendar.days_worked:
        return "made-up", None
    if day in calendar.days_off:
        return "off", calendar.days_off[day]
    return ("work", None) if calendar.is_working(day) else ("weekend", WEEKDAYS[day.weekday()])


def _processes(agenda: Agenda) -> set[str]:
    """The diagrams whose steps are named."""
    every = (*agenda.tasks, *agenda.late, *agenda.undated)
    return {task.dossier.round.process_key for task in every}
