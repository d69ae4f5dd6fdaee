"""The small part of FEEL by which one field depends on others: parsed here, never evaluated as code.

expression := "=" and-group { " or " and-group }
and-group  := comparison { " and " comparison }
comparison := name ("=" | "!=") constant
constant   := "text" | integer | true | false | null
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service.domain.errors import Invalid, message

MAX_LENGTH = 500
_TOKEN = re.compile(
    r"""\s*(?: (?P<word>[A-Za-z_][A-Za-z0-9_]*)
             | (?P<sign>!=|=)
             | (?P<number>-?[0-9]{1,15})(?![0-9A-Za-z_.])
             | "(?P<text>[^"\\]*)" )""",
    re.VERBOSE,
)
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_RESERVED = frozenset({"and", "or", "not", *_CONSTANTS})

Constant = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`name = constant`, or `!=` when not `equal`. An absent value is null and equals only null."""

    name: str
    equal: bool
    constant: Constant

    def holds(self, values: Mapping[str, object]) -> bool:
        """Whether it is true; true and 1 are different values."""
        value = values.get(self.name)
        same = value == self.constant and isinstance(value, bool) == isinstance(self.constant, bool)
        return same == self.equal


@dataclass(frozen=True, slots=True)
class Condition:
    """Groups of comparisons: true when all comparisons of any group hold."""

    groups: tuple[tuple[Comparison, ...], ...]

    @property
    def names(self) -> frozenset[str]:
        """The fields and context variables it looks at."""
        return frozenset(comparison.name for group in self.groups for comparison in group)

    def holds(self, values: Mapping[str, object]) -> bool:
        """Whether it is true for these values; names that are not among them are null."""
        return any(all(comparison.holds(values) for comparison in group) for group in self.groups)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


_END = _Token("end", "the end")


def parse_condition(expression: str) -> Condition:
    """Reads an expression such as `=outcome = "refuse" or late = true`.

    Raises:
        Invalid: when it is not in the subset; the message shows where it stops being so.
    """
    if len(expression) > MAX_LENGTH:
        raise Invalid(
            message("The condition is longer than {limit} characters: make it shorter.", limit=MAX_LENGTH)
        )
    if not expression.lstrip().startswith("="):
        raise Invalid(message('A condition begins with "=": write for example =outcome = "refuse".'))
    tokens = _tokens(expression.lstrip()[1:])
    groups: list[tuple[Comparison, ...]] = []
    group: list[Comparison] = []
    while True:
        group.append(_comparison(tokens))
        joint = next(tokens)
        if joint != _Token("word", "and"):
            groups.append(tuple(group))
            group = []
        if joint is _END:
            return Condition(tuple(groups))
        if joint.kind != "word" or joint.text not in {"and", "or"}:
            raise _unexpected(joint)


def _comparison(tokens: Iterator[_Token]) -> Comparison:
    name = next(tokens)
    if name.kind != "word" or name.text in _RESERVED:
        raise _unexpected(name)
    sign = next(tokens)
    if sign.kind != "sign":
        raise _unexpected(sign)
    return Comparison(name.text, sign.text == "=", _constant(next(tokens)))


def _constant(token: _Token) -> Constant:
    if token.kind == "text":
        return token.text
    if token.kind == "number":
        return int(token.text)
    if token.kind == "word" and token.text in _CONSTANTS:
        return _CONSTANTS[token.text]
    raise _unexpected(token)


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    rest = text.rstrip()
    while position < len(rest):
        found = _TOKEN.match(rest, position)
        if found is None or found.lastgroup is None:
            raise _unexpected(_Token("other", rest[position:].lstrip()[:20]))
        yield _Token(found.lastgroup, found[found.lastgroup])
        position = found.end()
    while True:
        yield _END


def _unexpected(token: _Token) -> Invalid:
    return Invalid(
        message(
            'The condition cannot be read at "{place}": it may only compare a field with a constant by '
            '"=" or "!=", joined by "and" and "or".',
            place=token.text,
        )
    )
