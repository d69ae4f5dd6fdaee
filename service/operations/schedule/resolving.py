"""Deadlines resolved again when working days change, and everything that runs following them."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from service.domain.calendars import WorkingCalendar
from service.domain.deadlines import Roll
from service.domain.errors import Conflict, message
from service.domain.labels import Label
from service.domain.rounds import RoundKind
from service.operations import calendars, dues
from service.operations.process.effects import Effect, Move, Watch
from service.operations.schedule import rounds
from service.operations.schedule.deadline_changes import (
    Why,
    in_figures,
    keep,
    resolve_again,
    said,
    settle_extensions,
)
from service.store import deadlines, localities
from service.store import tables as rows
from service.store.work import Work


def require_unchanged(locality: rows.Locality, seen: int | None) -> None:
    """`seen` is the edition of the locality that the caller has looked at; None not to check it.

    Raises:
        Conflict: the locality's rules have changed since.
    """
    if seen is not None and seen != locality.edition:
        raise Conflict(
            message("Deadlines or rules have changed since you looked: check the new preview, then confirm.")
        )


class Following:
    """All rounds of a locality, locked and watched from before a change of its calendar or ladders.

    To be made in the Work of the change, before it, once the locality is locked; `follow` comes after it.
    """

    def __init__(self, work: Work, locality: rows.Locality) -> None:
        self._work = work
        self._locality = locality
        keys = sorted(round_.key for round_ in localities.rounds(work, locality.id))
        self._rounds = [deadlines.lock_round(work, locality.id, key) for key in keys]
        self._watch = Watch(work, self._rounds)

    def follow(self, why: Why) -> Effect:
        """Moves the deadlines that roll, re-dates their rounds, and replans the reminders of all others."""
        calendar = calendars.of(self._work, self._locality)
        told: list[Move] = []
        for round_ in self._rounds:
            moves = list(self._moves(round_, calendar, why))
            if not moves:
                rounds.replan(self._work, round_)
                continue
            self._work.session.flush()
            dues.forget(self._work, round_.id)
            changes = {move.deadline_key: in_figures(move.before, move.after) for move in moves}
            rounds.redate(self._work, round_, reason=why.reason, actor=why.actor, changes=changes)
            told += moves
        return self._watch.effect(told)

    def _moves(self, round_: rows.Round, calendar: WorkingCalendar, why: Why) -> Iterator[Move]:
        """Moves the deadlines of a round. A later day that a unit was granted stays as it was granted."""
        zone = ZoneInfo(self._locality.zone)
        for row in round_.deadlines:
            if not row.active or row.day is None or Roll(row.roll) is Roll.NONE:
                continue
            before = said(row)
            resolve_again(row, zone, calendar)
            last = row.last_day
            if last is None or before.last_day is None or last == before.last_day:
                continue
            if round_.opens_on is not None and round_.kind == RoundKind.DUTY:
                round_.opens_on += last - before.last_day  # A report opens so many days before it is due.
            keep(self._work, row, before, said(row), why)
            settle_extensions(self._work, row, zone, why)
            yield Move(
                round=Label(round_.name_vi, round_.name_en),
                round_key=round_.key,
                deadline=Label(row.name_vi, row.name_en),
                deadline_key=row.key,
                before=before.last_day,
                after=last,
            )
