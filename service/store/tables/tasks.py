"""Work in flight: user tasks, drafts, timers, reminders, outgoing mail, incidents, workers."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from service.store.tables.columns import Key, RowId, Table
from service.store.tables.dossiers import Dossier
from service.store.tables.localities import CandidateGroup, Deadline, DeadlineExtension
from service.store.tables.people import Person

_OPEN = text("closed_at IS NULL")
_UNCLAIMED = text("closed_at IS NULL AND assignee_id IS NULL")
_AWAITED = text("awaited_since IS NOT NULL")
_RETURNED = text("closed_at IS NULL AND returned_by_group_id IS NOT NULL")
_ESCALATES = text("late_task_id IS NOT NULL")
_DELEGATED = text("closed_at IS NULL AND delegation = 'pending'")
_PENDING = text("fired_at IS NULL AND cancelled_at IS NULL")
_QUEUED = text("status IN ('queued', 'sending')")
_SETTLED = text("status NOT IN ('queued', 'sending')")


class UserTask(Table):
    """A step that waits for a person. `sort_at` is the deadline, or the far future without one.

    Whoever holds it may have a colleague work on it: while that `delegation` is `pending` the colleague is
    its assignee, and the `owner` stays responsible.

    `last_day` and `due_at` are the deadline's, or those of the unit's extension; `sequence` counts how
    often they have moved while the task was open. An escalation names the late step that it is about and
    how high that has climbed: 1 is the first to be asked. Whoever has completed a task waits for its dossier
    `awaited_since` then, until that ends. A task that sent its dossier on after the deadline has a
    `late_reason`, empty where its form could not ask for one. A `supplement` is a step whose deadline has
    been met once: its `last_day` is its own.
    """

    __tablename__ = "user_tasks"
    __table_args__ = (
        UniqueConstraint("dossier_id", "engine_task_id"),
        # Folders read the head of one of these. The last columns are empty in all of their rows: with
        # them SQLite counts without looking at the tasks themselves.
        Index(
            "ix_user_tasks_unclaimed",
            "group_id",
            "sort_at",
            "id",
            "closed_at",
            "assignee_id",
            postgresql_where=_UNCLAIMED,
            sqlite_where=_UNCLAIMED,
        ),
        Index(
            "ix_user_tasks_assignee_open",
            "assignee_id",
            "sort_at",
            "id",
            "closed_at",
            postgresql_where=_OPEN,
            sqlite_where=_OPEN,
        ),
        Index(
            "ix_user_tasks_returned_by",
            "returned_by_group_id",
            "sort_at",
            "id",
            postgresql_where=_RETURNED,
            sqlite_where=_RETURNED,
        ),
        Index(
            "ix_user_tasks_returned_to",
            "group_id",
            "sort_at",
            "id",
            postgresql_where=_RETURNED,
            sqlite_where=_RETURNED,
        ),
        Index("ix_user_tasks_closed_by", "closed_by_id", "closed_at", "id"),
        Index(
            "ix_user_tasks_awaited",
            "closed_by_id",
            "awaited_since",
            "id",
            "dossier_id",
            postgresql_where=_AWAITED,
            sqlite_where=_AWAITED,
        ),
        Index(
            "ix_user_tasks_delegated",
            "owner_id",
            "sort_at",
            "id",
            postgresql_where=_DELEGATED,
            sqlite_where=_DELEGATED,
        ),
        Index(
            "ix_user_tasks_office", "group_id", "sort_at", "id", postgresql_where=_OPEN, sqlite_where=_OPEN
        ),
        Index(
            "ix_user_tasks_late_task_id",
            "late_task_id",
            postgresql_where=_ESCALATES,
            sqlite_where=_ESCALATES,
        ),
    )

    id: Mapped[RowId]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"))
    engine_task_id: Mapped[Key]
    element_id: Mapped[Key]
    name: Mapped[str]
    act: Mapped[Key]
    role: Mapped[Key]
    group_id: Mapped[int] = mapped_column(ForeignKey("candidate_groups.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    claimed_at: Mapped[datetime | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    delegation: Mapped[Key | None]
    form_version_id: Mapped[int] = mapped_column(ForeignKey("form_versions.id"))
    ladder: Mapped[Key | None]
    deadline_id: Mapped[int | None] = mapped_column(ForeignKey("deadlines.id"), index=True)
    extension_id: Mapped[int | None] = mapped_column(ForeignKey("deadline_extensions.id"))
    last_day: Mapped[date | None]
    due_at: Mapped[datetime | None]
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    sort_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    supplement: Mapped[bool] = mapped_column(default=False, server_default=false())
    returned_by_group_id: Mapped[int | None] = mapped_column(ForeignKey("candidate_groups.id"))
    return_reason: Mapped[str | None]
    late_task_id: Mapped[int | None] = mapped_column(ForeignKey("user_tasks.id"))
    level: Mapped[int | None]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    closing: Mapped[Key | None]
    outcome: Mapped[Key | None]
    late_reason: Mapped[str | None]
    awaited_since: Mapped[datetime | None]

    dossier: Mapped[Dossier] = relationship()
    group: Mapped[CandidateGroup] = relationship(foreign_keys=[group_id])
    assignee: Mapped[Person | None] = relationship(foreign_keys=[assignee_id])
    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id])
    deadline: Mapped[Deadline | None] = relationship()
    extension: Mapped[DeadlineExtension | None] = relationship()


class TaskDraft(Table):
    """What somebody has typed into a task's form and not yet sent; kept even when invalid.

    `revision` counts its savings, so that two windows of one person notice each other.
    """

    __tablename__ = "task_drafts"

    task_id: Mapped[int] = mapped_column(ForeignKey("user_tasks.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column("values")
    saved_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(server_default="1")

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": revision}


class Timer(Table):
    """A process-moving timer that waits or has fired; rewritten with every step of its dossier."""

    __tablename__ = "timers"
    __table_args__ = (
        UniqueConstraint("dossier_id", "engine_task_id"),
        Index(
            "ix_timers_due",
            "due_at",
            postgresql_where=text("fired_at IS NULL AND NOT parked"),
            sqlite_where=text("fired_at IS NULL AND NOT parked"),
        ),
    )

    id: Mapped[RowId]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"))
    engine_task_id: Mapped[Key]
    element_id: Mapped[Key]
    due_at: Mapped[datetime | None]
    fired_at: Mapped[datetime | None]
    parked: Mapped[bool] = mapped_column(default=False)


class Reminder(Table):
    """A mail that falls due while a task is open; the row is made when the task opens.

    `group_id` says whose members get it; the audience `candidates` reaches the holder alone once somebody
    holds the task, `assignee` nobody before. Cancelled ones ended with their task or were passed over.
    With an `opinion_id` it is about a question that was asked from the task.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("task_id", "rule_key", "deadline_date"),
        Index(
            "ix_reminders_due",
            "fire_at",
            postgresql_where=_PENDING,
            sqlite_where=_PENDING,
        ),
    )

    id: Mapped[RowId]
    task_id: Mapped[int] = mapped_column(ForeignKey("user_tasks.id"))
    opinion_id: Mapped[int | None] = mapped_column(ForeignKey("opinions.id"))
    rule_key: Mapped[Key]
    audience: Mapped[Key]
    group_id: Mapped[int | None] = mapped_column(ForeignKey("candidate_groups.id"))
    deadline_date: Mapped[date]
    fire_at: Mapped[datetime]
    fired_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


class OutgoingMail(Table):
    """A mail to send, written in the transaction that causes it; composed when it is sent.

    `key` makes it unique: (task, rule, deadline date, recipient) for a reminder. `unanswered` counts
    the attempts whose answer was lost: each may have left one more copy on the wire. `position` is that of
    the step of the history which it tells.

    No foreign key is checked: what it refers to is never deleted, a hundred thousand reminders of one instant
    would lock their tasks, dossiers and readers one by one, and `trinh verify` looks instead (ADR 27).
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("key"),
        Index(
            "ix_outbox_next",
            "next_attempt_at",
            "status",
            postgresql_where=_QUEUED,
            sqlite_where=_QUEUED,
        ),
        Index("ix_outbox_dossier", "dossier_id"),
        # Folders and searches of the outbox read the head of one of these, however many mails there are.
        Index("ix_outbox_folder", "status", "id", postgresql_where=_SETTLED, sqlite_where=_SETTLED),
        Index("ix_outbox_recipient", "recipient_id", "id"),
    )

    id: Mapped[RowId]
    key: Mapped[str]
    template: Mapped[Key]
    rule_key: Mapped[Key | None]
    dossier_id: Mapped[int | None]
    task_id: Mapped[int | None]
    opinion_id: Mapped[int | None]
    substitution_id: Mapped[int | None]
    position: Mapped[int | None]
    deadline_date: Mapped[date | None]
    recipient_id: Mapped[int]
    status: Mapped[Key] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    unanswered: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    message_id: Mapped[str | None]
    subject: Mapped[str | None]
    last_error: Mapped[str | None]

    recipient: Mapped[Person] = relationship(
        primaryjoin=lambda: foreign(OutgoingMail.recipient_id) == Person.id
    )
    dossier: Mapped[Dossier | None] = relationship(
        primaryjoin=lambda: foreign(OutgoingMail.dossier_id) == Dossier.id
    )
    task: Mapped[UserTask | None] = relationship(
        primaryjoin=lambda: foreign(OutgoingMail.task_id) == UserTask.id
    )


class Incident(Table):
    """Something that went wrong and waits for an administrator; nothing else stops because of it."""

    __tablename__ = "incidents"
    __table_args__ = (Index(None, "dossier_id"),)

    id: Mapped[RowId]
    kind: Mapped[Key]
    """An `IncidentKind`, which says what `detail` holds."""
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossiers.id"))
    timer_id: Mapped[int | None] = mapped_column(ForeignKey("timers.id", ondelete="SET NULL"))
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    detail: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    dossier: Mapped[Dossier | None] = relationship()


class Worker(Table):
    """A worker process with its last tick and the last end of its mail job, for the health page.

    These are instants of the service's time, which the demo moves. Whether the worker lives is told by the
    machine's time: `alive_at` is its last sign of life, and the ages are how many seconds before that its
    last tick and mail job had ended.
    """

    __tablename__ = "workers"

    id: Mapped[Key] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    ticked_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    alive_at: Mapped[datetime | None]
    tick_age: Mapped[float | None]
    mail_age: Mapped[float | None]
    stopped_at: Mapped[datetime | None]


class DemoClock(Table):
    """The demo's simulated time as an offset in seconds; one row, only in a demo database."""

    __tablename__ = "demo_clock"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    offset: Mapped[int]
