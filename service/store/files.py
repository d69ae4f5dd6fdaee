"""Queries over all files that a dossier ever had."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from service.store.tables import Attachment
from service.store.work import Work


def every_attachment(work: Work, dossier_id: int) -> list[Attachment]:
    """All files that a dossier ever had, older versions and removed ones too, oldest first."""
    return list(
        work.session.scalars(
            select(Attachment)
            .where(Attachment.dossier_id == dossier_id)
            .options(joinedload(Attachment.uploaded_by), joinedload(Attachment.checklist_item))
            .order_by(Attachment.id)
        )
    )
