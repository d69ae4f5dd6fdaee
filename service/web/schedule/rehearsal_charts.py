"""A rehearsal as a picture: for every kind of office a strip of days, and the same numbers as a table."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from service.domain.organisations import Function
from service.rehearsals import Result
from service.rehearsals.results import Due

KINDS = ("mails", "overdue", "escalations")
"""What is counted, in the order of the strips."""
HEIGHT = 20
"""Of the highest bar, in the units of the picture; a day is one unit wide."""
LEAST_BAR = 1.5
_WEEK = 7
_DAY = timedelta(days=1)
_BEFORE = timedelta(days=3)
"""So many days of the quiet time before the first happening are drawn."""

Numbers = Mapping[tuple[date, str], Counter[str]]
"""Counts by local day and kind of office."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of a strip: its place from the left, the number and height with the change and without."""

    x: int
    day: date
    number: int
    height: float
    without: int | None = None
    height_without: float = 0


@dataclass(frozen=True, slots=True)
class Strip:
    """All days of one kind of happening in one kind of office."""

    kind: str
    total: int
    without: int | None
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """One kind of office, by the key of its function, with the strips in which anything happens."""

    function: str
    strips: tuple[Strip, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on the line of days, placed in per cent from the left."""

    left: float
    day: date
    due: Due | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: a day, a kind of office, its numbers; without the change in `without`."""

    day: date
    function: str
    numbers: Mapping[str, int]
    without: Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
class Chart:
    """The picture and its table. `days` is how many days it is wide; weeks and deadlines are marked."""

    first: date
    days: int
    lanes: tuple[Lane, ...]
    weeks: tuple[Mark, ...]
    dues: tuple[Mark, ...]
    lines: tuple[Line, ...]
    compared: bool


def chart(result: Result, without: Result | None = None) -> Chart:
    """The picture of a rehearsal, beside that of the round as it is if a change was tried."""
    now, before = _numbers(result), _numbers(without) if without else None
    days = sorted(
        {day for day, _ in [*now, *(before or {})]} | {result.opens_at.astimezone(result.zone).date()}
    )
    marked = [due.last_day for due in result.dues if due.last_day]
    first = days[0]
    last = max([days[-1], result.closes_at.astimezone(result.zone).date(), *marked])
    number = (last - first).days + 1
    highest = max(
        (
            count
            for numbers in (now, before or {})
            for counted in numbers.values()
            for count in counted.values()
        ),
        default=1,
    )
    return Chart(
        first=first,
        days=number,
        lanes=_lanes(now, before, first, highest),
        weeks=tuple(Mark(100 * offset / number, first + offset * _DAY) for offset in range(0, number, _WEEK)),
        dues=tuple(
            Mark(100 * ((due.last_day - first).days + 1) / number, due.last_day, due)
            for due in result.dues
            if due.last_day is not None
        ),
        lines=tuple(_lines(now, before)),
        compared=before is not None,
    )


def _numbers(result: Result) -> dict[tuple[date, str], Counter[str]]:
    counted: dict[tuple[date, str], Counter[str]] = {}
    for one in result.by_office_and_day():
        function = result.names.functions.get(one.organisation, "")
        counter = counted.setdefault((one.day, function), Counter())
        for kind in KINDS:
            counter[kind] += getattr(one, kind)
    return counted


def _lanes(now: Numbers, before: Numbers | None, first: date, highest: int) -> tuple[Lane, ...]:
    functions = {function for _, function in [*now, *(before or {})]}
    return tuple(
        Lane(function, strips)
        for function in sorted(functions, key=_order)
        if (strips := tuple(_strips(function, now, before, first, highest)))
    )


def _strips(
    function: str, now: Numbers, before: Numbers | None, first: date, highest: int
) -> Iterable[Strip]:
    for kind in KINDS:
        days = sorted({day for day, other in [*now, *(before or {})] if other == function})
        bars = [_bar(day, function, kind, now, before, first, highest) for day in days]
        shown = tuple(bar for bar in bars if bar.number or bar.without)
        if shown:
            without = None if before is None else sum(bar.without or 0 for bar in shown)
            yield Strip(kind, sum(bar.number for bar in shown), without, shown)


def _bar(
    day: date, function: str, kind: str, now: Numbers, before: Numbers | None, first: date, highest: int
) -> Bar:
    number = now.get((day, function), Counter[str]())[kind]
    without = None if before is None else before.get((day, function), Counter[str]())[kind]
    return Bar(
        (day - first).days, day, number, _height(number, highest), without, _height(without or 0, highest)
    )


def _height(number: int, highest: int) -> float:
    return 0 if not number else max(LEAST_BAR, round(HEIGHT * number / highest, 2))


def _lines(now: Numbers, before: Numbers | None) -> Iterable[Line]:
    keys = {*now, *(before or {})}
    for day, function in sorted(keys, key=_by_day):
        empty = Counter[str]()
        yield Line(
            day,
            function,
            now.get((day, function), empty),
            None if before is None else before.get((day, function), empty),
        )


def _by_day(key: tuple[date, str]) -> tuple[date, int]:
    return key[0], _order(key[1])


def _order(function: str) -> int:
    known: Sequence[str] = [one.value for one in Function]
    return known.index(function) if function in known else len(known)
