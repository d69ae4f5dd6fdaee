"""Deadlines resolved again when working days change, and everything that runs following them."""

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from service.domain.calendars import WorkingCalendar
from service.domain.deadlines import Bound, Roll, day_in_figures, first_late_instant, last_day
from service.domain.labels import Label
from service.domain.people import SYSTEM, Actor
from service.operations import calendars, dues, rounds
from service.operations.effects import Effect, Move, Watch
from service.store import localities
from service.store import tables as rows
from service.store.work import Work


class Following:
    """All rounds of a locality, watched from before a change of its calendar or ladders.

    To be made in the Work of the change, before it; `follow` comes after it.
    """

    def __init__(self, work: Work, locality: rows.Locality) -> None:
        self._work = work
        self._locality = locality
        self._rounds = localities.rounds(work, locality.id)
        self._watch = Watch(work, self._rounds)

    def follow(self, actor: Actor, reason: str) -> Effect:
        """Moves the deadlines that roll, re-dates their rounds, and replans the reminders of all others."""
        calendar = calendars.of(self._work, self._locality)
        told: list[Move] = []
        for round_ in self._rounds:
            moves = list(self._moves(round_, calendar, actor, reason))
            if not moves:
                rounds.replan(self._work, round_)
                continue
            self._work.session.flush()
            dues.forget(self._work, round_.id)
            changes = {move.deadline_key: _in_figures(move) for move in moves}
            rounds.redate(self._work, round_, reason=reason, actor=actor, changes=changes)
            told += moves
        return self._watch.effect(told)

    def _moves(
        self, round_: rows.Round, calendar: WorkingCalendar, actor: Actor, reason: str
    ) -> Iterator[Move]:
        zone = ZoneInfo(self._locality.zone)
        for row, extension in localities.deadlines_with_extensions(self._work, round_.id):
            if not row.active or Roll(row.roll) is Roll.NONE:
                continue
            if extension is not None:
                yield from self._move(round_, row, extension, calendar, zone, actor, reason)
            # A deadline comes once for each of its extensions; the second time it has moved already.
            yield from self._move(round_, row, row, calendar, zone, actor, reason)

    def _move(
        self,
        round_: rows.Round,
        row: rows.Deadline,
        moving: rows.Deadline | rows.DeadlineExtension,
        calendar: WorkingCalendar,
        zone: ZoneInfo,
        actor: Actor,
        reason: str,
    ) -> Iterator[Move]:
        """Moves a deadline, or a unit's extension of it, if its last day is another one now."""
        if moving.day is None:
            return
        before, due_before = moving.last_day, moving.due_at
        after = last_day(moving.day, Bound(row.bound), Roll(row.roll), calendar)
        if after == before:
            return
        moving.last_day, moving.due_at = after, first_late_instant(after, zone)
        unit = moving.unit if isinstance(moving, rows.DeadlineExtension) else None
        row.sequence += 1
        row.moved_at = self._work.now
        self._work.session.add(
            rows.DeadlineChange(
                deadline_id=row.id,
                changed_at=self._work.now,
                person_id=None if actor is SYSTEM else actor.person_id,
                reason=reason,
                day_before=moving.day,
                day_after=moving.day,
                due_before=due_before,
                due_after=moving.due_at,
                unit_id=None if unit is None else unit.id,
            )
        )
        yield Move(
            round=Label(round_.name_vi, round_.name_en),
            round_key=round_.key,
            deadline=Label(row.name_vi, row.name_en),
            deadline_key=row.key,
            before=before,
            after=after,
            unit=None if unit is None else Label(unit.name_vi, unit.name_en),
        )


def _in_figures(move: Move) -> str:
    return f"{_day(move.before)} → {_day(move.after)}"


def _day(day: date | None) -> str:
    return day_in_figures(day) if day else "–"
