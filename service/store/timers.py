"""Queries over process-moving timers."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from service.store.tables import Timer
from service.store.work import Work


def due(work: Work, limit: int, after: int = 0) -> list[tuple[int, int]]:
    """(timer id, dossier id) of timers that are due, in the order of their ids after `after`."""
    rows = work.session.execute(
        select(Timer.id, Timer.dossier_id)
        .where(*_due(work), Timer.id > after)
        .order_by(Timer.id)
        .limit(limit)
    )
    return [(int(timer_id), int(dossier_id)) for timer_id, dossier_id in rows]


def claim_all(work: Work, timer_ids: Sequence[int]) -> list[Timer]:
    """Those of some timers that are still due, in the order of their ids; their dossiers are locked.

    A timer changes only under its dossier's lock or when it is parked: the row is locked as well.
    """
    if not timer_ids:
        return []
    query = (
        select(Timer)
        .where(Timer.id.in_(timer_ids), *_due(work))
        .order_by(Timer.id)
        .execution_options(populate_existing=True)
    )
    if work.on_postgresql:
        query = query.with_for_update(skip_locked=True)
    return list(work.session.scalars(query))


def still_due(work: Work, timer_ids: Sequence[int]) -> set[int]:
    """Those of some timers that have neither fired nor been parked."""
    return set(work.session.scalars(select(Timer.id).where(Timer.id.in_(timer_ids), *_due(work))))


def get(work: Work, timer_id: int) -> Timer | None:
    """The timer of that id."""
    return work.session.get(Timer, timer_id)


def next_due(work: Work) -> datetime | None:
    """The next instant after now at which a timer falls due, if any."""
    return work.session.scalar(
        select(func.min(Timer.due_at)).where(
            Timer.fired_at.is_(None), Timer.parked.is_(False), Timer.due_at > work.now
        )
    )


def _due(work: Work) -> tuple[ColumnElement[bool], ...]:
    return Timer.due_at <= work.now, Timer.fired_at.is_(None), Timer.parked.is_(False)
