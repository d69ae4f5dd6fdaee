"""Where a round stands: its steps and endings, its units and offices, its nominations, the days taken."""

from dataclasses import dataclass
from typing import Any

from service import engine
from service.domain.access import reach_of
from service.domain.dossiers import ENDINGS_OF, DossierKind, NominationStatus
from service.domain.duties import owes
from service.domain.errors import NotFound, message
from service.domain.labels import Label
from service.domain.organisations import Function
from service.domain.people import Actor
from service.domain.reports import UnitState
from service.domain.rounds import RoundKind
from service.domain.tasks import Act, is_overdue
from service.operations import access, calendars, dues, step_names
from service.operations.dossier.dossiers import UNIT_DEADLINE
from service.store import definitions, localities
from service.store import progress as store
from service.store import tables as rows
from service.store.progress import OfUnit, Taken, Waiting
from service.store.work import Work

_NOTHING = Waiting(0, 0)


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of the diagram: who waits there now, and how long those that went through it took."""

    element_id: str
    name: Label
    now: Waiting
    taken: Taken | None


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit that may propose, with what it has done; `due_passed`: the day by which it owed it is over."""

    unit: rows.Organisation
    numbers: OfUnit
    due_passed: bool

    @property
    def state(self) -> UnitState:
        """How far it has come."""
        if self.numbers.in_time:
            return UnitState.IN_TIME
        if self.numbers.late:
            return UnitState.LATE
        return UnitState.PREPARING if self.numbers.drafts else UnitState.UNOPENED

    @property
    def missing(self) -> bool:
        """Whether nothing has come from it although its day is over."""
        return self.due_passed and self.state in {UnitState.PREPARING, UnitState.UNOPENED}


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """An organisation at which submitted dossiers wait."""

    office: rows.Organisation
    now: Waiting


@dataclass(frozen=True, slots=True)
class AwardLine:
    """An award with its nominations by state."""

    award: rows.Award
    numbers: dict[NominationStatus, int]

    @property
    def total(self) -> int:
        """All that have been proposed."""
        return sum(self.numbers.values())


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a round stands, as far as the actor may know.

    `whole` tells whether all units are in it or the reader's own alone, `sees_drafts` whether the reader
    may open what has not been submitted.
    """

    round: rows.Round
    locality: rows.Locality
    steps: tuple[StepLine, ...]
    endings: dict[str, int]
    units: tuple[UnitLine, ...]
    offices: tuple[OfficeLine, ...]
    awards: tuple[AwardLine, ...]
    whole: bool
    sees_drafts: bool

    @property
    def drafts(self) -> int:
        """Dossiers that have never been submitted."""
        return sum(line.numbers.drafts for line in self.units)

    @property
    def drafts_overdue(self) -> int:
        """Those of them whose deadline is over."""
        return sum(line.numbers.drafts_overdue for line in self.units)

    @property
    def submitted(self) -> int:
        """Dossiers that have ever been submitted."""
        return sum(line.numbers.in_time + line.numbers.late for line in self.units)

    @property
    def overdue(self) -> int:
        """Submitted dossiers of which a step is late now."""
        return sum(line.numbers.overdue for line in self.units)

    @property
    def any_unopened_too_long(self) -> bool:
        """Whether a unit has opened nothing although its day is over."""
        return any(line.missing and line.state is UnitState.UNOPENED for line in self.units)

    def units_in(self, state: UnitState) -> int:
        """How many units have come so far."""
        return sum(line.state is state for line in self.units)


def show(work: Work, actor: Actor, locality_id: str, key: str) -> Progress:
    """Where a round stands by its key, such as `annual-2024`.

    Reviewers and administrators are told of all units, the people of a unit of their own.

    Raises:
        NotFound: unknown locality or round, a duty's round, or not for the actor to know.
    """
    access.require_locality(actor, locality_id)
    locality = localities.get(work, locality_id)
    round_ = localities.round_of(work, locality_id, key)
    if round_.kind == RoundKind.DUTY:
        raise NotFound(message("The round of a duty has a page of its own: see the reports."))
    whole = access.may_see_reports(actor, locality_id)
    ended = store.endings(work, actor, round_)
    return Progress(
        round=round_,
        locality=locality,
        steps=_steps(work, actor, round_),
        endings={status: ended.get(status, 0) for status in sorted(ENDINGS_OF[DossierKind.AWARD])},
        units=_units(work, actor, locality, round_, whole=whole),
        offices=_offices(work, actor, round_),
        awards=_awards(work, actor, round_),
        whole=whole,
        sees_drafts=reach_of(actor).everything or not whole,
    )


def newest_round(work: Work, actor: Actor, locality_id: str) -> rows.Round | None:
    """The round that matters most now: the youngest into which dossiers have come, else the youngest."""
    access.require_locality(actor, locality_id)
    found = rounds(work, locality_id)
    return next((one for one in found if one.dossiers_opened), found[0] if found else None)


def rounds(work: Work, locality_id: str) -> list[rows.Round]:
    """The rounds of awarding of a locality, the youngest first."""
    found = [one for one in localities.rounds(work, locality_id) if one.kind != RoundKind.DUTY]
    return sorted(found, key=lambda one: (-one.year, one.kind, one.key))


def as_json(progress: Progress) -> dict[str, Any]:
    """The numbers in the shape of the API."""
    return {
        "locality": progress.locality.id,
        "round": progress.round.key,
        "name": {"vi": progress.round.name_vi, "en": progress.round.name_en},
        "whole": progress.whole,
        "submitted": progress.submitted,
        "drafts": progress.drafts,
        "drafts_overdue": progress.drafts_overdue,
        "overdue": progress.overdue,
        "steps": [
            {
                "element_id": line.element_id,
                "name": {"vi": line.name.vi, "en": line.name.en},
                "waiting": line.now.waiting,
                "overdue": line.now.overdue,
                "visits": line.taken.visits if line.taken else 0,
                "median_days": round(line.taken.median, 2) if line.taken else None,
                "p90_days": round(line.taken.ninetieth, 2) if line.taken else None,
            }
            for line in progress.steps
        ],
        "endings": progress.endings,
        "units": [
            {
                "unit": line.unit,
                "state": line.state.value,
                "missing": line.missing,
                "in_time": line.numbers.in_time,
                "late": line.numbers.late,
                "drafts": line.numbers.drafts,
                "drafts_overdue": line.numbers.drafts_overdue,
                "overdue": line.numbers.overdue,
            }
            for line in progress.units
        ],
        "offices": [
            {"office": line.office, "waiting": line.now.waiting, "overdue": line.now.overdue}
            for line in progress.offices
        ],
        "awards": [
            {
                "award": line.award.key,
                "name": {"vi": line.award.name_vi, "en": line.award.name_en},
                "nominations": {status.value: number for status, number in line.numbers.items()},
            }
            for line in progress.awards
        ],
    }


def _steps(work: Work, actor: Actor, round_: rows.Round) -> tuple[StepLine, ...]:
    """The steps of the newest diagram in its order, then those that only older dossiers still know."""
    waiting = store.steps(work, actor, round_)
    taken = store.days(work, actor, round_)
    route = _route(work, round_.process_key)
    known = [*route, *sorted((waiting.keys() | taken.keys()) - set(route))]
    return tuple(
        StepLine(
            element_id,
            step_names.label_of(work, element_id),
            waiting.get(element_id, _NOTHING),
            taken.get(element_id),
        )
        for element_id in known
    )


def _route(work: Work, process_key: str) -> tuple[str, ...]:
    """The steps of the newest diagram through which a dossier goes, in order, without escalations."""
    newest = definitions.newest(work, process_key)
    if newest is None:
        return ()

    def read() -> tuple[str, ...]:
        outline = engine.read(definitions.xml_of(work, newest.id)).outline
        return tuple(
            line.element.id
            for line in outline
            if line.element.type == "userTask" and line.element.attributes.get("act") != Act.ACKNOWLEDGE
        )

    return work.recall(("route", newest.content_hash), read)


def _units(
    work: Work, actor: Actor, locality: rows.Locality, round_: rows.Round, *, whole: bool
) -> tuple[UnitLine, ...]:
    """The units that may propose in the round, and those that did; in dictionary order."""
    own = actor.organisation_ids
    numbers = store.units(work, round_, None if whole else own)
    today = calendars.today(work, locality)
    lines: list[UnitLine] = []
    for unit in localities.organisations(work, locality.id):
        if not whole and unit.id not in own:
            continue
        due = dues.of_unit(work, round_.id, unit.id).get(UNIT_DEADLINE)
        last_day = due.last_day if due else None
        owing = unit.function == Function.UNIT and owes(unit.valid_from, unit.valid_to, today, last_day)
        if owing or unit.id in numbers:
            passed = due is not None and is_overdue(due.due_at, work.now)
            lines.append(UnitLine(unit, numbers.get(unit.id, OfUnit()), passed))
    return tuple(lines)


def _offices(work: Work, actor: Actor, round_: rows.Round) -> tuple[OfficeLine, ...]:
    waiting = store.offices(work, actor, round_)
    found = store.organisations(work, waiting)
    lines = [OfficeLine(found[office_id], now) for office_id, now in waiting.items()]
    return tuple(sorted(lines, key=lambda line: (-line.now.overdue, -line.now.waiting, line.office.sort_key)))


def _awards(work: Work, actor: Actor, round_: rows.Round) -> tuple[AwardLine, ...]:
    """The awards of the round, highest first, and whatever else has been proposed in it."""
    numbers = store.nominations(work, actor, round_)
    proposed = {award_id for award_id, _ in numbers}
    return tuple(
        AwardLine(
            award,
            {status: numbers.get((award.id, status), 0) for status in NominationStatus},
        )
        for award in localities.awards(work, round_.locality_id)
        if award.id in proposed or (award.active and (not round_.awards or award.key in round_.awards))
    )
