"""Queries over exports, and the rows that go into them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast

from sqlalchemy import ColumnElement, CursorResult, delete, func, or_, select, update
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from service.domain.errors import NotFound, message
from service.domain.people import Actor
from service.domain.reports import UNDER_WAY, ExportState
from service.store.dossiers import may_see
from service.store.tables import (
    Award,
    CandidateGroup,
    Decision,
    Dossier,
    Export,
    HandOver,
    Nomination,
    Organisation,
    UserTask,
)
from service.store.wanted_dossiers import is_route_step
from service.store.work import Work

Paper = TypeVar("Paper", Decision, HandOver)


@dataclass(frozen=True, slots=True)
class DossierRow:
    """A dossier of a list with where it waits and how many nominations it has."""

    dossier: Dossier
    waits: Sequence[UserTask]
    nominations: int


@dataclass(frozen=True, slots=True)
class NominationRow:
    """A nomination of a table with the papers that tell what became of it."""

    nomination: Nomination
    decision: Decision | None
    hand_over: HandOver | None


def of_person(work: Work, person_id: int, limit: int) -> list[Export]:
    """What somebody has asked for and may still have, newest first."""
    return list(
        work.session.scalars(
            select(Export)
            .where(Export.person_id == person_id, Export.expires_at >= work.now)
            .order_by(Export.id.desc())
            .limit(limit)
        )
    )


def own(work: Work, person_id: int, export_id: int, *, lock: bool = False) -> Export:
    """One that somebody has asked for themselves.

    Raises:
        NotFound: it is somebody else's, was removed, or its time is over.
    """
    query = select(Export).where(
        Export.id == export_id, Export.person_id == person_id, Export.expires_at >= work.now
    )
    found = work.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound(
            message("There is no such file of yours any more. Files are kept for a day: ask for it again.")
        )
    return found


def count_under_way(work: Work, person_id: int) -> int:
    """How many of somebody's files wait or are being written."""
    query = select(func.count()).select_from(Export).where(Export.person_id == person_id, _under_way())
    return work.session.scalar(query) or 0


def anything_due(work: Work) -> bool:
    """Whether any file is to be written or removed: a look that keeps no writer waiting."""
    due = or_(_under_way(), Export.expires_at < work.now)
    return work.session.scalar(select(Export.id).where(due).limit(1)) is not None


def claim_next(work: Work, claim: str, lease_until: datetime) -> Export | None:
    """Takes the oldest that waits, or whose writer has let its lease run out; begins it anew."""
    found = work.session.scalar(
        select(Export)
        .where(
            _under_way(),
            Export.expires_at >= work.now,
            or_(Export.state == ExportState.QUEUED, Export.lease_until <= work.now),
        )
        .order_by(Export.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return None if found is None else _begin(found, claim, lease_until)


def claim_this(work: Work, export_id: int, claim: str, lease_until: datetime) -> Export | None:
    """Takes one that waits; None when somebody has it already."""
    found = work.session.scalar(
        select(Export)
        .where(Export.id == export_id, Export.state == ExportState.QUEUED)
        .with_for_update(skip_locked=True)
    )
    return None if found is None else _begin(found, claim, lease_until)


def advance(work: Work, export_id: int, claim: str, done: int, total: int, lease_until: datetime) -> bool:
    """Tells how far it is and holds it longer; False when another writer has it now, or it was removed."""
    changed = work.session.execute(
        update(Export)
        .where(Export.id == export_id, Export.claim == claim, Export.state == ExportState.RUNNING)
        .values(done=done, total=total, lease_until=lease_until)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[object]", changed).rowcount == 1


def held(work: Work, export_id: int, claim: str) -> Export | None:
    """The export if this writer still holds it, locked until the Work ends."""
    return work.session.scalar(
        select(Export)
        .where(Export.id == export_id, Export.claim == claim, Export.state == ExportState.RUNNING)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def remove_expired(work: Work, limit: int) -> list[str]:
    """Removes those whose time is over; gives the names of their files."""
    rows = work.session.execute(
        select(Export.id, Export.stored_as)
        .where(Export.expires_at < work.now)
        .order_by(Export.id)
        .limit(limit)
    ).all()
    if rows:
        work.session.execute(delete(Export).where(Export.id.in_([row[0] for row in rows])))
    return [str(row[1]) for row in rows if row[1] is not None]


def every_file(work: Work) -> dict[str, Export]:
    """All exports that have a file, by its name."""
    rows = work.session.scalars(select(Export).where(Export.stored_as.is_not(None)))
    return {str(row.stored_as): row for row in rows}


def dossier_rows(work: Work, actor: Actor, ids: Sequence[int]) -> list[DossierRow]:
    """Some dossiers as far as the actor may see them now, in the order of the ids."""
    found = {
        row.id: row
        for row in work.session.scalars(
            select(Dossier)
            .where(Dossier.id.in_(ids), may_see(actor))
            .options(
                joinedload(Dossier.round, innerjoin=True),
                joinedload(Dossier.unit, innerjoin=True),
                selectinload(Dossier.late_steps)
                .joinedload(UserTask.group)
                .joinedload(CandidateGroup.organisation),
            )
        )
    }
    waits: dict[int, list[UserTask]] = {}
    for task in work.session.scalars(
        select(UserTask)
        .where(UserTask.dossier_id.in_(list(found)), *is_route_step())
        .options(joinedload(UserTask.group).joinedload(CandidateGroup.organisation))
        .order_by(UserTask.id)
    ):
        waits.setdefault(task.dossier_id, []).append(task)
    numbers = {
        row[0]: int(row[1])
        for row in work.session.execute(
            select(Nomination.dossier_id, func.count())
            .where(Nomination.dossier_id.in_(list(found)))
            .group_by(Nomination.dossier_id)
        )
    }
    return [DossierRow(found[one], waits.get(one, []), numbers.get(one, 0)) for one in ids if one in found]


def nominations_in_order(work: Work, actor: Actor, round_id: int, limit: int) -> list[int]:
    """The nominations of a round that the actor may see: highest award first, then by unit and dossier."""
    return list(
        work.session.scalars(
            select(Nomination.id)
            .join(Nomination.dossier)
            .join(Award, Award.id == Nomination.award_id)
            .join(Organisation, Organisation.id == Dossier.unit_id)
            .where(Dossier.round_id == round_id, may_see(actor))
            .order_by(
                Award.position,
                Award.id,
                Organisation.sort_key,
                Dossier.id,
                Nomination.position,
                Nomination.id,
            )
            .limit(limit)
        )
    )


def nomination_rows(work: Work, actor: Actor, ids: Sequence[int]) -> list[NominationRow]:
    """Some nominations as far as the actor may see them now, in the order of the ids."""
    found = {
        row.id: row
        for row in work.session.scalars(
            select(Nomination)
            .join(Nomination.dossier)
            .where(Nomination.id.in_(ids), may_see(actor))
            .options(
                contains_eager(Nomination.dossier).joinedload(Dossier.unit, innerjoin=True),
                joinedload(Nomination.award, innerjoin=True),
            )
        )
    }
    decisions = _by_id(work, Decision, (row.decision_id for row in found.values()))
    hand_overs = _by_id(work, HandOver, (row.hand_over_id for row in found.values()))
    return [
        NominationRow(
            found[one],
            decisions.get(found[one].decision_id or 0),
            hand_overs.get(found[one].hand_over_id or 0),
        )
        for one in ids
        if one in found
    ]


def task_rows(work: Work, actor: Actor, ids: Sequence[int]) -> list[UserTask]:
    """Some tasks as far as the actor may see their dossiers now, in the order of the ids."""
    found = {
        row.id: row
        for row in work.session.scalars(
            select(UserTask)
            .join(UserTask.dossier)
            .where(UserTask.id.in_(ids), may_see(actor))
            .options(
                contains_eager(UserTask.dossier).options(
                    joinedload(Dossier.round, innerjoin=True), joinedload(Dossier.unit, innerjoin=True)
                ),
                joinedload(UserTask.assignee),
                joinedload(UserTask.group).joinedload(CandidateGroup.organisation),
            )
        )
    }
    return [found[one] for one in ids if one in found]


def _begin(found: Export, claim: str, lease_until: datetime) -> Export:
    found.state, found.claim, found.lease_until = ExportState.RUNNING, claim, lease_until
    found.done = 0
    found.attempts += 1
    return found


def _by_id(work: Work, table: type[Paper], ids: Iterable[int | None]) -> dict[int, Paper]:
    wanted = {one for one in ids if one is not None}
    return {row.id: row for row in work.session.scalars(select(table).where(table.id.in_(wanted)))}


def _under_way() -> ColumnElement[bool]:
    return Export.state.in_(sorted(UNDER_WAY))
