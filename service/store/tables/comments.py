"""What people say to each other about a dossier, beside its history and never part of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.store.tables.columns import Key, RowId, Table
from service.store.tables.dossiers import Dossier, InPlace
from service.store.tables.localities import Organisation
from service.store.tables.people import Person

_UNSEEN = text("seen_at IS NULL")


class Comment(Table, InPlace):
    """One comment. `scope` says who reads it: `office` (its author's organisation) or `dossier` (all who
    may see the dossier).

    What it says is its newest version; a removed one keeps its versions, which nobody is shown.
    """

    __tablename__ = "comments"
    __table_args__ = (Index(None, "dossier_id", "id"),)

    id: Mapped[RowId]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    scope: Mapped[Key]
    written_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    dossier: Mapped[Dossier] = relationship()
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    organisation: Mapped[Organisation] = relationship()
    removed_by: Mapped[Person | None] = relationship(foreign_keys=[removed_by_id])
    versions: Mapped[list["CommentVersion"]] = relationship(order_by="CommentVersion.number")
    mentions: Mapped[list["CommentMention"]] = relationship(
        order_by="CommentMention.id", back_populates="comment"
    )


class CommentVersion(Table):
    """The words of a comment from an instant on: 1 is how it was written first. Append-only."""

    __tablename__ = "comment_versions"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str]
    at: Mapped[datetime]


class CommentMention(Table):
    """Somebody called by name in a comment; `seen_at` is when they first read it.

    `written` is the name as it stands after the @. The mail that tells them is composed when it leaves.
    """

    __tablename__ = "comment_mentions"
    __table_args__ = (
        UniqueConstraint("comment_id", "person_id"),
        Index(
            "ix_comment_mentions_unseen",
            "person_id",
            "id",
            postgresql_where=_UNSEEN,
            sqlite_where=_UNSEEN,
        ),
        Index(None, "mail_id"),
    )

    id: Mapped[RowId]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    written: Mapped[str]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    seen_at: Mapped[datetime | None]

    comment: Mapped[Comment] = relationship(back_populates="mentions")
    person: Mapped[Person] = relationship()
