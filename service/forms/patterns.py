"""Regular expressions of forms, cut down to what cannot hang the server and means the same in a browser.

Python's `re` backtracks: some patterns need exponential time on a short text. A pattern is accepted
only when the number of ways in which it can be matched, counted from its parts, stays small.
"""

import re
from dataclasses import dataclass, field

from service.domain.errors import Invalid, message

MAX_LENGTH = 200
MAX_WAYS = 1_000_000
MAX_REPEATS = 500
"""The most times that `*` and `+` are counted for: no line of a form is longer."""
_ESCAPED = r"\\[dwsDWS]|\\[^A-Za-z0-9]"
_CLASS = rf"\[\^?(?:{_ESCAPED}|(?!--|&&|~~|\|\|)[^\[\]\\])+\]"
_ATOM = re.compile(rf"{_ESCAPED}|{_CLASS}|[^\\\[\](){{}}*+?|^$]")
_REPEAT = re.compile(r"[*+?]|\{(\d{1,3})(?:(,)(\d{0,3}))?\}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A checked regular expression that a whole value must match."""

    source: str
    _compiled: re.Pattern[str] = field(repr=False, compare=False)

    def matches(self, text: str) -> bool:
        """Whether the whole text matches."""
        return self._compiled.fullmatch(text) is not None


def parse_pattern(source: str) -> Pattern:
    """Checks and compiles a pattern.

    It may use characters, classes, `\\d \\w \\s`, `.`, groups, alternatives and repeats of single
    characters; a group may only be made optional by `?`.

    Raises:
        Invalid: when it uses more than that, or could take too long.
    """
    if len(source) > MAX_LENGTH:
        raise Invalid(
            message("The pattern is longer than {limit} characters: make it shorter.", limit=MAX_LENGTH)
        )
    if _ways(source.removeprefix("^").removesuffix("$")) > MAX_WAYS:
        raise Invalid(message("The pattern has too many repeats: say how many times each may occur at most."))
    try:
        return Pattern(source, re.compile(source, re.ASCII))
    except (re.error, OverflowError):
        raise _unreadable(source) from None


def _ways(source: str) -> int:
    """In how many ways the parts can share out a text, at most."""
    ways, position, depth = 1, 0, 0
    while position < len(source):
        if source[position] == "(":
            if source.startswith("(?", position) and not source.startswith("(?:", position):
                raise _unreadable(source[position:])
            position += 3 if source.startswith("(?:", position) else 1
            depth += 1
            continue
        if source[position] == "|":
            ways, position = ways * 2, position + 1
            continue
        closes_group = source[position] == ")" and depth > 0
        atom = None if closes_group else _ATOM.match(source, position)
        if not closes_group and atom is None:
            raise _unreadable(source[position:])
        position = position + 1 if atom is None else atom.end()
        depth -= closes_group
        if repeat := _REPEAT.match(source, position):
            if closes_group and repeat[0] != "?":
                raise _unreadable(source[position:])
            ways, position = ways * _spread(repeat), repeat.end()
    return ways


def _spread(repeat: re.Match[str]) -> int:
    """How many different lengths a repeat allows."""
    if repeat[0] == "?":
        return 2
    if repeat[0] in "*+":
        return MAX_REPEATS
    least, comma, most = int(repeat[1]), repeat[2], repeat[3]
    if not comma:
        return 1
    return max(1, (int(most) if most else MAX_REPEATS) - least + 1)


def _unreadable(rest: str) -> Invalid:
    return Invalid(
        message(
            'The pattern cannot be used from "{place}" on: use characters, classes such as [A-Z] or \\d, '
            "alternatives, and repeats of single characters.",
            place=rest[:20],
        )
    )
