"""What somebody owes by when: their tasks, and the deadlines of their localities' rounds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from service.domain.people import Actor
from service.store import agendas, localities
from service.store import tables as rows
from service.store.work import Work


@dataclass(frozen=True, slots=True)
class RoundDay:
    """The last day of a deadline of a round as it holds for somebody: with their unit's extension.

    Without a last day it is a deadline that has lost its date; `last_known` is the day it had.
    """

    deadline: rows.Deadline
    round: rows.Round
    last_day: date | None
    due_at: datetime | None
    extension: rows.DeadlineExtension | None = None
    last_known: date | None = None


@dataclass(frozen=True, slots=True)
class Agenda:
    """What falls between two days, both included, and what has no day yet.

    `late` tasks are those whose last day lies before some day; they wait all the same.
    """

    first: date
    last: date
    tasks: Sequence[rows.UserTask]
    deadlines: Sequence[RoundDay]
    late: Sequence[rows.UserTask]
    undated: Sequence[rows.UserTask]


def show(
    work: Work, actor: Actor, locality: rows.Locality | None, first: date, last: date, *, late_before: date
) -> Agenda:
    """The agenda of an actor: their own tasks, and the deadlines of one locality."""
    rounds = agendas.rounds_of(work, [locality.id]) if locality else []
    days = [day for round_ in rounds for day in of_round(work, actor, round_)]
    return Agenda(
        first,
        last,
        agendas.open_tasks(work, actor, first, last),
        sorted(
            (day for day in days if day.last_day is not None and first <= day.last_day <= last),
            key=lambda day: (day.last_day, day.round.id, day.deadline.position),
        ),
        agendas.open_tasks(work, actor, last=date.fromordinal(late_before.toordinal() - 1)),
        agendas.undated_tasks(work, actor),
    )


def of_round(work: Work, actor: Actor, round_: rows.Round) -> list[RoundDay]:
    """The deadlines of a round that have a date for the actor, or had one, in the order of the route.

    An extension counts for whoever sits in its unit; of several the latest.
    """
    units = actor.organisation_ids
    found: dict[int, RoundDay] = {}
    for row, extension in localities.deadlines_with_extensions(work, round_.id):
        day = found.setdefault(row.id, _plain(row, round_))
        if extension is None or extension.unit_id not in units or not row.active:
            continue
        if day.extension is None or extension.last_day > day.extension.last_day:
            found[row.id] = RoundDay(row, round_, extension.last_day, extension.due_at, extension)
    return [day for day in _with_last_known(work, found.values()) if day.last_day or day.last_known]


def _plain(row: rows.Deadline, round_: rows.Round) -> RoundDay:
    if not row.active or not round_.active:
        return RoundDay(row, round_, None, None, last_known=row.last_day)
    return RoundDay(row, round_, row.last_day, row.due_at)


def _with_last_known(work: Work, days: Iterable[RoundDay]) -> list[RoundDay]:
    every = list(days)
    lost = [day.deadline.id for day in every if day.last_day is None and day.last_known is None]
    known = agendas.last_known_days(work, lost)
    return [
        RoundDay(day.deadline, day.round, None, None, last_known=known[day.deadline.id])
        if day.deadline.id in known
        else day
        for day in every
    ]
