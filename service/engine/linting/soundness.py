"""Play the token game of a diagram: does every run end, and does no step run twice at once?

Every choice is tried. The markings (which arrows carry a token) are few, because steps without a choice
are contracted first; a diagram with too many of them is refused rather than half checked.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from service.domain.errors import message
from service.engine.diagrams import Diagram, Element
from service.engine.dialect import BOUNDARY, END, PARALLEL, START
from service.engine.linting.findings import Report

MAX_MARKINGS = 4_000
MAX_TOKENS = 12


@dataclass(frozen=True, slots=True)
class _Move:
    """An element passes: takes a token from each of `takes`, puts one on each of `puts`."""

    element: str
    takes: frozenset[str]
    puts: tuple[str, ...]
    ends_all: bool = False


def check_soundness(diagram: Diagram, report: Report) -> None:
    """Every scope from its start, and every escalation from the event that opens it."""
    for scope in diagram.scopes():
        inside = diagram.inside(scope)
        game = _Game([move for element in inside for move in _moves(diagram, element)])
        for element in inside:
            if element.type == START or (element.type == BOUNDARY and not element.interrupting):
                _play(diagram, element, game, report)


class _Game:
    """The moves of one scope, by the arrows they take tokens from."""

    def __init__(self, moves: list[_Move]) -> None:
        self._moves: dict[str, list[_Move]] = {}
        self._sources = Counter(arrow for move in moves for arrow in move.puts)
        for move in moves:
            for arrow in move.takes:
                self._moves.setdefault(arrow, []).append(move)

    def open_to(self, marking: frozenset[str]) -> list[_Move]:
        """The moves that these tokens allow, in an order that does not change."""
        found = {move for arrow in marking for move in self._moves.get(arrow, ()) if move.takes <= marking}
        return sorted(found, key=lambda move: (move.element, sorted(move.takes), move.puts))

    def rest(self, arrow: str) -> str:
        """The last arrow that a token on this one reaches without any choice or meeting."""
        passed = {arrow}
        while True:
            moves = self._moves.get(arrow, [])
            if len(moves) != 1 or len(moves[0].takes) != 1 or len(moves[0].puts) != 1:
                return arrow
            following = moves[0].puts[0]
            if following in passed or self._sources[following] > 1:
                return arrow
            arrow = following
            passed.add(arrow)


def _moves(diagram: Diagram, element: Element) -> Iterator[_Move]:
    if element.type in (START, BOUNDARY):
        return
    if element.type == PARALLEL:
        yield _Move(element.id, frozenset(element.incoming), element.outgoing)
        return
    exits: list[tuple[str, ...]] = [(flow_id,) for flow_id in element.outgoing]
    exits += [event.outgoing for event in diagram.boundaries(element.id) if event.interrupting]
    for arrow in element.incoming:
        if element.type == END:
            yield _Move(element.id, frozenset({arrow}), (), ends_all=element.event == "terminate")
        for puts in exits:
            yield _Move(element.id, frozenset({arrow}), puts)


def _play(diagram: Diagram, start: Element, game: _Game, report: Report) -> None:
    first = frozenset(game.rest(arrow) for arrow in start.outgoing)
    seen = {first}
    waiting = [first]
    while waiting:
        marking = waiting.pop()
        moves = game.open_to(marking)
        if not moves and marking:
            _report_stuck(diagram, marking, report)
            return
        for move in moves:
            puts = [game.rest(arrow) for arrow in move.puts]
            left = marking - move.takes
            if left & set(puts) or len(set(puts)) < len(puts):
                _report_twice(move.element, report)
                return
            following = frozenset[str]() if move.ends_all else left | set(puts)
            if len(following) > MAX_TOKENS or len(seen) > MAX_MARKINGS:
                _report_wide(start, report)
                return
            if following not in seen:
                seen.add(following)
                waiting.append(following)


def _report_stuck(diagram: Diagram, marking: frozenset[str], report: Report) -> None:
    joins = {diagram.flows[arrow].target for arrow in marking}
    for join in sorted(joins):
        report.error(
            "deadlock",
            join,
            message("The parallel join may wait for ever: not every branch always arrives."),
            message("Branches that an exclusive gateway opened meet at an exclusive gateway."),
        )


def _report_twice(element_id: str, report: Report) -> None:
    report.error(
        "runs-twice",
        element_id,
        message("Parallel branches meet here without a parallel join: what follows would run twice."),
        message("Branches that a parallel gateway opened meet at a parallel gateway."),
    )


def _report_wide(start: Element, report: Report) -> None:
    report.error(
        "too-wide",
        start.id,
        message("The diagram forks into too many parallel branches to be checked."),
        message("Use at most {limit} branches at once, and join them.", limit=MAX_TOKENS),
    )
