"""Queries over all files that a dossier ever had."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from service.store.tables import Attachment
from service.store.work import Work


def every_attachment(work: Work, dossier_id: int) -> list[Attachment]:
    """All files that a dossier ever had, older versions and removed ones too, oldest first."""
    return of_dossiers(work, [dossier_id])


def of_dossiers(work: Work, dossier_ids: Collection[int]) -> list[Attachment]:
    """The same of several dossiers."""
    return list(
        work.session.scalars(
            select(Attachment)
            .where(Attachment.dossier_id.in_(dossier_ids))
            .options(joinedload(Attachment.uploaded_by), joinedload(Attachment.checklist_item))
            .order_by(Attachment.id)
        )
    )
