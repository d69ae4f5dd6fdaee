"""What finding and reporting need: the words by which rows are found, and exports under way."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.store.tables.columns import ByteOrder, Key, RowId, Table
from service.store.tables.people import Person

_UNDER_WAY = text("state IN ('queued', 'running')")


class SearchWord(Table):
    """One word, without case and accents, by which a row of another table is found.

    `service.store.tables.search_words` writes it with the row that it tells of. It refers to no row by
    constraint: it is an index that can be made anew, and `trinh verify` compares it.
    """

    __tablename__ = "search_words"
    __table_args__ = (
        Index(None, "subject", "subject_id", "word"),
        # The words are all that a row has: SQLite need not keep them twice.
        {"sqlite_with_rowid": False},
    )

    locality_id: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(20), primary_key=True)
    word: Mapped[str] = mapped_column(ByteOrder, primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class Export(Table):
    """A file of rows that somebody has asked for; written in the background, kept for a limited time.

    `wanted` are the filters of the list as asked for. `done` of `total` rows are written. Whoever writes it
    holds `claim` until `lease_until`; after that another worker begins anew.
    """

    __tablename__ = "exports"
    __table_args__ = (
        Index(None, "person_id", "id"),
        Index(
            "ix_exports_under_way",
            "id",
            postgresql_where=_UNDER_WAY,
            sqlite_where=_UNDER_WAY,
        ),
        Index(None, "expires_at"),
    )

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[Key]
    wanted: Mapped[dict[str, Any]]
    language: Mapped[Key]
    state: Mapped[Key] = mapped_column(default="queued")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[Key | None]
    lease_until: Mapped[datetime | None]
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    display_name: Mapped[str]
    stored_as: Mapped[Key | None]
    size: Mapped[int | None]
    wrong: Mapped[dict[str, Any] | None]

    person: Mapped[Person] = relationship()
