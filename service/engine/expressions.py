"""The expressions an administrator may write: in the conditions of a diagram and in its timers.

One allow-list compiler turns the text into closures of our own; nothing of the text is ever executed as
Python. What the grammar lacks cannot be said: no attributes, subscripts, other calls, comprehensions,
lambdas, powers or formatted strings, and every size is bounded.

    outcome == "accept" and not has_upward
    outcome in ("accept", "refuse")
    deadline("labour_review") + days(1) + hours(8)
"""

import ast
import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal, Protocol, TypeAlias

from service.domain.errors import EngineFailure, Invalid, Message, message

Scalar: TypeAlias = str | int | float | bool | None

Kind = Literal["truth", "number", "text", "instant", "span", "nothing", "any"]
VariableKind = Literal["truth", "number", "text"]

MAX_LENGTH = 500
MAX_DEPTH = 20
MAX_PARTS = 120
MAX_TEXT = 200
MAX_CHOICES = 50
MAX_NUMBER = 10**12
MAX_DAYS = 3_660
# Fewer than ten years in any unit: an instant stays far from the ends of the calendar.
_UNITS = {"days": MAX_DAYS, "hours": MAX_DAYS * 24, "minutes": MAX_DAYS * 24 * 60}


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


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression. `names` are the variables it reads, `deadlines` the deadline keys."""

    source: str
    names: frozenset[str]
    deadlines: frozenset[str]
    run: Closure

    def holds(self, values: Mapping[str, Scalar], around: Surroundings) -> bool:
        """The answer of a condition. Raises `EngineFailure` when it cannot be given."""
        answer = self._evaluate(values, around)
        if answer is True or answer is False:
            return answer
        raise EngineFailure(
            message(
                "The condition “{source}” gave {answer}, not yes or no. Correct the diagram.",
                source=self.source,
                answer=repr(answer),
            )
        )

    def instant(self, around: Surroundings) -> datetime | None:
        """The instant of a timer in UTC; None when it rests on a deadline that has no date."""
        answer = self._evaluate({}, around)
        if answer is None or isinstance(answer, datetime):
            return answer and answer.astimezone(UTC)
        raise EngineFailure(
            message("The timer “{source}” gave no instant. Correct the diagram.", source=self.source)
        )

    def _evaluate(self, values: Mapping[str, Scalar], around: Surroundings) -> Value:
        try:
            return self.run(values, around)
        except KeyError as error:
            raise EngineFailure(
                message(
                    "The expression “{source}” needs {name}, which has no value yet.",
                    source=self.source,
                    name=str(error.args[0]),
                )
            ) from error
        except (TypeError, ArithmeticError, ValueError) as error:
            raise EngineFailure(
                message(
                    "The expression “{source}” failed: {reason}. Correct the diagram.",
                    source=self.source,
                    reason=str(error),
                )
            ) from error


def compile_condition(
    source: str,
    variables: Mapping[str, VariableKind] | None = None,
    deadlines: Collection[str] | None = None,
) -> Expression:
    """A condition that answers yes or no. Names must be among `variables`, unless that is None."""
    return _compile(source, "truth", variables, deadlines)


def compile_timer(source: str, deadlines: Collection[str] | None = None) -> Expression:
    """A timer's instant. Keys must be among `deadlines`, unless that is None; it reads no variables."""
    return _compile(source, "instant", {}, deadlines)


def _compile(
    source: str,
    wanted: Literal["truth", "instant"],
    variables: Mapping[str, VariableKind] | None,
    deadlines: Collection[str] | None,
) -> Expression:
    text = source.strip()
    compiler = _Compiler(variables, deadlines)
    kind, run = compiler.compile(_parse(text), 0)
    if kind not in (wanted, "any"):
        raise Invalid(_WRONG_KIND[wanted](text))
    return Expression(text, frozenset(compiler.names), frozenset(compiler.keys), run)


_WRONG_KIND: dict[str, Callable[[str], Message]] = {
    "truth": lambda text: message("“{source}” gives no yes or no; compare it with something.", source=text),
    "instant": lambda text: message(
        '“{source}” is not an instant; write for example deadline("labour_review") + days(1).', source=text
    ),
}


def _parse(text: str) -> ast.expr:
    if not text:
        raise Invalid(message("The expression is empty; write one or remove it."))
    if len(text) > MAX_LENGTH:
        raise Invalid(message("The expression is longer than {limit} characters.", limit=MAX_LENGTH))
    # No escapes: every literal is what it looks like, and the tokenizer has nothing to warn about.
    if "\\" in text or not text.replace("\n", " ").replace("\t", " ").isprintable():
        raise Invalid(message("The expression contains a backslash or a control character; remove it."))
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else type(error).__name__
        raise Invalid(message("“{source}” cannot be read: {reason}.", source=text, reason=reason)) from error
    if sum(1 for _ in ast.walk(tree)) > MAX_PARTS:
        raise Invalid(message("The expression has more than {limit} parts; simplify it.", limit=MAX_PARTS))
    return tree.body


class _Compiler:
    """Turns one syntax tree into closures; remembers the names and deadline keys it met."""

    def __init__(
        self, variables: Mapping[str, VariableKind] | None, deadlines: Collection[str] | None
    ) -> None:
        self.variables = variables
        self.known_keys = deadlines
        self.names: set[str] = set()
        self.keys: set[str] = set()

    def compile(self, node: ast.expr, depth: int) -> tuple[Kind, Closure]:
        if depth > MAX_DEPTH:
            raise Invalid(message("The expression nests deeper than {limit} levels.", limit=MAX_DEPTH))
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return self._name(node)
            case ast.BoolOp():
                return self._bool(node, depth)
            case ast.UnaryOp():
                return self._unary(node, depth)
            case ast.BinOp():
                return self._binary(node, depth)
            case ast.Compare():
                return self._compare(node, depth)
            case ast.Call():
                return self._call(node)
            case _:
                raise Invalid(
                    message(
                        "“{part}” is not allowed in an expression ({construct}).",
                        part=ast.unparse(node),
                        construct=type(node).__name__,
                    )
                )

    def _constant(self, node: ast.Constant) -> tuple[Kind, Closure]:
        value, kind = _literal(node)
        return kind, lambda values, around: value

    def _name(self, node: ast.Name) -> tuple[Kind, Closure]:
        name = node.id
        if self.variables is not None and name not in self.variables:
            raise Invalid(
                message(
                    "“{name}” is not known here. Known: {known}. A text needs quotation marks.",
                    name=name,
                    known=", ".join(sorted(self.variables)) or "–",
                )
            )
        self.names.add(name)
        return (self.variables[name] if self.variables is not None else "any"), lambda values, around: values[
            name
        ]

    def _bool(self, node: ast.BoolOp, depth: int) -> tuple[Kind, Closure]:
        parts = [self._truth(part, depth) for part in node.values]
        if isinstance(node.op, ast.And):
            return "truth", lambda values, around: all(_yes(part(values, around)) for part in parts)
        return "truth", lambda values, around: any(_yes(part(values, around)) for part in parts)

    def _truth(self, node: ast.expr, depth: int) -> Closure:
        kind, run = self.compile(node, depth + 1)
        if kind not in ("truth", "any"):
            raise Invalid(
                message("“{part}” gives no yes or no; compare it with something.", part=ast.unparse(node))
            )
        return run

    def _unary(self, node: ast.UnaryOp, depth: int) -> tuple[Kind, Closure]:
        if isinstance(node.op, ast.Not):
            inner = self._truth(node.operand, depth)
            return "truth", lambda values, around: not _yes(inner(values, around))
        kind, run = self.compile(node.operand, depth + 1)
        if not isinstance(node.op, ast.USub) or kind not in ("number", "span", "any"):
            raise Invalid(message("“{part}” is not allowed in an expression.", part=ast.unparse(node)))
        return kind, lambda values, around: _negative(run(values, around))

    def _binary(self, node: ast.BinOp, depth: int) -> tuple[Kind, Closure]:
        left_kind, left = self.compile(node.left, depth + 1)
        right_kind, right = self.compile(node.right, depth + 1)
        kinds: tuple[Kind, Kind] = left_kind, right_kind
        numeric = all(kind in ("number", "any") for kind in kinds)
        match node.op:
            case ast.Add() | ast.Sub():
                sign = 1 if isinstance(node.op, ast.Add) else -1
                if kinds == ("instant", "span"):
                    return "instant", lambda values, around: _moved(
                        left(values, around), right(values, around), sign, around
                    )
                if kinds == ("span", "span"):
                    return "span", lambda values, around: _sum(
                        left(values, around), right(values, around), sign
                    )
                if numeric:
                    return "number", lambda values, around: _sum(
                        left(values, around), right(values, around), sign
                    )
            case ast.Mult():
                if numeric:
                    return "number", lambda values, around: _product(
                        left(values, around), right(values, around)
                    )
            case _:
                pass
        raise Invalid(
            message(
                "“{part}” is not allowed: only numbers can be added, subtracted and multiplied, "
                "and days(), hours(), minutes() added to a deadline.",
                part=ast.unparse(node),
            )
        )

    def _compare(self, node: ast.Compare, depth: int) -> tuple[Kind, Closure]:
        links: list[tuple[Callable[[Value, Value], bool], Closure]] = []
        left_kind, first = self.compile(node.left, depth + 1)
        for sign, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(sign, ast.In | ast.NotIn):
                links.append((_is_in if isinstance(sign, ast.In) else _is_not_in, self._choices(right)))
                right_kind: Kind = "any"
            else:
                right_kind, run = self.compile(right, depth + 1)
                links.append((self._comparison(node, sign, left_kind, right_kind), run))
            left_kind = right_kind
        if len(links) == 1:
            (compare, second) = links[0]
            return "truth", lambda values, around: compare(first(values, around), second(values, around))
        return "truth", lambda values, around: _chain(first, links, values, around)

    def _comparison(
        self, node: ast.Compare, sign: ast.cmpop, left: Kind, right: Kind
    ) -> Callable[[Value, Value], bool]:
        comparable = left == right or "any" in (left, right)
        if isinstance(sign, ast.Eq | ast.NotEq):
            if comparable or "nothing" in (left, right):
                return operator.eq if isinstance(sign, ast.Eq) else operator.ne
        elif comparable and {left, right} <= {"number", "text", "instant", "any"}:
            for kind, ordered in _ORDER.items():
                if isinstance(sign, kind):
                    return ordered
        raise Invalid(
            message("“{part}” compares things that cannot be compared that way.", part=ast.unparse(node))
        )

    def _choices(self, node: ast.expr) -> Closure:
        if not isinstance(node, ast.Tuple | ast.List | ast.Set) or len(node.elts) > MAX_CHOICES:
            raise Invalid(
                message(
                    '“in” needs a written list, for example ("accept", "refuse"), of at most {limit}.',
                    limit=50,
                )
            )
        choices: list[Scalar] = []
        for part in node.elts:
            if not isinstance(part, ast.Constant):
                raise Invalid(message("“{part}” is not a plain value.", part=ast.unparse(part)))
            choices.append(_literal(part)[0])
        chosen = tuple(choices)
        return lambda values, around: chosen

    def _call(self, node: ast.Call) -> tuple[Kind, Closure]:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        argument = node.args[0] if len(node.args) == 1 and not node.keywords else None
        if name == "deadline" and isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            return self._deadline(argument.value)
        if name in _UNITS:
            count = _whole(argument)
            if count is not None and abs(count) <= _UNITS[name]:
                span = (
                    Span(days=count)
                    if name == "days"
                    else Span(seconds=count * (3600 if name == "hours" else 60))
                )
                return "span", lambda values, around: span
            raise Invalid(
                message("{name}() takes one whole number of at most {limit}.", name=name, limit=_UNITS[name])
            )
        raise Invalid(
            message(
                '“{part}” is not allowed; the functions are deadline("key"), days(n), hours(n), minutes(n).',
                part=ast.unparse(node),
            )
        )

    def _deadline(self, key: str) -> tuple[Kind, Closure]:
        if self.known_keys is not None and key not in self.known_keys:
            raise Invalid(
                message(
                    "There is no deadline “{key}”. Known: {known}.",
                    key=key,
                    known=", ".join(sorted(self.known_keys)),
                )
            )
        self.keys.add(key)
        return "instant", lambda values, around: around.deadlines.get(key)


def _literal(node: ast.Constant) -> tuple[Scalar, Kind]:
    value = node.value
    if value is None:
        return None, "nothing"
    if isinstance(value, bool):
        return value, "truth"
    if isinstance(value, int | float) and abs(value) <= MAX_NUMBER:
        return value, "number"
    if isinstance(value, str) and len(value) <= MAX_TEXT:
        return value, "text"
    raise Invalid(message("“{part}” is too large or not a plain value.", part=ast.unparse(node)[:60]))


def _whole(node: ast.expr | None) -> int | None:
    sign = 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        sign, node = -1, node.operand
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return sign * node.value
    return None


def _yes(value: Value) -> bool:
    if value is True or value is False:
        return value
    raise TypeError(f"{value!r} is not yes or no")


def _bounded(number: Value) -> Value:
    if isinstance(number, int | float) and not abs(number) <= MAX_NUMBER:
        raise OverflowError("a number became too large")
    return number


def _negative(value: Value) -> Value:
    if isinstance(value, int | float | Span) and not isinstance(value, bool):
        return -value
    raise TypeError(f"{value!r} is not a number")


def _number(value: Value) -> int | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise TypeError(f"{value!r} is not a number")


def _sum(left: Value, right: Value, sign: int) -> Value:
    if isinstance(left, Span) and isinstance(right, Span):
        return left + (right if sign > 0 else -right)
    return _bounded(_number(left) + sign * _number(right))


def _product(left: Value, right: Value) -> Value:
    return _bounded(_number(left) * _number(right))


def _moved(start: Value, by: Value, sign: int, around: Surroundings) -> Value:
    """Days move the local calendar date and keep the local hour; seconds are exact."""
    if start is None:
        return None
    if not isinstance(start, datetime) or not isinstance(by, Span):
        raise TypeError("only a span can be added to an instant")
    local = start.astimezone(around.zone) + timedelta(days=sign * by.days)
    return local.astimezone(UTC) + timedelta(seconds=sign * by.seconds)


def _is_in(left: Value, choices: Value) -> bool:
    return isinstance(choices, tuple) and left in choices


def _is_not_in(left: Value, choices: Value) -> bool:
    return not _is_in(left, choices)


def _ordered(compare: Callable[..., bool]) -> Callable[[Value, Value], bool]:
    def answer(left: Value, right: Value) -> bool:
        # A deadline without a date is neither before nor after anything.
        return left is not None and right is not None and compare(left, right)

    return answer


_ORDER: dict[type[ast.cmpop], Callable[[Value, Value], bool]] = {
    ast.Lt: _ordered(operator.lt),
    ast.LtE: _ordered(operator.le),
    ast.Gt: _ordered(operator.gt),
    ast.GtE: _ordered(operator.ge),
}


def _chain(
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
