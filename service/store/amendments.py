"""Queries over amendments, and the lock under which they are made."""

from sqlalchemy import select

from service.store.tables import Amendment, Locality
from service.store.work import Work


def lock_locality(work: Work, locality_id: str) -> Locality:
    """The locality's row, locked against other amendments until the Work ends.

    Rows that refer to the locality, such as new dossiers, may still be written.
    """
    work.session.flush()
    return work.session.get_one(
        Locality, locality_id, with_for_update={"key_share": True}, populate_existing=True
    )


def of(work: Work, locality_id: str, subject: str, key: str | None = None) -> list[Amendment]:
    """The amendments of a subject, or of one thing of it; the newest first."""
    query = select(Amendment).where(Amendment.locality_id == locality_id, Amendment.subject == subject)
    if key is not None:
        query = query.where(Amendment.key == key)
    return list(work.session.scalars(query.order_by(Amendment.id.desc())))
