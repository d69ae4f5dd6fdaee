"""Dossiers with their process instance, nominations, papers and history."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.store.tables.columns import ByteOrder, Key, RowId, Table
from service.store.tables.definitions import ProcessDefinition
from service.store.tables.localities import Award, ChecklistItem, Organisation, Round
from service.store.tables.people import Person

if TYPE_CHECKING:
    from service.store.tables.tasks import UserTask

_REPORT = text("kind = 'duty'")


class InPlace:
    """Done by a substitute: `for_id` and `for_name` are the absent person's."""

    for_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    for_name: Mapped[str | None]


class Dossier(Table):
    """The business object that travels. Its row is the lock of everything that belongs to it.

    `version` counts the steps of its history and is the second guard against lost updates; `head_digest`
    is the digest of the last of them. `kind` tells award dossiers (`award`) from duty reports (`duty`), of
    which an organisation has one in a round. Nobody has created what the service opened by itself.
    `reasons_key` is the search key of all reasons why it was returned or refused. `supplements` says by key
    which deadlines have been met once, and by when their steps are to be done again: a `last_day`, or `with`
    another deadline by its key, or neither.
    """

    __tablename__ = "dossiers"
    __table_args__ = (
        UniqueConstraint("code"),
        Index(None, "locality_id", "round_id", "status"),
        Index(None, "unit_id"),
        Index(
            "uq_dossiers_report",
            "round_id",
            "unit_id",
            unique=True,
            postgresql_where=_REPORT,
            sqlite_where=_REPORT,
        ),
    )

    id: Mapped[RowId]
    locality_id: Mapped[str] = mapped_column(ForeignKey("localities.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[Key] = mapped_column(default="award", server_default="award")
    code: Mapped[Key]
    title: Mapped[str]
    status: Mapped[Key]
    ending: Mapped[str | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    submitted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    late: Mapped[bool] = mapped_column(default=False)
    late_reason: Mapped[str | None]
    supplements: Mapped[dict[str, Any] | None]
    search_key: Mapped[str]
    reasons_key: Mapped[str] = mapped_column(default="", server_default="")
    version: Mapped[int] = mapped_column()
    head_digest: Mapped[Key] = mapped_column(default="", server_default="")

    __mapper_args__: ClassVar[dict[str, Any]] = {
        "version_id_col": version,
        "version_id_generator": False,
    }

    round: Mapped[Round] = relationship()
    unit: Mapped[Organisation] = relationship()
    nominations: Mapped[list["Nomination"]] = relationship(
        back_populates="dossier", order_by="Nomination.position"
    )
    late_steps: Mapped[list["UserTask"]] = relationship(
        "UserTask",
        primaryjoin="and_(Dossier.id == UserTask.dossier_id, UserTask.late_reason.is_not(None))",
        order_by="UserTask.id",
        viewonly=True,
    )


class ProcessInstance(Table):
    """The engine's state of one dossier, in the engine's own compact form."""

    __tablename__ = "process_instances"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("process_definitions.id"), index=True)
    state: Mapped[bytes] = mapped_column(LargeBinary)
    ended: Mapped[bool] = mapped_column(default=False)

    definition: Mapped[ProcessDefinition] = relationship()


class Nomination(Table):
    """One nominee for one award inside a dossier.

    `match_key` is equal for the same nominee, award and achievement, however they are typed; see
    `service.domain.overlaps`.
    """

    __tablename__ = "nominations"
    __table_args__ = (Index(None, "dossier_id"), Index(None, "decision_id"), Index(None, "match_key"))

    id: Mapped[RowId]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"))
    position: Mapped[int]
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"))
    nominee_kind: Mapped[Key]
    nominee_name: Mapped[str]
    nominee_detail: Mapped[str] = mapped_column(default="")
    achievement: Mapped[str]
    status: Mapped[Key]
    status_reason: Mapped[str | None]
    search_key: Mapped[str]
    match_key: Mapped[str] = mapped_column(ByteOrder, default="", server_default="")
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))
    hand_over_id: Mapped[int | None] = mapped_column(ForeignKey("hand_overs.id"))

    dossier: Mapped[Dossier] = relationship(back_populates="nominations")
    award: Mapped[Award] = relationship(lazy="joined", innerjoin=True)


class NominationVerdict(Table):
    """What a reviewer answered on one nomination at one task; append-only."""

    __tablename__ = "nomination_verdicts"
    __table_args__ = (Index(None, "nomination_id"),)

    id: Mapped[RowId]
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nominations.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("user_tasks.id"))
    act: Mapped[Key]
    verdict: Mapped[Key]
    reason: Mapped[str | None]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class OverlapAnswer(Table):
    """What a reviewer said of two nominations that look alike in rounds that run side by side.

    `verdict` is `same` (one achievement, awarded twice: one must go) or `different`, with the reason.
    `nomination_id` is the older of the two. Append-only; the newest answer holds.
    """

    __tablename__ = "overlap_answers"
    __table_args__ = (Index(None, "nomination_id"), Index(None, "other_id"))

    id: Mapped[RowId]
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nominations.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("nominations.id"))
    verdict: Mapped[Key]
    reason: Mapped[str]
    task_id: Mapped[int | None] = mapped_column(ForeignKey("user_tasks.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class Attachment(Table, InPlace):
    """A file of a dossier; the bytes lie in the attachment folder under a server-made name.

    A newer version is a row of its own that names the one it replaces: that one is removed from the
    dossier but can still be read. `version` counts from 1, `reason` says why it was replaced by this one.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        Index(None, "dossier_id"),
        Index("uq_attachments_replaces_id", "replaces_id", unique=True),
    )

    id: Mapped[RowId]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"))
    checklist_item_id: Mapped[int | None] = mapped_column(ForeignKey("checklist_items.id"))
    display_name: Mapped[str]
    media_type: Mapped[Key]
    size: Mapped[int]
    sha256: Mapped[Key]
    stored_as: Mapped[Key]
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("attachments.id"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    reason: Mapped[str | None]

    checklist_item: Mapped[ChecklistItem | None] = relationship()
    uploaded_by: Mapped[Person] = relationship(foreign_keys=[uploaded_by_id])


class HistoryStep(Table, InPlace):
    """One line of a dossier's history: who, when, as which office, what, why, under which clause.

    Append-only. `digest` chains each step to the one before, so that a changed or removed step shows.
    """

    __tablename__ = "history"
    __table_args__ = (UniqueConstraint("dossier_id", "position"),)

    id: Mapped[RowId]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"))
    position: Mapped[int]
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    person_name: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    organisation_name: Mapped[str | None]
    kind: Mapped[Key]
    element_id: Mapped[str | None]
    element_name: Mapped[str | None]
    task_id: Mapped[int | None] = mapped_column(ForeignKey("user_tasks.id"))
    outcome: Mapped[str | None]
    reason: Mapped[str | None]
    clause: Mapped[str | None]
    params: Mapped[dict[str, Any]]
    definition_id: Mapped[int | None] = mapped_column(ForeignKey("process_definitions.id"))
    digest: Mapped[Key]


class Submission(Table, InPlace):
    """One letter (tờ trình) that carries one or many dossiers to the next office."""

    __tablename__ = "submissions"
    __table_args__ = (UniqueConstraint("from_organisation_id", "number", "signed_on"),)

    id: Mapped[RowId]
    locality_id: Mapped[str] = mapped_column(ForeignKey("localities.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    number: Mapped[str]
    signed_on: Mapped[date]
    from_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    to_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    note: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))

    from_organisation: Mapped[Organisation] = relationship(foreign_keys=[from_organisation_id])
    to_organisation: Mapped[Organisation | None] = relationship(foreign_keys=[to_organisation_id])
    sent_by: Mapped[Person] = relationship(foreign_keys=[sent_by_id])


class SubmissionNomination(Table):
    """A nomination carried by a submission."""

    __tablename__ = "submission_nominations"
    __table_args__ = (Index(None, "nomination_id"),)

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nominations.id"), primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), index=True)

    submission: Mapped[Submission] = relationship()


class Decision(Table, InPlace):
    """One numbered paper that grants awards to one or many nominees of one or many dossiers."""

    __tablename__ = "decisions"
    __table_args__ = (UniqueConstraint("organisation_id", "number", "signed_on"),)

    id: Mapped[RowId]
    locality_id: Mapped[str] = mapped_column(ForeignKey("localities.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    number: Mapped[str]
    signed_on: Mapped[date]
    signer_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    signer_name: Mapped[str]
    clause: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()


class HandOver(Table, InPlace):
    """The recorded passing of nominations to an upper authority: to whom, when, how many sets."""

    __tablename__ = "hand_overs"
    __table_args__ = (Index(None, "dossier_id"),)

    id: Mapped[RowId]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"))
    recipient: Mapped[str]
    document_number: Mapped[str]
    handed_over_on: Mapped[date]
    sets: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    recorded_at: Mapped[datetime]
