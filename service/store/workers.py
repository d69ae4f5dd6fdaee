"""Queries over worker processes, and the machine's time by which they are judged."""

from datetime import datetime

from sqlalchemy import delete, func, or_, select

from service.clock import SystemClock
from service.store.tables import Worker
from service.store.work import Work


def machine_time(work: Work) -> datetime:
    """The time of the machine on which the database is, whatever the demo or other machines' clocks say.

    Workers on several machines share the clock of their PostgreSQL; those on an SQLite file share a machine.
    """
    if work.on_postgresql:
        told: datetime | None = work.session.scalar(select(func.clock_timestamp()))
        if told is not None:
            return told
    return SystemClock().now()


def every(work: Work, limit: int) -> list[Worker]:
    """The workers that gave a sign of life last, the latest first."""
    return list(
        work.session.scalars(
            select(Worker).order_by(Worker.alive_at.desc().nulls_last(), Worker.id).limit(limit)
        )
    )


def get(work: Work, worker_id: str) -> Worker | None:
    """The worker of that name."""
    return work.session.get(Worker, worker_id)


def forget(work: Work, before: datetime) -> None:
    """Drops the workers that have given no sign of life since."""
    work.session.execute(delete(Worker).where(or_(Worker.alive_at < before, Worker.alive_at.is_(None))))
