"""Queries over where a round stands: grouped counts, each over the dossiers of the round alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, case, cast, extract, func, select

from service.domain.people import Actor
from service.store.dossiers import may_see
from service.store.tables import CandidateGroup, Dossier, Nomination, Organisation, Round, UserTask
from service.store.wanted_dossiers import is_route_step
from service.store.work import Work

_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many dossiers wait at a step or an office, and how many of them are late there."""

    waiting: int
    overdue: int


@dataclass(frozen=True, slots=True)
class OfUnit:
    """What a unit has done in a round, in numbers of dossiers.

    `drafts` have never been submitted and are still open, `drafts_overdue` of them after their deadline.
    `overdue` counts those submitted at which any step of the route is late now.
    """

    in_time: int = 0
    late: int = 0
    drafts: int = 0
    drafts_overdue: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """How many days the completed visits of a step took: the median, and what 90 % did not exceed."""

    visits: int
    median: float
    ninetieth: float


def steps(work: Work, actor: Actor, round_: Round) -> dict[str, Waiting]:
    """Where submitted dossiers wait, by element of the diagram; one on two branches counts at both."""
    rows = work.session.execute(
        select(UserTask.element_id, _dossiers(), _late(work.now))
        .join(UserTask.dossier)
        .where(*_submitted(actor, round_), *is_route_step())
        .group_by(UserTask.element_id)
    )
    return {row[0]: Waiting(int(row[1]), int(row[2])) for row in rows}


def offices(work: Work, actor: Actor, round_: Round) -> dict[int, Waiting]:
    """At which organisations submitted dossiers wait, by the organisation's id."""
    rows = work.session.execute(
        select(CandidateGroup.organisation_id, _dossiers(), _late(work.now))
        .join(UserTask.dossier)
        .join(CandidateGroup, CandidateGroup.id == UserTask.group_id)
        .where(*_submitted(actor, round_), *is_route_step())
        .group_by(CandidateGroup.organisation_id)
    )
    return {row[0]: Waiting(int(row[1]), int(row[2])) for row in rows}


def endings(work: Work, actor: Actor, round_: Round) -> dict[str, int]:
    """How many dossiers have ended, by what became of them."""
    rows = work.session.execute(
        select(Dossier.status, func.count())
        .where(*_in_round(round_), may_see(actor), Dossier.closed_at.is_not(None))
        .group_by(Dossier.status)
    )
    return {row[0]: int(row[1]) for row in rows}


def units(work: Work, round_: Round, only: Iterable[int] | None) -> dict[int, OfUnit]:
    """What each unit has done, by its id; of some units alone if they are named.

    That a unit prepares a dossier is no secret to those who wait for it; what is in it, is: see
    `service.operations.access`.
    """
    inside = [*_in_round(round_)]
    if only is not None:
        inside.append(Dossier.unit_id.in_(list(only)))
    sent = Dossier.submitted_at.is_not(None)
    draft = Dossier.submitted_at.is_(None) & Dossier.closed_at.is_(None)
    late_now = (
        select(UserTask.dossier_id)
        .join(UserTask.dossier)
        .where(*inside, *is_route_step(work.now))
        .distinct()
        .subquery()
    )
    is_late = late_now.c.dossier_id.is_not(None)
    rows = work.session.execute(
        select(
            Dossier.unit_id,
            _number(sent & Dossier.late.is_(False)),
            _number(sent & Dossier.late.is_(True)),
            _number(draft),
            _number(draft & is_late),
            _number(sent & is_late),
        )
        .outerjoin(late_now, late_now.c.dossier_id == Dossier.id)
        .where(*inside)
        .group_by(Dossier.unit_id)
    )
    return {row[0]: OfUnit(*(int(number) for number in row[1:])) for row in rows}


def nominations(work: Work, actor: Actor, round_: Round) -> dict[tuple[int, str], int]:
    """How many nominations there are for each award in each state."""
    rows = work.session.execute(
        select(Nomination.award_id, Nomination.status, func.count())
        .join(Nomination.dossier)
        .where(*_in_round(round_), may_see(actor))
        .group_by(Nomination.award_id, Nomination.status)
    )
    return {(row[0], row[1]): int(row[2]) for row in rows}


def days(work: Work, actor: Actor, round_: Round) -> dict[str, Taken]:
    """How long completed visits of each step took, by element; calendar days of 24 hours."""
    taken = _days(work).label("taken")
    visits = (
        select(
            UserTask.element_id,
            taken,
            func.row_number().over(partition_by=UserTask.element_id, order_by=taken).label("place"),
            func.count().over(partition_by=UserTask.element_id).label("visits"),
        )
        .join(UserTask.dossier)
        .where(
            *_in_round(round_),
            may_see(actor),
            UserTask.closing == "completed",
            UserTask.late_task_id.is_(None),
        )
        .subquery()
    )
    rows = work.session.execute(
        select(
            visits.c.element_id,
            func.max(visits.c.visits),
            *(
                func.max(case((visits.c.place == _place(visits.c.visits, part), visits.c.taken)))
                for part in (50, 90)
            ),
        ).group_by(visits.c.element_id)
    )
    found: list[Any] = list(rows)
    return {row[0]: Taken(int(row[1]), float(row[2]), float(row[3])) for row in found}


def organisations(work: Work, ids: Iterable[int]) -> dict[int, Organisation]:
    """Some organisations by their ids."""
    found = work.session.scalars(select(Organisation).where(Organisation.id.in_(list(ids))))
    return {one.id: one for one in found}


def _in_round(round_: Round) -> list[ColumnElement[bool]]:
    """Both columns that the index of the dossiers begins with."""
    return [Dossier.locality_id == round_.locality_id, Dossier.round_id == round_.id]


def _submitted(actor: Actor, round_: Round) -> list[ColumnElement[bool]]:
    return [*_in_round(round_), Dossier.submitted_at.is_not(None), may_see(actor)]


def _dossiers() -> ColumnElement[int]:
    return func.count(UserTask.dossier_id.distinct())


def _late(now: datetime) -> ColumnElement[int]:
    return func.count(case((UserTask.due_at <= now, UserTask.dossier_id)).distinct())


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _days(work: Work) -> ColumnElement[float]:
    """The days between opening and closing of a task; the databases subtract instants differently."""
    if work.on_postgresql:
        seconds = extract("epoch", UserTask.closed_at - UserTask.opened_at)
        return cast(seconds, Float) / _SECONDS_A_DAY
    return func.julianday(UserTask.closed_at, type_=Float) - func.julianday(UserTask.opened_at, type_=Float)


def _place(number: ColumnElement[Any], part: int) -> ColumnElement[Any]:
    """Which of so many values in order stands at a part in a hundred: the nearest rank."""
    return (number * part + 99) // 100
