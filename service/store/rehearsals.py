"""Queries that a rehearsal asks its own database, and the seats it asks the real one for."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from service.domain.dossiers import DossierStatus
from service.store.people import seated_on
from service.store.tables import (
    CandidateGroup,
    ChecklistItem,
    Dossier,
    HistoryStep,
    Incident,
    Membership,
    Organisation,
    OutgoingMail,
    Person,
    ProcessInstance,
    Reminder,
    Round,
    Timer,
    UserTask,
)
from service.store.work import Work


def seats(work: Work, locality_id: str, on: date) -> dict[int, int]:
    """How many people sit in each candidate group of a locality on a local date; empty groups are absent."""
    counted = (
        select(Membership.group_id, func.count(Membership.id))
        .join(Person, Person.id == Membership.person_id)
        .join(CandidateGroup, CandidateGroup.id == Membership.group_id)
        .join(Organisation, Organisation.id == CandidateGroup.organisation_id)
        .where(Organisation.locality_id == locality_id, Person.active, seated_on(on))
        .group_by(Membership.group_id)
    )
    return {int(group_id): int(number) for group_id, number in work.session.execute(counted)}


def under_way(work: Work, round_id: int) -> dict[int, int]:
    """The dossiers of a round that are neither closed nor withdrawn, with their units."""
    query = (
        select(Dossier.id, Dossier.unit_id)
        .join(ProcessInstance, ProcessInstance.dossier_id == Dossier.id)
        .where(Dossier.round_id == round_id, Dossier.closed_at.is_(None), ProcessInstance.ended.is_(False))
        .order_by(Dossier.id)
    )
    return {int(dossier_id): int(unit_id) for dossier_id, unit_id in work.session.execute(query)}


def units_done(work: Work, round_id: int) -> set[int]:
    """The units whose dossiers of a round have come to an end other than being withdrawn."""
    query = select(Dossier.unit_id).where(
        Dossier.round_id == round_id,
        Dossier.closed_at.is_not(None),
        Dossier.status != DossierStatus.WITHDRAWN.value,
    )
    return set(work.session.scalars(query))


def let_go_of_tasks(work: Work) -> None:
    """No open task is in anybody's hands any more: who held it has stayed behind."""
    work.session.execute(
        update(UserTask)
        .where(UserTask.closed_at.is_(None))
        .values(assignee_id=None, claimed_at=None, owner_id=None, delegation=None)
    )


def take_papers_as_given(work: Work, locality_id: str) -> None:
    """No paper of the checklist holds a dossier up any more."""
    work.session.execute(
        update(ChecklistItem).where(ChecklistItem.locality_id == locality_id).values(required=False)
    )


def count_from_one(work: Work, round_id: int) -> None:
    """The first dossier of a round gets the number 1 again."""
    work.session.execute(update(Round).where(Round.id == round_id).values(dossiers_opened=0))


def next_instant(work: Work) -> datetime | None:
    """When the next reminder or timer falls due, or has fallen due already."""
    reminder = select(func.min(Reminder.fire_at)).where(
        Reminder.fired_at.is_(None), Reminder.cancelled_at.is_(None)
    )
    timer = select(func.min(Timer.due_at)).where(Timer.fired_at.is_(None), Timer.parked.is_(False))
    waiting = (work.session.scalar(reminder), work.session.scalar(timer))
    return min((at for at in waiting if at is not None), default=None)


def tasks_after(work: Work, task_id: int) -> list[UserTask]:
    """The open tasks that came after a task, with their dossiers."""
    return list(
        work.session.scalars(
            select(UserTask)
            .where(UserTask.id > task_id, UserTask.closed_at.is_(None))
            .options(joinedload(UserTask.dossier))
            .order_by(UserTask.id)
        )
    )


def mails_after(work: Work, mail_id: int) -> list[int]:
    """The ids of the mails that came after a mail."""
    return list(
        work.session.scalars(
            select(OutgoingMail.id).where(OutgoingMail.id > mail_id).order_by(OutgoingMail.id)
        )
    )


def all_tasks(work: Work) -> Sequence[UserTask]:
    """Every task there has been, in the order in which they opened."""
    return work.session.scalars(
        select(UserTask)
        .options(
            joinedload(UserTask.group).joinedload(CandidateGroup.organisation), joinedload(UserTask.dossier)
        )
        .order_by(UserTask.id)
    ).all()


def all_steps(work: Work) -> Sequence[HistoryStep]:
    """Every step of every history, in the order of time."""
    return work.session.scalars(select(HistoryStep).order_by(HistoryStep.at, HistoryStep.id)).all()


def all_dossiers(work: Work) -> Sequence[Dossier]:
    """Every dossier, in the order of their numbers."""
    return work.session.scalars(select(Dossier).options(joinedload(Dossier.unit)).order_by(Dossier.id)).all()


def all_incidents(work: Work) -> Sequence[Incident]:
    """Everything that went wrong, in order."""
    return work.session.scalars(select(Incident).order_by(Incident.id)).all()
