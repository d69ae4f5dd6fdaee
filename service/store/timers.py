"""Queries over process-moving timers."""

from datetime import datetime

from sqlalchemy import func, select

from service.store.tables import Timer
from service.store.work import Work


def due(work: Work, limit: int, after: int = 0) -> list[tuple[int, int]]:
    """(timer id, dossier id) of timers that are due, in the order of their ids after `after`."""
    rows = work.session.execute(
        select(Timer.id, Timer.dossier_id)
        .where(Timer.due_at <= work.now, Timer.fired_at.is_(None), Timer.parked.is_(False), Timer.id > after)
        .order_by(Timer.id)
        .limit(limit)
    )
    return [(int(timer_id), int(dossier_id)) for timer_id, dossier_id in rows]


def claim(work: Work, timer_id: int) -> Timer | None:
    """The timer with its row locked, if it is still due and no other worker holds it."""
    query = (
        select(Timer)
        .where(
            Timer.id == timer_id, Timer.fired_at.is_(None), Timer.parked.is_(False), Timer.due_at <= work.now
        )
        .execution_options(populate_existing=True)
    )
    if work.on_postgresql:
        query = query.with_for_update(skip_locked=True)
    return work.session.scalar(query)


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
