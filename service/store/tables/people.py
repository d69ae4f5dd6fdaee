"""People, their memberships in candidate groups, and where they are signed in."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.store.tables.columns import ByteOrder, Key, RowId, Table
from service.store.tables.localities import CandidateGroup, Round


class Person(Table):
    """Somebody who signs in or gets mail.

    `digest_hour` (0-23, local) asks for one summary a day, sent last for the day `digest_on`.
    `unsubscribed` names the optional kinds of mail they do not want.
    """

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("sign_in_name"),)

    id: Mapped[RowId]
    sign_in_name: Mapped[Key]
    name: Mapped[str]
    email: Mapped[str]
    language: Mapped[str] = mapped_column(default="vi")
    password_hash: Mapped[str | None]
    administrator: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    sort_key: Mapped[str] = mapped_column(ByteOrder)
    search_key: Mapped[str]
    created_at: Mapped[datetime]
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    digest_hour: Mapped[int | None]
    digest_on: Mapped[date | None]
    unsubscribed: Mapped[list[str] | None]

    memberships: Mapped[list["Membership"]] = relationship(back_populates="person")


class Membership(Table):
    """A person holds a role in an organisation, for a time."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("person_id", "group_id"),
        Index(None, "group_id"),
    )

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("candidate_groups.id"))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="memberships")
    group: Mapped[CandidateGroup] = relationship()


class SignIn(Table):
    """A browser session or an API token; only the hash of its secret is kept."""

    __tablename__ = "sign_ins"
    __table_args__ = (UniqueConstraint("token_hash"), Index(None, "person_id"))

    id: Mapped[RowId]
    token_hash: Mapped[Key]
    kind: Mapped[Key]
    label: Mapped[str] = mapped_column(default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class CalendarFeed(Table):
    """A revocable address from which a calendar program reads deadlines; only its secret's hash is kept.

    With a `round_id` it tells the deadlines of that round, else the tasks of the person.
    """

    __tablename__ = "calendar_feeds"
    __table_args__ = (UniqueConstraint("token_hash"), Index(None, "person_id"))

    id: Mapped[RowId]
    token_hash: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("rounds.id"))
    label: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    round: Mapped[Round | None] = relationship()
