"""What people have put into forms and not sent: pages without a task, and the files of task forms."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.store.tables.columns import Key, RowId, Table
from service.store.tables.dossiers import Attachment
from service.store.tables.people import Person
from service.store.tables.tasks import UserTask


class PageDraft(Table):
    """What somebody has typed into a form that belongs to no task: a new dossier, a nomination.

    `place` names the form. `revision` counts its savings, so that two windows notice each other.
    """

    __tablename__ = "page_drafts"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    place: Mapped[Key] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column("values")
    saved_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column()

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": revision}


class FormFile(Table):
    """A file put into a field of a task's form.

    It waits with the draft of whoever put it there. When the task is completed with the field shown, it
    becomes an attachment of the dossier; a removed one keeps its row and its bytes for the trace.
    """

    __tablename__ = "form_files"
    __table_args__ = (Index(None, "task_id", "person_id"), Index(None, "attachment_id"))

    id: Mapped[RowId]
    task_id: Mapped[int] = mapped_column(ForeignKey("user_tasks.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    field: Mapped[Key]
    display_name: Mapped[str]
    media_type: Mapped[Key]
    size: Mapped[int]
    sha256: Mapped[Key]
    stored_as: Mapped[Key]
    uploaded_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachments.id"))

    task: Mapped[UserTask] = relationship()
    person: Mapped[Person] = relationship()
    attachment: Mapped[Attachment | None] = relationship()
