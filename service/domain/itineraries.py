"""Where a dossier stands to each step of its diagram, worked out from the picture and what has happened.

The picture is a graph of steps; arrows that lead back to an earlier step are left out when it is asked what
still lies ahead. A step that was done before the dossier went back to an earlier one lies ahead again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum

Arrows = Mapping[str, Sequence[str]]
"""The elements that each element leads to, by id; events on a border follow their host."""


class StepState(StrEnum):
    """Where a dossier stands to a step."""

    DONE = "done"
    CURRENT = "current"
    AHEAD = "ahead"
    SKIPPED = "skipped"


def forward(arrows: Arrows, starts: Iterable[str]) -> dict[str, list[str]]:
    """The arrows without those that lead back to an element from which they can be reached."""
    kept: dict[str, list[str]] = {}
    for start in starts:
        if start in kept:
            continue
        kept[start] = []
        path, trail = {start}, [(start, iter(arrows.get(start, ())))]
        while trail:
            element, following = trail[-1]
            target = next(following, None)
            if target is None:
                trail.pop()
                path.discard(element)
            elif target not in path:
                kept[element].append(target)
                if target not in kept:
                    kept[target] = []
                    path.add(target)
                    trail.append((target, iter(arrows.get(target, ()))))
    return kept


def reach(arrows: Arrows, starts: Iterable[str]) -> set[str]:
    """Everything that can be reached from some elements, without themselves unless they come again."""
    seen: set[str] = set()
    waiting = [target for start in starts for target in arrows.get(start, ())]
    while waiting:
        element = waiting.pop()
        if element not in seen:
            seen.add(element)
            waiting.extend(arrows.get(element, ()))
    return seen


def states(
    elements: Iterable[str],
    arrows: Arrows,
    opened: Sequence[str],
    current: Collection[str],
    *,
    ended: bool,
) -> dict[str, StepState]:
    """The state of each element.

    `arrows` lead forward only (see `forward`). `opened` are the elements whose steps were opened, in that
    order, those still open included; `current` are the latter, or the end that was reached.
    """
    done: set[str] = set()
    for element in opened:
        done -= reach(arrows, [element])
        done.add(element)
    # What was passed on the way to where the dossier stands, such as a gateway, is done with it.
    ahead = set[str]() if ended else reach(arrows, current)
    return {
        element: (
            StepState.CURRENT
            if element in current
            else StepState.AHEAD
            if element in ahead
            else StepState.DONE
            if element in done
            else StepState.SKIPPED
        )
        for element in elements
    }
