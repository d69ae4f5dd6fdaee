"""Problems of a configuration, each with its place; gathered so that one reading reports them all."""

from collections.abc import Iterable
from dataclasses import dataclass

from service.domain.errors import Invalid, Message, message

Path = tuple[str | int, ...]
"""Where in a file: names of keys and positions in lists, from the outside in."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at one place; the text says what is wrong and what to do."""

    file: str
    line: int
    path: Path
    text: Message

    @property
    def place(self) -> str:
        """The place for people: `rounds.yaml:12 rounds[0].deadlines[1].date`."""
        return f"{self.file}:{self.line} {in_dots(self.path)}".rstrip()


def in_dots(path: Path) -> str:
    """The path as programmers write it, positions counted from 0."""
    dotted = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return dotted.removeprefix(".")


def refuse(locality: str, problems: Iterable[Problem]) -> Invalid:
    """The error that carries all problems, by file and line; its `fields` are their places."""
    ordered = sorted(problems, key=lambda problem: (problem.file, problem.line, problem.place))
    fields: dict[str, Message] = {}
    for problem in ordered:
        place, again = problem.place, 2
        while place in fields:
            place, again = f"{problem.place} ({again})", again + 1
        fields[place] = problem.text
    return Invalid(
        message(
            "The configuration of {locality} has problems: {count}. Nothing was loaded. Correct the places "
            "named below and load again.",
            locality=locality,
            count=len(fields),
        ),
        fields,
    )
