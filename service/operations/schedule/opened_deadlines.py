"""A deadline under lock: written with its history, and followed by everything that runs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from service.domain.amendments import Subject
from service.domain.calendars import WorkingCalendar
from service.domain.deadlines import Deadline, resolve
from service.domain.errors import Conflict, Message, NotFound, message
from service.domain.labels import Label
from service.domain.people import Actor
from service.operations import calendars, dues
from service.operations.process.effects import Effect, Move, Watch
from service.operations.schedule import amendments, cautions, plans, rounds
from service.operations.schedule.deadline_changes import (
    Said,
    Why,
    end,
    in_figures,
    keep,
    said,
    said_to,
    settle_extensions,
)
from service.store import deadlines
from service.store import tables as rows
from service.store.work import Work
from service.translations import translate


@dataclass(frozen=True, slots=True)
class Place:
    """Names a deadline: `Place("van-ninh", "final-2025", "unit_submission")`."""

    locality: str
    round: str
    deadline: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change has done: the deadline before and after (for the `unit`, if for one), what moved.

    `overdue` counts the open tasks that became overdue by it; `cautions` say what to look at twice.
    """

    before: Deadline
    after: Deadline
    effect: Effect
    overdue: int
    cautions: tuple[Message, ...]
    unit: Label | None = None

    def as_json(self, calendar: WorkingCalendar, language: str) -> dict[str, Any]:
        """The shape that the API and the command line give."""
        return {
            "unit": None if self.unit is None else {"vi": self.unit.vi, "en": self.unit.en},
            "before": rounds.deadline_json(self.before, calendar, language),
            "after": rounds.deadline_json(self.after, calendar, language),
            "effect": self.effect.as_json(),
            "overdue": self.overdue,
            "cautions": [translate(one, language) for one in self.cautions],
        }


def open_deadline(work: Work, actor: Actor, place: Place, why: Why, seen: int | None) -> "Opened":
    """A deadline, locked in the order that all keep: locality, round, then (when re-dating) dossiers.

    `seen` is the edition of the locality that the caller has looked at; None not to check it.

    Raises:
        NotAllowed, NotFound: the actor may not amend; there is no such deadline.
        Conflict: the locality's rules have changed since `seen`.
    """
    locality = amendments.begin(work, actor, place.locality)
    if seen is not None and seen != locality.edition:
        raise Conflict(
            message("Deadlines or rules have changed since you looked: check the new preview, then confirm.")
        )
    round_ = deadlines.lock_round(work, place.locality, place.round)
    row = next((one for one in round_.deadlines if one.key == place.deadline and one.active), None)
    if row is None:
        raise NotFound(message("Round {round} has no deadline {key}.", round=round_.key, key=place.deadline))
    return Opened(work, locality, round_, row, why)


@dataclass(frozen=True, slots=True)
class Opened:
    """A deadline under lock, with everything that a change of it needs."""

    work: Work
    locality: rows.Locality
    round: rows.Round
    row: rows.Deadline
    why: Why

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.locality.zone)

    @property
    def calendar(self) -> WorkingCalendar:
        return calendars.of(self.work, self.locality)

    def knows(self, day: date) -> bool:
        """Whether a day lies well inside the calendar, so that no roll and no reminder leaves it."""
        return self.calendar.first_year < day.year < self.calendar.last_year

    def out_of_reach(self) -> Message:
        return message(
            "Write a day between {first} and {last}.",
            first=self.calendar.first_year + 1,
            last=self.calendar.last_year - 1,
        )

    def resolved(self) -> Deadline:
        return calendars.deadline(self.row, self.round.key, self.zone)

    def of_plan(self) -> Deadline:
        """What the plan says of it now; where the plan is silent it has no date."""
        rule = plans.rule_of(self.work, self.round, self.row.key)
        if rule is not None:
            return resolve(
                rule,
                round_key=self.round.key,
                year=self.round.year,
                zone=self.zone,
                calendar=self.calendar,
            )
        return replace(
            self.resolved(), day=None, last_day=None, due_at=None, awaits=None, amended=False, guidance=None
        )

    def extension_of(self, unit: rows.Organisation) -> rows.DeadlineExtension | None:
        found = deadlines.extensions(self.work, [self.row.id])
        return next((one for one in found if one.unit_id == unit.id), None)

    def run(self, write: Callable[[], None]) -> Changed:
        """Writes the deadline itself; everything that runs in the round follows."""
        watch, overdue = self._watch()
        before, told_before = said(self.row), self.resolved()
        write()
        moved = keep(self.work, self.row, before, said(self.row), self.why)
        extended = settle_extensions(self.work, self.row, self.zone, self.why)
        self._record(self.row.key, before, said(self.row))
        self._follow(
            in_figures(before.last_day, self.row.last_day),
            moved=moved or extended,
            late=told_before.late is not self.resolved().late,
        )
        return self._changed(told_before, self.resolved(), watch, overdue)

    def run_for(self, unit: rows.Organisation, granted: rows.DeadlineExtension | None) -> Changed:
        """Ends what a unit had and grants it what is given; its dossiers follow."""
        watch, overdue = self._watch()
        standing = self.extension_of(unit)
        before, told_before = said_to(standing), self._told_to(standing)
        if standing is not None:
            end(self.work, standing, self.why)
        if granted is not None:
            self.work.session.add(granted)
        after = said_to(granted)
        shown_before, shown_after = before.last_day or self.row.last_day, after.last_day or self.row.last_day
        keep(self.work, self.row, before, after, self.why, unit)
        self._record(f"{self.row.key}/{unit.key}", before, after)
        self._follow(in_figures(shown_before, shown_after), moved=True, unit=unit, granted=granted)
        return self._changed(told_before, self._told_to(granted), watch, overdue, unit)

    def _watch(self) -> tuple[Watch, int]:
        return Watch(self.work, [self.round]), deadlines.overdue_tasks(self.work, self.row.id, self.work.now)

    def _told_to(self, extension: rows.DeadlineExtension | None) -> Deadline:
        return dues.Due(self.row, extension).resolved(self.round.key, self.zone)

    def _record(self, key: str, before: Said, after: Said) -> None:
        amendments.record(
            self.work,
            self.why.actor,
            self.locality,
            Subject.DEADLINE,
            f"{self.round.key}/{key}",
            before=before.rule,
            after=after.rule,
            reason=self.why.reason,
            guidance=self.why.guidance,
        )

    def _follow(
        self,
        move: str,
        *,
        moved: bool,
        late: bool = False,
        unit: rows.Organisation | None = None,
        granted: rows.DeadlineExtension | None = None,
    ) -> None:
        self.work.session.flush()
        dues.forget(self.work, self.round.id)
        if not moved and not late:
            rounds.replan(self.work, self.round)
            return
        happened = "redated" if moved else "late_policy_changed"
        told = {self.row.key: move} if moved else {}
        if unit is not None:
            happened = "extended" if granted else "extension_ended"
        if granted is not None:
            told["granted_by"] = granted.granted_by_name
        document = self.why.guidance
        rounds.redate(
            self.work,
            self.round,
            reason=self.why.reason,
            actor=self.why.actor,
            changes=told,
            unit=unit,
            happened=happened,
            clause=None if document is None else f"{document.name.vi}, {document.section}",
        )

    def _changed(
        self,
        before: Deadline,
        after: Deadline,
        watch: Watch,
        overdue: int,
        unit: rows.Organisation | None = None,
    ) -> Changed:
        moves: list[Move] = []
        name = None if unit is None else Label(unit.name_vi, unit.name_en)
        if before.due_at != after.due_at:
            moves.append(
                Move(
                    round=Label(self.round.name_vi, self.round.name_en),
                    round_key=self.round.key,
                    deadline=after.name,
                    deadline_key=after.key,
                    before=before.last_day,
                    after=after.last_day,
                    unit=name,
                )
            )
        return Changed(
            before,
            after,
            watch.effect(moves),
            max(deadlines.overdue_tasks(self.work, self.row.id, self.work.now) - overdue, 0),
            tuple(cautions.about(self.round, after, self.calendar, self.work.now, alone=unit is not None)),
            name,
        )
