"""Localities with their organisations, roles, awards, campaigns, rounds and deadlines."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.store.tables.columns import ByteOrder, Cited, Key, RowId, Table


class Locality(Table):
    """The tenant: a district, a province or a department whose plan the service runs."""

    __tablename__ = "localities"

    id: Mapped[str] = mapped_column(primary_key=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    level: Mapped[str]
    zone: Mapped[str]
    code_prefix: Mapped[str]
    content_hash: Mapped[str]
    loaded_at: Mapped[datetime]


class LocalityVersion(Table):
    """Every configuration ever loaded, whole: what held when is never lost."""

    __tablename__ = "locality_versions"
    __table_args__ = (UniqueConstraint("locality_id", "version"),)

    id: Mapped[RowId]
    locality_id: Mapped[str] = mapped_column(ForeignKey("localities.id"))
    version: Mapped[int]
    content_hash: Mapped[str]
    content: Mapped[dict[str, Any]]
    loaded_at: Mapped[datetime]
    loaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class Plan(Table, Cited):
    """The document that launches a campaign and fixes route, dates and awards."""

    __tablename__ = "plans"
    __table_args__ = (UniqueConstraint("locality_id", "key"),)

    id: Mapped[RowId]
    locality_id: Mapped[str] = mapped_column(ForeignKey("localities.id"))
    key: Mapped[Key]
    title: Mapped[str]
    number: Mapped[str | None]
    issued_on: Mapped[date | None]
    issuer: Mapped[str]


class Campaign(Table, Cited):
    """The emulation movement with its period."""

    __tablename__ = "campaigns"
    __table_args__ = (UniqueConstraint("locality_id", "key"),)

    id: Mapped[RowId]
    locality_id: Mapped[str] = mapped_column(ForeignKey("localities.id"))
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    key: Mapped[Key]
    name_vi: Mapped[str]
    name_en: Mapped[str]
    first_year: Mapped[int]
    last_year: Mapped[int]


class Organisation(Table, Cited):
    """A proposing unit or a reviewing office; keeps its name for as long as it was valid."""

    __tablename__ = "organisations"
    __table_args__ = (UniqueConstraint("locality_id", "key"),)

    id: Mapped[RowId]
    locality_id: Mapped[str] = mapped_column(ForeignKey("localities.id"))
    key: Mapped[Key]
    function: Mapped[Key]
    name_vi: Mapped[str]
    name_en: Mapped[str]
    sort_key: Mapped[str] = mapped_column(ByteOrder)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))


class Role(Table):
    """A role key of the diagrams, and in which organisations of a locality it is held."""

    __tablename__ = "roles"

    locality_id: Mapped[str] = mapped_column(
        ForeignKey("localities.id"), primary_key=True
    )
    key: Mapped[Key] = mapped_column(primary_key=True)
    function: Mapped[Key]
    name_vi: Mapped[str]
    name_en: Mapped[str]


class CandidateGroup(Table):
    """Who may take a task: the holders of one role in one organisation."""

    __tablename__ = "candidate_groups"
    __table_args__ = (UniqueConstraint("organisation_id", "role"),)

    id: Mapped[RowId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[Key]

    organisation: Mapped[Organisation] = relationship()


class Award(Table, Cited):
    """A form of commendation, and whether this locality decides it or only forwards upward."""

    __tablename__ = "awards"
    __table_args__ = (UniqueConstraint("locality_id", "key"),)

    id: Mapped[RowId]
    locality_id: Mapped[str] = mapped_column(ForeignKey("localities.id"))
    key: Mapped[Key]
    name_vi: Mapped[str]
    name_en: Mapped[str]
    level: Mapped[str]
    decided_by: Mapped[str]
    in_power: Mapped[bool]
    sets: Mapped[int]
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)


class ChecklistItem(Table, Cited):
    """A paper that the dossier must contain, for one award or (award_id empty) for all."""

    __tablename__ = "checklist_items"
    __table_args__ = (UniqueConstraint("locality_id", "key"),)

    id: Mapped[RowId]
    locality_id: Mapped[str] = mapped_column(ForeignKey("localities.id"))
    award_id: Mapped[int | None] = mapped_column(ForeignKey("awards.id"))
    key: Mapped[Key]
    name_vi: Mapped[str]
    name_en: Mapped[str]
    required: Mapped[bool]
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)


class ReminderRule(Table):
    """One rung of a reminder ladder."""

    __tablename__ = "reminder_rules"
    __table_args__ = (UniqueConstraint("locality_id", "ladder", "key"),)

    id: Mapped[RowId]
    locality_id: Mapped[str] = mapped_column(ForeignKey("localities.id"))
    ladder: Mapped[Key]
    key: Mapped[Key]
    rule: Mapped[dict[str, Any]]
    position: Mapped[int]


class CalendarDay(Table, Cited):
    """An official day off or make-up working day that overrides the holiday library."""

    __tablename__ = "calendar_days"
    __table_args__ = (UniqueConstraint("locality_id", "day"),)

    id: Mapped[RowId]
    locality_id: Mapped[str] = mapped_column(ForeignKey("localities.id"))
    day: Mapped[date]
    working: Mapped[bool]
    name: Mapped[str]


class Round(Table, Cited):
    """One occasion of awarding inside a campaign."""

    __tablename__ = "rounds"
    __table_args__ = (UniqueConstraint("locality_id", "key"),)

    id: Mapped[RowId]
    locality_id: Mapped[str] = mapped_column(ForeignKey("localities.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    key: Mapped[Key]
    kind: Mapped[Key]
    year: Mapped[int]
    process_key: Mapped[Key]
    dossiers_opened: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)

    locality: Mapped[Locality] = relationship()
    deadlines: Mapped[list["Deadline"]] = relationship(
        back_populates="round", order_by="Deadline.position"
    )


class Deadline(Table, Cited):
    """Who owes what by when in one round; `day` and `due_at` are empty until guidance sets them."""

    __tablename__ = "deadlines"
    __table_args__ = (UniqueConstraint("round_id", "key"),)

    id: Mapped[RowId]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    key: Mapped[Key]
    owner: Mapped[Key]
    bound: Mapped[Key]
    roll: Mapped[Key]
    late_policy: Mapped[Key]
    ladder: Mapped[Key]
    day: Mapped[date | None]
    due_at: Mapped[datetime | None]
    awaits: Mapped[str | None]
    position: Mapped[int]

    round: Mapped[Round] = relationship(back_populates="deadlines")


class DeadlineChange(Table):
    """The old and the new date of a deadline, with who changed it and why; never rewritten."""

    __tablename__ = "deadline_changes"
    __table_args__ = (Index(None, "deadline_id"),)

    id: Mapped[RowId]
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadlines.id"))
    changed_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str]
    day_before: Mapped[date | None]
    day_after: Mapped[date | None]
    due_before: Mapped[datetime | None]
    due_after: Mapped[datetime | None]
