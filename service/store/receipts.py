"""Queries over paper originals received, and over lists of nominees on their way in."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload, selectinload

from service.domain.errors import NotFound, message
from service.store.tables import NominationImport, PaperReceipt, PaperReceiptLine
from service.store.work import Work


def of_dossier(work: Work, dossier_id: int) -> list[PaperReceipt]:
    """All receipts of a dossier, corrections and what they correct among them, oldest first."""
    return of_dossiers(work, [dossier_id])


def of_dossiers(work: Work, dossier_ids: Collection[int]) -> list[PaperReceipt]:
    """The same of several dossiers."""
    return list(
        work.session.scalars(
            select(PaperReceipt)
            .where(PaperReceipt.dossier_id.in_(dossier_ids))
            .options(
                joinedload(PaperReceipt.organisation),
                selectinload(PaperReceipt.lines).joinedload(PaperReceiptLine.award),
                selectinload(PaperReceipt.lines).joinedload(PaperReceiptLine.item),
            )
            .order_by(PaperReceipt.dossier_id, PaperReceipt.number)
        )
    )


def one(receipts: Sequence[PaperReceipt], receipt_id: int) -> PaperReceipt:
    """One of a dossier's receipts.

    Raises:
        NotFound: when the dossier has no such receipt.
    """
    found = next((receipt for receipt in receipts if receipt.id == receipt_id), None)
    if found is None:
        raise NotFound(message("This dossier has no such receipt."))
    return found


def standing(receipts: Sequence[PaperReceipt]) -> list[PaperReceipt]:
    """Those that count: no other takes their place."""
    corrected = {receipt.corrects_id for receipt in receipts}
    return [receipt for receipt in receipts if receipt.id not in corrected]


def waiting_import(work: Work, dossier_id: int, person_id: int) -> NominationImport | None:
    """The list that somebody has sent for a dossier and not yet taken over."""
    return work.session.get(NominationImport, (dossier_id, person_id))


def drop_imports(work: Work, before: datetime) -> None:
    """Forgets lists that were sent before an instant and never taken over."""
    work.session.execute(delete(NominationImport).where(NominationImport.uploaded_at < before))
