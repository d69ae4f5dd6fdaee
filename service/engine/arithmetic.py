"""What expressions compute with: plain values, instants and spans, and the few things done to them.

Sizes are bounded here, at the moment of computing; shapes are checked when an expression is compiled.
"""

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Protocol, TypeAlias

from service.domain.calendars import WorkingCalendar

Scalar: TypeAlias = str | int | float | bool | None

MAX_NUMBER = 10**12


class Surroundings(Protocol):
    """What an expression may ask about the moment it is evaluated in."""

    @property
    def zone(self) -> tzinfo: ...
    @property
    def deadlines(self) -> Mapping[str, datetime | None]: ...
    @property
    def calendar(self) -> WorkingCalendar | None: ...
    @property
    def opened_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: calendar days and working days in the local zone, and exact seconds."""

    days: int = 0
    seconds: int = 0
    working_days: int = 0

    def __add__(self, other: "Span") -> "Span":
        return Span(
            self.days + other.days, self.seconds + other.seconds, self.working_days + other.working_days
        )

    def __neg__(self) -> "Span":
        return Span(-self.days, -self.seconds, -self.working_days)


Value: TypeAlias = Scalar | datetime | Span | tuple[Scalar, ...]
Closure: TypeAlias = Callable[[Mapping[str, Scalar], Surroundings], Value]


def truth_of(value: Value) -> bool:
    if value is True or value is False:
        return value
    raise TypeError(f"{value!r} is not yes or no")


def _bounded(number: Value) -> Value:
    if isinstance(number, int | float) and not abs(number) <= MAX_NUMBER:
        raise OverflowError("a number became too large")
    return number


def negative(value: Value) -> Value:
    if isinstance(value, int | float | Span) and not isinstance(value, bool):
        return -value
    raise TypeError(f"{value!r} is not a number")


def _number(value: Value) -> int | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise TypeError(f"{value!r} is not a number")


def add(left: Value, right: Value, sign: int) -> Value:
    if isinstance(left, Span) and isinstance(right, Span):
        return left + (right if sign > 0 else -right)
    return _bounded(_number(left) + sign * _number(right))


def multiply(left: Value, right: Value) -> Value:
    return _bounded(_number(left) * _number(right))


def move(start: Value, by: Value, sign: int, around: Surroundings) -> Value:
    """Days move the local calendar date and keep the local hour; seconds are exact.

    Working days are whole ones that have passed: time runs on working days only.
    """
    if start is None:
        return None
    if not isinstance(start, datetime) or not isinstance(by, Span):
        raise TypeError("only a span can be added to an instant")
    local = start.astimezone(around.zone) + timedelta(days=sign * by.days)
    if by.working_days:
        local = _after_working_days(local, sign * by.working_days, around.calendar)
    return local.astimezone(UTC) + timedelta(seconds=sign * by.seconds)


def _after_working_days(local: datetime, number: int, calendar: WorkingCalendar | None) -> datetime:
    """Without a calendar every day is a working day. Raises `ValueError` outside the calendar's years."""
    if calendar is None:
        return local + timedelta(days=number)
    day, hour = local.date(), local.timetz()
    whole = hour.replace(tzinfo=None) == time.min
    if number > 0:
        if calendar.is_working(day) and not whole:
            return datetime.combine(calendar.shift(day, number), hour)
        last = calendar.shift(calendar.next_working(day), number - 1)
        return datetime.combine(last + timedelta(days=1), time.min, local.tzinfo)
    if calendar.is_working(day) and not whole:
        return datetime.combine(calendar.shift(day, number), hour)
    before = calendar.previous_working(day - timedelta(days=1) if whole else day)
    return datetime.combine(calendar.shift(before, number + 1), time.min, local.tzinfo)


def latest(instants: Sequence[Value]) -> Value:
    """The last of some instants; None while any of them is not known."""
    known: list[datetime] = []
    for instant in instants:
        if instant is None:
            return None
        if not isinstance(instant, datetime):
            raise TypeError(f"{instant!r} is not an instant")
        known.append(instant)
    return max(known)


def is_in(left: Value, choices: Value) -> bool:
    return isinstance(choices, tuple) and left in choices


def is_not_in(left: Value, choices: Value) -> bool:
    return not is_in(left, choices)


def _ordered(compare: Callable[..., bool]) -> Callable[[Value, Value], bool]:
    def answer(left: Value, right: Value) -> bool:
        # A deadline without a date is neither before nor after anything.
        return left is not None and right is not None and compare(left, right)

    return answer


ORDER: dict[type[ast.cmpop], Callable[[Value, Value], bool]] = {
    ast.Lt: _ordered(operator.lt),
    ast.LtE: _ordered(operator.le),
    ast.Gt: _ordered(operator.gt),
    ast.GtE: _ordered(operator.ge),
}


def chain(
    first: Closure,
    links: list[tuple[Callable[[Value, Value], bool], Closure]],
    values: Mapping[str, Scalar],
    around: Surroundings,
) -> bool:
    left = first(values, around)
    for compare, run in links:
        right = run(values, around)
        if not compare(left, right):
            return False
        left = right
    return True
