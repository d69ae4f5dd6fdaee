"""What expressions compute with: plain values, instants and spans, and the few things done to them.

Sizes are bounded here, at the moment of computing; shapes are checked when an expression is compiled.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol, TypeAlias

Scalar: TypeAlias = str | int | float | bool | None

MAX_NUMBER = 10**12


class Surroundings(Protocol):
    """What an expression may ask about the moment it is evaluated in."""

    @property
    def zone(self) -> tzinfo: ...
    @property
    def deadlines(self) -> Mapping[str, datetime | None]: ...


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: calendar days in the local zone, and exact seconds."""

    days: int = 0
    seconds: int = 0

    def __add__(self, other: "Span") -> "Span":
        return Span(self.days + other.days, self.seconds + other.seconds)

    def __neg__(self) -> "Span":
        return Span(-self.days, -self.seconds)


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
    """Days move the local calendar date and keep the local hour; seconds are exact."""
    if start is None:
        return None
    if not isinstance(start, datetime) or not isinstance(by, Span):
        raise TypeError("only a span can be added to an instant")
    local = start.astimezone(around.zone) + timedelta(days=sign * by.days)
    return local.astimezone(UTC) + timedelta(seconds=sign * by.seconds)


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
