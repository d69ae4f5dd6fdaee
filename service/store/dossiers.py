"""Queries over dossiers, their instances, nominations, papers and history."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import cast

from sqlalchemy import ColumnElement, CursorResult, Table, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import get_history, set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from service.domain.access import reach_of
from service.domain.errors import NotFound, message
from service.domain.people import Actor
from service.store.tables import (
    Attachment,
    Decision,
    Dossier,
    HandOver,
    HistoryStep,
    Nomination,
    NominationVerdict,
    ProcessInstance,
    Round,
    Submission,
    SubmissionNomination,
)
from service.store.work import Work

NO_DOSSIER = message("There is no such dossier, or it belongs to another office or locality.")
NO_TASK = message("There is no such task, or it belongs to another office or locality.")


# What every completion asks is built once: building a statement takes longer than running it.
_LOCKING = (
    select(Dossier)
    # The key is left alone, so that rows which only refer to the dossier (a mail in the outbox) can be
    # written meanwhile: a sweep of reminders neither waits for reviewers nor they for it.
    .with_for_update(of=Dossier, key_share=True)
    .options(joinedload(Dossier.round, innerjoin=True).joinedload(Round.locality, innerjoin=True))
    .execution_options(populate_existing=True)
)
_LOCK = _LOCKING.where(Dossier.id == bindparam("dossier_id")).options(
    joinedload(Dossier.unit, innerjoin=True)
)
_INSTANCE = (
    select(ProcessInstance)
    .where(ProcessInstance.dossier_id == bindparam("dossier_id"))
    .options(joinedload(ProcessInstance.definition, innerjoin=True))
    .execution_options(populate_existing=True)
)
_dossiers = cast(Table, Dossier.__table__)
_WRITE_VERSION = (
    update(_dossiers)
    .where(_dossiers.c.id == bindparam("its_id"), _dossiers.c.version == bindparam("version_before"))
    .values(version=bindparam("version_now"), head_digest=bindparam("digest_now"))
)


def lock(work: Work, dossier_id: int) -> Dossier:
    """The dossier with its row locked until the Work ends, read afresh.

    Everything that changes a dossier, its process or its tasks goes through this lock.

    Raises:
        NotFound: when there is none.
    """
    found = work.session.scalar(_LOCK, {"dossier_id": dossier_id})
    if found is None:
        raise NotFound(NO_DOSSIER)
    return found


def write_versions(work: Work, dossiers: Sequence[Dossier]) -> None:
    """Writes the new versions of many locked dossiers at once, with the same guard that one has.

    One by one, the guard would cost a statement for each.

    Raises:
        Overtaken: when somebody else has changed one of them.
    """
    if len(dossiers) == 1:
        return
    changed = [
        (dossier, int(before[0]))
        for dossier in dossiers
        if (before := get_history(dossier, "version").deleted)
    ]
    if not changed:
        return
    written = work.session.execute(
        _WRITE_VERSION,
        [
            {
                "its_id": dossier.id,
                "version_before": before,
                "version_now": dossier.version,
                "digest_now": dossier.head_digest,
            }
            for dossier, before in changed
        ],
    )
    if cast(CursorResult[object], written).rowcount != len(changed):
        raise StaleDataError("the version of a dossier is another one than was read")
    for dossier, _ in changed:
        set_committed_value(dossier, "version", dossier.version)
        set_committed_value(dossier, "head_digest", dossier.head_digest)


def get(work: Work, dossier_id: int) -> Dossier:
    """The dossier with its round, unit and nominations, for reading.

    Raises:
        NotFound: when there is none.
    """
    found = work.session.scalar(
        select(Dossier)
        .where(Dossier.id == dossier_id)
        .options(
            joinedload(Dossier.round),
            joinedload(Dossier.unit),
            joinedload(Dossier.nominations).joinedload(Nomination.award),
        )
    )
    if found is None:
        raise NotFound(NO_DOSSIER)
    return found


def by_code(work: Work, code: str) -> Dossier | None:
    """The dossier with that very code."""
    return work.session.scalar(
        select(Dossier)
        .where(Dossier.code == code)
        .options(joinedload(Dossier.round).joinedload(Round.locality))
    )


def instance(work: Work, dossier_id: int) -> ProcessInstance:
    """The process instance of a dossier, with its definition (without the XML)."""
    return work.session.scalars(_INSTANCE, {"dossier_id": dossier_id}).one()


def running_in_round(work: Work, round_id: int, unit_id: int | None = None) -> list[int]:
    """The ids of the round's dossiers whose process has not ended, of one unit if one is named."""
    query = (
        select(Dossier.id)
        .join(ProcessInstance, ProcessInstance.dossier_id == Dossier.id)
        .where(Dossier.round_id == round_id, ProcessInstance.ended.is_(False))
        .order_by(Dossier.id)
    )
    return list(work.session.scalars(query if unit_id is None else query.where(Dossier.unit_id == unit_id)))


def visible(
    work: Work,
    actor: Actor,
    *,
    kind: str,
    text: str = "",
    status: str | None = None,
    before_id: int | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[Dossier]:
    """The dossiers of a kind that an actor may see, newest first, filtered by an accent-free text.

    `before_id` is the last id of the page before: the way to read on that costs the same on every page.
    """
    query = (
        select(Dossier)
        .where(may_see(actor), Dossier.kind == kind)
        .options(joinedload(Dossier.round), joinedload(Dossier.unit))
        .order_by(Dossier.id.desc())
        .limit(limit)
        .offset(offset)
    )
    if text:
        query = query.where(Dossier.search_key.contains(text, autoescape=True))
    if status:
        query = query.where(Dossier.status == status)
    if before_id is not None:
        query = query.where(Dossier.id < before_id)
    return list(work.session.scalars(query))


def may_see(actor: Actor) -> ColumnElement[bool]:
    """`Reach.sees_dossier` as a condition."""
    reach = reach_of(actor)
    if reach.everything:
        return Dossier.id.is_not(None)
    return or_(
        Dossier.unit_id.in_(reach.organisation_ids),
        and_(Dossier.locality_id.in_(reach.reviewed), Dossier.submitted_at.is_not(None)),
    )


def nominations(work: Work, dossier_ids: Iterable[int]) -> list[Nomination]:
    """The nominations of some dossiers with their awards, in order."""
    return list(
        work.session.scalars(
            select(Nomination)
            .where(Nomination.dossier_id.in_(list(dossier_ids)))
            .options(joinedload(Nomination.award))
            .order_by(Nomination.dossier_id, Nomination.position)
        )
    )


def verdicts(work: Work, dossier_id: int) -> list[NominationVerdict]:
    """All verdicts ever given on the nominations of a dossier, oldest first."""
    return list(
        work.session.scalars(
            select(NominationVerdict)
            .join(Nomination, Nomination.id == NominationVerdict.nomination_id)
            .where(Nomination.dossier_id == dossier_id)
            .order_by(NominationVerdict.id)
        )
    )


def attachments(work: Work, dossier_id: int) -> list[Attachment]:
    """The present attachments of a dossier, oldest first."""
    return list(
        work.session.scalars(
            select(Attachment)
            .where(Attachment.dossier_id == dossier_id, Attachment.removed_at.is_(None))
            .options(joinedload(Attachment.uploaded_by))
            .order_by(Attachment.id)
        )
    )


def attachment(work: Work, dossier_id: int, attachment_id: int) -> Attachment:
    """One present attachment of that very dossier.

    Raises:
        NotFound: when it is not there, or belongs to another dossier.
    """
    found = work.session.get(Attachment, attachment_id)
    if found is None or found.dossier_id != dossier_id or found.removed_at is not None:
        raise NotFound(message("There is no such file in this dossier."))
    return found


def history_since(work: Work, dossier_id: int, position: int) -> list[HistoryStep]:
    """The steps of a dossier's history after a position, oldest first."""
    return list(
        work.session.scalars(
            select(HistoryStep)
            .where(HistoryStep.dossier_id == dossier_id, HistoryStep.position > position)
            .order_by(HistoryStep.position)
        )
    )


def history(work: Work, dossier_id: int) -> list[HistoryStep]:
    """The whole history of a dossier, oldest first."""
    return list(
        work.session.scalars(
            select(HistoryStep).where(HistoryStep.dossier_id == dossier_id).order_by(HistoryStep.position)
        )
    )


def submissions_of(work: Work, dossier_id: int) -> list[Submission]:
    """The letters that have carried nominations of a dossier, oldest first."""
    carried = select(SubmissionNomination.submission_id).where(SubmissionNomination.dossier_id == dossier_id)
    return list(
        work.session.scalars(
            select(Submission)
            .where(Submission.id.in_(carried))
            .options(joinedload(Submission.from_organisation), joinedload(Submission.to_organisation))
            .order_by(Submission.id)
        )
    )


def submission(work: Work, submission_id: int) -> Submission | None:
    """One letter."""
    return work.session.scalar(
        select(Submission)
        .where(Submission.id == submission_id)
        .options(
            joinedload(Submission.from_organisation),
            joinedload(Submission.to_organisation),
            joinedload(Submission.sent_by),
        )
    )


def carried_by(work: Work, submission_id: int) -> list[Nomination]:
    """The nominations that a letter carries, by dossier."""
    return list(
        work.session.scalars(
            select(Nomination)
            .join(SubmissionNomination, SubmissionNomination.nomination_id == Nomination.id)
            .where(SubmissionNomination.submission_id == submission_id)
            .options(joinedload(Nomination.award), joinedload(Nomination.dossier).joinedload(Dossier.unit))
            .order_by(Nomination.dossier_id, Nomination.position)
        )
    )


def decision(work: Work, decision_id: int) -> Decision | None:
    """One decision."""
    return work.session.scalar(
        select(Decision).where(Decision.id == decision_id).options(joinedload(Decision.organisation))
    )


def granted_by(work: Work, decision_id: int) -> list[Nomination]:
    """The nominations that a decision grants, by dossier."""
    return list(
        work.session.scalars(
            select(Nomination)
            .where(Nomination.decision_id == decision_id)
            .options(joinedload(Nomination.award), joinedload(Nomination.dossier).joinedload(Dossier.unit))
            .order_by(Nomination.dossier_id, Nomination.position)
        )
    )


def decisions_of(work: Work, ids: Sequence[int]) -> list[Decision]:
    """Some decisions, oldest first."""
    return list(work.session.scalars(select(Decision).where(Decision.id.in_(ids)).order_by(Decision.id)))


def hand_overs(work: Work, dossier_id: int) -> list[HandOver]:
    """The recorded hand-overs of a dossier."""
    return list(
        work.session.scalars(select(HandOver).where(HandOver.dossier_id == dossier_id).order_by(HandOver.id))
    )


def count_by_status(work: Work, kind: str | None = None) -> dict[str, int]:
    """How many dossiers stand in each status, of one kind or of all."""
    query = select(Dossier.status, func.count()).group_by(Dossier.status)
    rows = work.session.execute(query if kind is None else query.where(Dossier.kind == kind))
    return {str(status): int(number) for status, number in rows}


def submission_exists(work: Work, organisation_id: int, number: str, signed_on: date) -> bool:
    """Whether the office has already sent a letter under that number and date."""
    return (
        work.session.scalar(
            select(Submission.id).where(
                Submission.from_organisation_id == organisation_id,
                Submission.number == number,
                Submission.signed_on == signed_on,
            )
        )
        is not None
    )


def decision_exists(work: Work, organisation_id: int, number: str, signed_on: date) -> bool:
    """Whether the authority has already signed a decision under that number and date."""
    return (
        work.session.scalar(
            select(Decision.id).where(
                Decision.organisation_id == organisation_id,
                Decision.number == number,
                Decision.signed_on == signed_on,
            )
        )
        is not None
    )


def was_carried(work: Work, nomination_id: int) -> bool:
    """Whether any submission has carried a nomination."""
    return (
        work.session.scalar(
            select(SubmissionNomination.submission_id)
            .where(SubmissionNomination.nomination_id == nomination_id)
            .limit(1)
        )
        is not None
    )
