"""The grammar of our expressions: a syntax tree goes in, closures come out, everything else is refused."""

import ast
import operator
from collections.abc import Callable, Collection, Mapping
from typing import Literal

from service.domain.errors import Invalid, message
from service.engine.arithmetic import (
    MAX_NUMBER,
    ORDER,
    Closure,
    Scalar,
    Span,
    Value,
    add,
    chain,
    is_in,
    is_not_in,
    latest,
    move,
    multiply,
    negative,
    truth_of,
)

Kind = Literal["truth", "number", "text", "instant", "span", "nothing", "any"]
VariableKind = Literal["truth", "number", "text"]

MAX_LENGTH = 500
MAX_DEPTH = 20
MAX_PARTS = 120
MAX_TEXT = 200
MAX_CHOICES = 50
MAX_DAYS = 3_660
MAX_WORKING_DAYS = 250
MAX_INSTANTS = 5
# Fewer than ten years in any unit: an instant stays far from the ends of the calendar.
_UNITS = {
    "days": MAX_DAYS,
    "hours": MAX_DAYS * 24,
    "minutes": MAX_DAYS * 24 * 60,
    "working_days": MAX_WORKING_DAYS,
}


def parse(text: str) -> ast.expr:
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


class Compiler:
    """Turns one syntax tree into closures; remembers the names and deadline keys it met.

    `asks_opening` says whether it asks when the step that a timer hangs on was opened.
    """

    def __init__(
        self, variables: Mapping[str, VariableKind] | None, deadlines: Collection[str] | None
    ) -> None:
        self.variables = variables
        self.known_keys = deadlines
        self.names: set[str] = set()
        self.keys: set[str] = set()
        self.asks_opening = False

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
                return self._call(node, depth)
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
            return "truth", lambda values, around: all(truth_of(part(values, around)) for part in parts)
        return "truth", lambda values, around: any(truth_of(part(values, around)) for part in parts)

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
            return "truth", lambda values, around: not truth_of(inner(values, around))
        kind, run = self.compile(node.operand, depth + 1)
        if not isinstance(node.op, ast.USub) or kind not in ("number", "span", "any"):
            raise Invalid(message("“{part}” is not allowed in an expression.", part=ast.unparse(node)))
        return kind, lambda values, around: negative(run(values, around))

    def _binary(self, node: ast.BinOp, depth: int) -> tuple[Kind, Closure]:
        left_kind, left = self.compile(node.left, depth + 1)
        right_kind, right = self.compile(node.right, depth + 1)
        kinds: tuple[Kind, Kind] = left_kind, right_kind
        numeric = all(kind in ("number", "any") for kind in kinds)
        match node.op:
            case ast.Add() | ast.Sub():
                sign = 1 if isinstance(node.op, ast.Add) else -1
                if kinds == ("instant", "span"):
                    return "instant", lambda values, around: move(
                        left(values, around), right(values, around), sign, around
                    )
                if kinds == ("span", "span"):
                    return "span", lambda values, around: add(
                        left(values, around), right(values, around), sign
                    )
                if numeric:
                    return "number", lambda values, around: add(
                        left(values, around), right(values, around), sign
                    )
            case ast.Mult():
                if numeric:
                    return "number", lambda values, around: multiply(
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
                links.append((is_in if isinstance(sign, ast.In) else is_not_in, self._choices(right)))
                right_kind: Kind = "any"
            else:
                right_kind, run = self.compile(right, depth + 1)
                links.append((self._comparison(node, sign, left_kind, right_kind), run))
            left_kind = right_kind
        if len(links) == 1:
            (compare, second) = links[0]
            return "truth", lambda values, around: compare(first(values, around), second(values, around))
        return "truth", lambda values, around: chain(first, links, values, around)

    def _comparison(
        self, node: ast.Compare, sign: ast.cmpop, left: Kind, right: Kind
    ) -> Callable[[Value, Value], bool]:
        comparable = left == right or "any" in (left, right)
        if isinstance(sign, ast.Eq | ast.NotEq):
            if comparable or "nothing" in (left, right):
                return operator.eq if isinstance(sign, ast.Eq) else operator.ne
        elif comparable and {left, right} <= {"number", "text", "instant", "any"}:
            for kind, ordered in ORDER.items():
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

    def _call(self, node: ast.Call, depth: int) -> tuple[Kind, Closure]:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name == "latest" and 2 <= len(node.args) <= MAX_INSTANTS and not node.keywords:
            return self._latest(node, depth)
        if name == "opened" and not node.args and not node.keywords:
            self.asks_opening = True
            return "instant", lambda values, around: around.opened_at
        argument = node.args[0] if len(node.args) == 1 and not node.keywords else None
        if name == "deadline" and isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            return self._deadline(argument.value)
        if name in _UNITS:
            count = _whole(argument)
            if count is not None and abs(count) <= _UNITS[name]:
                span = _span(name, count)
                return "span", lambda values, around: span
            raise Invalid(
                message("{name}() takes one whole number of at most {limit}.", name=name, limit=_UNITS[name])
            )
        raise Invalid(
            message(
                '“{part}” is not allowed; the functions are deadline("key"), opened(), days(n), '
                "working_days(n), hours(n), minutes(n) and latest(instant, instant).",
                part=ast.unparse(node),
            )
        )

    def _latest(self, node: ast.Call, depth: int) -> tuple[Kind, Closure]:
        parts: list[Closure] = []
        for argument in node.args:
            kind, run = self.compile(argument, depth + 1)
            if kind not in ("instant", "any"):
                raise Invalid(message("“{part}” is no instant.", part=ast.unparse(argument)))
            parts.append(run)
        return "instant", lambda values, around: latest([part(values, around) for part in parts])

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


def _span(unit: str, count: int) -> Span:
    match unit:
        case "days":
            return Span(days=count)
        case "working_days":
            return Span(working_days=count)
        case _:
            return Span(seconds=count * (3600 if unit == "hours" else 60))


def _whole(node: ast.expr | None) -> int | None:
    sign = 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        sign, node = -1, node.operand
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return sign * node.value
    return None
