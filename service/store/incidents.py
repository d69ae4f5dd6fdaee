"""Queries over incidents and workers."""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from service.store.tables import Incident, Worker
from service.store.work import Work


def every_open(work: Work) -> list[Incident]:
    """All open incidents with their dossiers, oldest first."""
    return list(
        work.session.scalars(
            select(Incident)
            .where(Incident.closed_at.is_(None))
            .options(joinedload(Incident.dossier))
            .order_by(Incident.id)
        )
    )


def count_open(work: Work) -> int:
    """How many incidents are open."""
    return (
        work.session.scalar(select(func.count()).select_from(Incident).where(Incident.closed_at.is_(None)))
        or 0
    )


def get(work: Work, incident_id: int) -> Incident | None:
    """The incident of that id."""
    return work.session.get(Incident, incident_id)


def worker(work: Work, worker_id: str) -> Worker | None:
    """The worker of that name."""
    return work.session.get(Worker, worker_id)
