"""Paper originals as an office has received them, and lists of nominees on their way in."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.store.tables.columns import Json, Key, RowId, Table
from service.store.tables.dossiers import InPlace
from service.store.tables.localities import Award, ChecklistItem, Organisation


class PaperReceipt(Table, InPlace):
    """What an office received on paper at one time: `lines` say how many sets of which papers.

    Append-only. A correction is a receipt of its own that names the one it takes the place of: that one
    counts no more. `number` counts the receipts of a dossier, corrections among them.
    """

    __tablename__ = "paper_receipts"
    __table_args__ = (UniqueConstraint("dossier_id", "number"), UniqueConstraint("corrects_id"))

    id: Mapped[RowId]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"))
    number: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    received_on: Mapped[date]
    received_from: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("paper_receipts.id"))
    reason: Mapped[str | None]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    person_name: Mapped[str]
    recorded_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()
    corrects: Mapped["PaperReceipt | None"] = relationship(remote_side="PaperReceipt.id")
    lines: Mapped[list["PaperReceiptLine"]] = relationship(order_by="PaperReceiptLine.position")


class PaperReceiptLine(Table):
    """How many sets of one paper, owed for one award, came with a receipt."""

    __tablename__ = "paper_receipt_lines"

    receipt_id: Mapped[int] = mapped_column(ForeignKey("paper_receipts.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"))
    checklist_item_id: Mapped[int] = mapped_column(ForeignKey("checklist_items.id"))
    sets: Mapped[int]

    award: Mapped[Award] = relationship()
    item: Mapped[ChecklistItem] = relationship()


class NominationImport(Table):
    """A list of nominees that somebody has sent as a workbook and not yet taken over.

    `rows` are those that could be taken over, as typed; `problems` name the cells of the others, `unread`
    the sheets that were not read. There is one for a dossier and a person: the next upload takes its place.
    """

    __tablename__ = "nomination_imports"
    __table_args__ = (Index(None, "uploaded_at"),)

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    file_name: Mapped[str]
    sha256: Mapped[Key]
    rows: Mapped[list[dict[str, Any]]] = mapped_column(Json())
    problems: Mapped[list[dict[str, Any]]] = mapped_column(Json())
    unread: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    uploaded_at: Mapped[datetime]
