"""Localities with their organisations, roles, awards, campaigns, rounds and deadlines."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.store.tables.columns import ByteOrder, Cited, Key, RowId, Table


class Locality(Table):
    """The tenant: a district, a province or a department whose plan the service runs.

    `content_hash` is that of the files loaded last; `edition` counts every change of what holds, by
    loading files or by an amendment, and is what remembered values are kept under.
    """

    __tablename__ = "localities"

    id: Mapped[str] = mapped_column(primary_key=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    level: Mapped[str]
    zone: Mapped[str]
    country: Mapped[str]
    code_prefix: Mapped[str]
    content_hash: Mapped[str]
    edition: Mapped[int] = mapped_column(default=0, server_default="0")
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
    name: Mapped[str]
    title: Mapped[str]
    number: Mapped[str | None]
    issued_on: Mapped[date | None]
    issuer: Mapped[str | None]


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
    """A proposing unit or a reviewing office; keeps its name for as long as it was valid.

    `focal` marks the single intake (cơ quan đầu mối).
    """

    __tablename__ = "organisations"
    __table_args__ = (UniqueConstraint("locality_id", "key"),)

    id: Mapped[RowId]
    locality_id: Mapped[str] = mapped_column(ForeignKey("localities.id"))
    key: Mapped[Key]
    function: Mapped[Key]
    name_vi: Mapped[str]
    name_en: Mapped[str]
    focal: Mapped[bool] = mapped_column(default=False)
    sort_key: Mapped[str] = mapped_column(ByteOrder)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))


class Role(Table):
    """A role key of the diagrams, and in which organisations of a locality it is held.

    `head` marks who answers for the organisation: overdue reminders climb to them.
    """

    __tablename__ = "roles"

    locality_id: Mapped[str] = mapped_column(ForeignKey("localities.id"), primary_key=True)
    key: Mapped[Key] = mapped_column(primary_key=True)
    function: Mapped[Key]
    head: Mapped[bool]
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
    """A form of commendation, and whether this locality decides it or only forwards upward.

    `sets` is the number of original sets the plan asks for (None: it does not say), by its own clause.
    """

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
    nominees: Mapped[list[str]]
    sets: Mapped[int | None]
    sets_source: Mapped[dict[str, Any] | None]
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)


class ChecklistItem(Table, Cited):
    """What a dossier must contain, on paper or as a file: for the awards named, or for all when none is."""

    __tablename__ = "checklist_items"
    __table_args__ = (UniqueConstraint("locality_id", "key"),)

    id: Mapped[RowId]
    locality_id: Mapped[str] = mapped_column(ForeignKey("localities.id"))
    key: Mapped[Key]
    name_vi: Mapped[str]
    name_en: Mapped[str]
    extent: Mapped[Key]
    medium: Mapped[Key] = mapped_column(server_default="paper")
    required: Mapped[bool]
    awards: Mapped[list[str]]
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)


class Amendment(Table):
    """A change made here and not in the files: to a calendar, a ladder, a round or its deadlines.

    What was amended goes before the files until the amendment is withdrawn. Append-only: `before` and
    `after` tell both sides whole, `guidance` the document that orders it.
    """

    __tablename__ = "amendments"
    __table_args__ = (Index(None, "locality_id", "subject", "key"),)

    id: Mapped[RowId]
    locality_id: Mapped[str] = mapped_column(ForeignKey("localities.id"))
    subject: Mapped[Key]
    key: Mapped[Key]
    changed_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    person_name: Mapped[str]
    reason: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    guidance: Mapped[dict[str, Any] | None]


class Ladder(Table):
    """A named ladder of reminders; its rungs are the rules under its key."""

    __tablename__ = "ladders"

    locality_id: Mapped[str] = mapped_column(ForeignKey("localities.id"), primary_key=True)
    key: Mapped[Key] = mapped_column(primary_key=True)
    name_vi: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")
    amended: Mapped[bool] = mapped_column(default=False)


class ReminderRule(Table):
    """One rung of a reminder ladder."""

    __tablename__ = "reminder_rules"
    __table_args__ = (UniqueConstraint("locality_id", "ladder", "key"),)

    id: Mapped[RowId]
    locality_id: Mapped[str] = mapped_column(ForeignKey("localities.id"))
    ladder: Mapped[Key]
    key: Mapped[Key]
    days: Mapped[int]
    count: Mapped[Key]
    at: Mapped[time]
    audience: Mapped[Key]
    position: Mapped[int]


class CalendarDay(Table, Cited):
    """An official day off or make-up working day that overrides the holiday library.

    `amended` days were entered here; a day of the files that was `withdrawn` here overrides nothing.
    """

    __tablename__ = "calendar_days"
    __table_args__ = (UniqueConstraint("locality_id", "day"),)

    id: Mapped[RowId]
    locality_id: Mapped[str] = mapped_column(ForeignKey("localities.id"))
    day: Mapped[date]
    kind: Mapped[Key]
    name_vi: Mapped[str]
    name_en: Mapped[str]
    amended: Mapped[bool] = mapped_column(default=False, server_default=false())
    withdrawn: Mapped[bool] = mapped_column(default=False, server_default=false())


class Round(Table, Cited):
    """One occasion of awarding inside a campaign, or of one duty report (kind `duty`).

    `opens_on` is the local day on which units may begin, empty when the plan names none. `recipients`
    are the functions that a duty report goes to. `amended` rounds were created here, not by the files.
    """

    __tablename__ = "rounds"
    __table_args__ = (UniqueConstraint("locality_id", "key"),)

    id: Mapped[RowId]
    locality_id: Mapped[str] = mapped_column(ForeignKey("localities.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    key: Mapped[Key]
    kind: Mapped[Key]
    year: Mapped[int]
    name_vi: Mapped[str]
    name_en: Mapped[str]
    process_key: Mapped[Key]
    awards: Mapped[list[str]]
    recipients: Mapped[list[str] | None]
    opens_on: Mapped[date | None]
    dossiers_opened: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    amended: Mapped[bool] = mapped_column(default=False, server_default=false())

    locality: Mapped[Locality] = relationship()
    deadlines: Mapped[list["Deadline"]] = relationship(back_populates="round", order_by="Deadline.position")


class Deadline(Table, Cited):
    """Who (`owner`) owes what to whom (`owed_to`) by when in one round.

    `day` is the plan's day, `last_day` the last permitted one after bound and roll, `due_at` the first
    instant that is late; all empty until guidance sets them. One that a newer configuration no longer
    names is empty and not `active`. `amended` ones were changed here and follow the files no longer;
    `guidance` is the document that set the date then. `sequence` counts the moves of the date.
    """

    __tablename__ = "deadlines"
    __table_args__ = (UniqueConstraint("round_id", "key"),)

    id: Mapped[RowId]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    key: Mapped[Key]
    name_vi: Mapped[str]
    name_en: Mapped[str]
    owner: Mapped[Key]
    owed_to: Mapped[Key | None]
    bound: Mapped[Key]
    roll: Mapped[Key]
    late_policy: Mapped[Key]
    ladder: Mapped[Key]
    day: Mapped[date | None]
    last_day: Mapped[date | None]
    due_at: Mapped[datetime | None]
    awaits: Mapped[str | None]
    note_vi: Mapped[str | None]
    note_en: Mapped[str | None]
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)
    amended: Mapped[bool] = mapped_column(default=False, server_default=false())
    guidance: Mapped[dict[str, Any] | None]
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    moved_at: Mapped[datetime | None]

    round: Mapped[Round] = relationship(back_populates="deadlines")


class DeadlineExtension(Table):
    """A later date of one deadline for one unit: why, and who granted it. Ended ones are kept."""

    __tablename__ = "deadline_extensions"
    __table_args__ = (
        Index(
            "uq_deadline_extensions_standing",
            "deadline_id",
            "unit_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[RowId]
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadlines.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    day: Mapped[date]
    last_day: Mapped[date]
    due_at: Mapped[datetime]
    reason: Mapped[str]
    guidance: Mapped[dict[str, Any] | None]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    granted_by_name: Mapped[str]
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    deadline: Mapped[Deadline] = relationship()
    unit: Mapped[Organisation] = relationship()


class DeadlineChange(Table):
    """The old and the new date of a deadline, with who changed it and why; never rewritten.

    With a `unit_id` it is an extension for that unit alone. `before` and `after` tell the whole rule.
    """

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
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    guidance: Mapped[dict[str, Any] | None]
