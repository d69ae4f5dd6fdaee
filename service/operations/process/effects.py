"""What a change of dates comes to: which deadlines move, and how much hangs on them.

A preview is the change itself, made in a transaction that is taken back: what it tells is what will be.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from service.domain.labels import Label
from service.store import effects as store
from service.store import tables as rows
from service.store.work import Database, Work

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Move:
    """A deadline, or the extension of it for one unit, whose last permitted day moves."""

    round: Label
    round_key: str
    deadline: Label
    deadline_key: str
    before: date | None
    after: date | None
    unit: Label | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """Which deadlines move, and how many dossiers, open tasks, reminders and timers move with them.

    A reminder counts when its instant or its audience changes, when it is new, and when it falls away.
    """

    moves: tuple[Move, ...] = ()
    dossiers: int = 0
    tasks: int = 0
    reminders: int = 0
    timers: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether nothing that runs feels the change."""
        return not (self.moves or self.dossiers)

    def as_json(self) -> dict[str, Any]:
        """The shape that the API and the command line give."""
        return {
            "moves": [
                {
                    "round": move.round_key,
                    "deadline": move.deadline_key,
                    "unit": move.unit.vi if move.unit else None,
                    "before": move.before.isoformat() if move.before else None,
                    "after": move.after.isoformat() if move.after else None,
                }
                for move in self.moves
            ],
            "dossiers": self.dossiers,
            "tasks": self.tasks,
            "reminders": self.reminders,
            "timers": self.timers,
        }


class Watch:
    """Looks at some rounds before a change, and tells afterwards what has moved."""

    def __init__(self, work: Work, rounds: Iterable[rows.Round]) -> None:
        self._work = work
        self._ids = [round_.id for round_ in rounds]
        self._before = store.standing(work, self._ids)

    def effect(self, moves: Iterable[Move] = ()) -> Effect:
        """What has changed since the watch began, in the same Work."""
        after = store.standing(self._work, self._ids)
        tasks = _changed(self._before.tasks, after.tasks)
        timers = _changed(self._before.timers, after.timers)
        reminders = _changed(self._before.reminders, after.reminders)
        felt = {dossier_id for changed in (tasks, timers, reminders) for dossier_id in changed.values()}
        return Effect(tuple(moves), len(felt), len(tasks), len(reminders), len(timers))


def tried(database: Database, act: Callable[[Work], Answer]) -> Answer:
    """What an act answers, without anything of it being kept.

    Raises:
        TrinhError: what the act raises.
    """
    answers: list[Answer] = []
    with suppress(_TakenBack), database.write() as work:
        answers.append(act(work))
        work.session.flush()
        raise _TakenBack
    return answers[0]


class _TakenBack(Exception):
    """No error: the way out of a transaction of which nothing is to be kept."""


def _changed(before: dict[Any, tuple[Any, ...]], after: dict[Any, tuple[Any, ...]]) -> dict[Any, int]:
    """The keys under which something else stands now, each with its dossier."""
    return {
        key: (before.get(key) or after[key])[0]
        for key in before.keys() | after.keys()
        if before.get(key) != after.get(key)
    }
