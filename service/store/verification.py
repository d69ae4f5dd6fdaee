"""Queries that look for broken invariants."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from service.store.tables import Attachment, HistoryStep, Incident, OutgoingMail, Timer
from service.store.work import Work

MOST = 100
"""No report needs more examples of one fault."""


def duplicates(work: Work) -> dict[str, list[tuple[str, int]]]:
    """Rows that must be unique and are not: (where, how often) by invariant."""
    return {
        "outbox keys are unique": _repeated(work, OutgoingMail.key),
        "a timer fires once": _repeated(work, Timer.engine_task_id),
        "history positions are unique": _repeated(work, HistoryStep.dossier_id, HistoryStep.position),
    }


def stale_sending(work: Work) -> list[str]:
    """Mails that a sender took and neither sent nor gave back before its lease ended."""
    keys = work.session.scalars(
        select(OutgoingMail.key)
        .where(OutgoingMail.status == "sending", OutgoingMail.lease_until < work.now)
        .limit(MOST)
    )
    return list(keys)


def has_incident(work: Work, dossier_id: int) -> bool:
    """Whether an open incident explains why a dossier waits for nothing."""
    return (
        work.session.scalar(
            select(Incident.id)
            .where(Incident.dossier_id == dossier_id, Incident.closed_at.is_(None))
            .limit(1)
        )
        is not None
    )


def every_attachment(work: Work) -> Iterator[Attachment]:
    """All attachments ever taken in, removed ones too."""
    yield from work.session.scalars(select(Attachment).order_by(Attachment.id)).yield_per(500)


def _repeated(work: Work, *columns: InstrumentedAttribute[object]) -> list[tuple[str, int]]:
    rows = work.session.execute(
        select(*columns, func.count()).group_by(*columns).having(func.count() > 1).limit(MOST)
    )
    return [(":".join(str(part) for part in row[:-1]), int(row[-1])) for row in rows]
