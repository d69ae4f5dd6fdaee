"""Working together: who stands in for whom, who changed seats, opinions asked for, councils and votes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.store.tables.columns import Cited, Key, RowId, Table
from service.store.tables.dossiers import Dossier, Nomination
from service.store.tables.localities import CandidateGroup, Organisation
from service.store.tables.people import Person
from service.store.tables.tasks import UserTask

_WAITING = text("closed_at IS NULL")
_VOTING = text("closed_at IS NULL AND council AND NOT parked")


class Substitution(Table):
    """Somebody is away and another person acts in their place; both days are included and local.

    It ends by itself after `last_day`, or was ended before. Nobody has entered what came by the command
    line. Rows are kept: they prove on whose behalf a step was done.
    """

    __tablename__ = "substitutions"
    __table_args__ = (
        Index(None, "substitute_id", "last_day"),
        Index(None, "absent_id", "last_day"),
    )

    id: Mapped[RowId]
    absent_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    substitute_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    reason: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    absent: Mapped[Person] = relationship(foreign_keys=[absent_id])
    substitute: Mapped[Person] = relationship(foreign_keys=[substitute_id])
    entered_by: Mapped[Person | None] = relationship(foreign_keys=[entered_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])
    seats: Mapped[list["SubstitutionSeat"]] = relationship(order_by="SubstitutionSeat.group_id")


class SubstitutionSeat(Table):
    """One of the absent person's seats that the substitute fills."""

    __tablename__ = "substitution_seats"

    substitution_id: Mapped[int] = mapped_column(ForeignKey("substitutions.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("candidate_groups.id"), primary_key=True)

    group: Mapped[CandidateGroup] = relationship()


class MembershipChange(Table):
    """Who gave somebody a seat or changed its days, and why; never rewritten."""

    __tablename__ = "membership_changes"
    __table_args__ = (Index(None, "group_id"),)

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("candidate_groups.id"))
    seated: Mapped[bool]
    from_before: Mapped[date | None]
    to_before: Mapped[date | None]
    from_after: Mapped[date | None]
    to_after: Mapped[date | None]
    reason: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    changed_by: Mapped[Person | None] = relationship(foreign_keys=[changed_by_id])
    group: Mapped[CandidateGroup] = relationship()


class Council(Table, Cited):
    """By which rule a council decides: `quorum` and `share` are fractions such as `2/3`.

    `share_of` says of what the share is counted: of all `members` or of the `votes` cast.
    """

    __tablename__ = "councils"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    quorum: Mapped[Key]
    share: Mapped[Key]
    share_of: Mapped[Key]
    active: Mapped[bool] = mapped_column(default=True)

    organisation: Mapped[Organisation] = relationship()


class Opinion(Table):
    """A question that the holder of a task has put to another office or to the council.

    `last_day` is the last permitted day of the answer, `due_at` the first late instant. A council votes by
    the rule that held when it was asked. `closing` tells how it ended; `result` keeps the numbers of a vote.
    A vote that could not be counted is parked with an incident.
    """

    __tablename__ = "opinions"
    __table_args__ = (
        Index(
            "ix_opinions_waiting",
            "organisation_id",
            "due_at",
            "id",
            postgresql_where=_WAITING,
            sqlite_where=_WAITING,
        ),
        Index("ix_opinions_voting", "due_at", "id", postgresql_where=_VOTING, sqlite_where=_VOTING),
        Index("ix_opinions_closed", "organisation_id", "closed_at", "id"),
        Index(None, "task_id"),
        Index(None, "dossier_id"),
    )

    id: Mapped[RowId]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("user_tasks.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    council: Mapped[bool]
    question: Mapped[str]
    last_day: Mapped[date]
    due_at: Mapped[datetime]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_for_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    quorum: Mapped[Key | None]
    share: Mapped[Key | None]
    share_of: Mapped[Key | None]
    answer: Mapped[Key | None]
    said: Mapped[str | None]
    reason: Mapped[str | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    for_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[datetime | None]
    closing: Mapped[Key | None]
    result: Mapped[dict[str, Any] | None]
    parked: Mapped[bool] = mapped_column(default=False, server_default=false())

    dossier: Mapped[Dossier] = relationship()
    task: Mapped[UserTask] = relationship()
    organisation: Mapped[Organisation] = relationship()
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    asked_for: Mapped[Person | None] = relationship(foreign_keys=[asked_for_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])
    in_place_of: Mapped[Person | None] = relationship(foreign_keys=[for_id])
    subjects: Mapped[list["OpinionSubject"]] = relationship(order_by="OpinionSubject.position")
    ballots: Mapped[list["Ballot"]] = relationship(order_by="Ballot.id")


class OpinionSubject(Table):
    """What a council votes on: one nomination, named as it was then, or the dossier (no name)."""

    __tablename__ = "opinion_subjects"
    __table_args__ = (Index(None, "opinion_id"),)

    id: Mapped[RowId]
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"))
    nomination_id: Mapped[int | None] = mapped_column(ForeignKey("nominations.id", ondelete="SET NULL"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(default="")

    nomination: Mapped[Nomination | None] = relationship()


class Ballot(Table):
    """A council member's right to vote on one question; the members are those of the day it was asked.

    `seal` is the secret part of the digest by which the history proves the votes without telling them.
    """

    __tablename__ = "ballots"
    __table_args__ = (UniqueConstraint("opinion_id", "person_id"), Index(None, "person_id"))

    id: Mapped[RowId]
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    cast_at: Mapped[datetime | None]
    seal: Mapped[Key | None]

    person: Mapped[Person] = relationship()
    votes: Mapped[list["Vote"]] = relationship(order_by="Vote.subject_id")


class Vote(Table):
    """What a member said of one subject; may be changed until the vote closes."""

    __tablename__ = "votes"

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("opinion_subjects.id"), primary_key=True)
    choice: Mapped[Key]
    reason: Mapped[str] = mapped_column(default="")
