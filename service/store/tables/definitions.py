"""Deployed process definitions and forms: immutable rows, one per version."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables.columns import Key, RowId, Table


class ProcessDefinition(Table):
    """One version of a diagram; running dossiers keep the version they started on."""

    __tablename__ = "process_definitions"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[RowId]
    key: Mapped[Key]
    version: Mapped[int]
    name: Mapped[str]
    content_hash: Mapped[str]
    xml: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    deployed_at: Mapped[datetime]
    deployed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    note: Mapped[str] = mapped_column(default="")


class FormVersion(Table):
    """One version of a form; a task keeps the version it opened with."""

    __tablename__ = "form_versions"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[RowId]
    key: Mapped[Key]
    version: Mapped[int]
    content_hash: Mapped[str]
    content: Mapped[str] = mapped_column(deferred=True)
    deployed_at: Mapped[datetime]
