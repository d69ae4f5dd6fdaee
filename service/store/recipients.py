"""Whom reminders reach, as statements: each gives reminders with their tasks and the people who get them."""

from datetime import date
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    literal,
    literal_column,
    not_,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from service.domain.incidents import IncidentKind
from service.domain.tasks import PENDING
from service.store.people import seated_on, stands_on
from service.store.tables import (
    Ballot,
    CandidateGroup,
    Dossier,
    Incident,
    Locality,
    Membership,
    Person,
    Reminder,
    Substitution,
    SubstitutionSeat,
    UserTask,
)
from service.store.work import Work

Reached = Select[Reminder, UserTask, Person]
Chosen = TypeVar("Chosen", bound=Select[*tuple[Any, ...]])
Group = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
_REMINDED = select(Reminder, UserTask, Person).join(UserTask, UserTask.id == Reminder.task_id)


def voters(chosen: ColumnElement[bool]) -> Reached:
    """Reminders of a vote for those who have not voted yet."""
    return (
        _REMINDED.join(Ballot, Ballot.opinion_id == Reminder.opinion_id)
        .join(Person, Person.id == Ballot.person_id)
        .where(chosen, Ballot.cast_at.is_(None), Person.active)
    )


def held_by_nobody() -> ColumnElement[bool]:
    """Whether the task of a reminder waits to be taken."""
    return exists().where(UserTask.id == Reminder.task_id, UserTask.assignee_id.is_(None))


def holders(work: Work, chosen: ColumnElement[bool]) -> Reached:
    """Reminders for whoever holds the task, as long as they sit in the office that it waits in."""
    query = _REMINDED.join(Person, Person.id == UserTask.assignee_id).where(chosen, Person.active)
    query, day = _dated(work, query)
    return query.where(_sits_there(work, Person.id, day))


def owners(chosen: ColumnElement[bool]) -> Reached:
    """The same for those who have a colleague work on the task and stay responsible for it."""
    return _REMINDED.join(Person, Person.id == UserTask.owner_id).where(chosen, delegated(), Person.active)


def holders_substituted(work: Work, chosen: ColumnElement[bool]) -> Reached:
    """The same for those who stand in for the holder in the office that the task waits in."""
    return substituted(work, chosen, UserTask.group_id).where(
        or_(Substitution.absent_id == UserTask.assignee_id, Substitution.absent_id == UserTask.owner_id)
    )


def substituted(work: Work, chosen: ColumnElement[bool], group: Group) -> Reached:
    """The same for those who stand in for somebody who sits in a group."""
    query = (
        _REMINDED.join(SubstitutionSeat, SubstitutionSeat.group_id == group)
        .join(Substitution, Substitution.id == SubstitutionSeat.substitution_id)
        .join(
            Membership,
            and_(
                Membership.person_id == Substitution.absent_id,
                Membership.group_id == SubstitutionSeat.group_id,
            ),
        )
        .join(Person, Person.id == Substitution.substitute_id)
        .where(chosen, Person.active)
    )
    query, day = _dated(work, query)
    return query.where(stands_on(day), seated_on(day))


def members(work: Work, chosen: ColumnElement[bool], group: Group) -> Reached:
    """Reminders for everybody who sits in a group on the local date of its locality."""
    query = (
        _REMINDED.join(Membership, Membership.group_id == group)
        .join(Person, Person.id == Membership.person_id)
        .where(chosen, Person.active)
    )
    query, day = _dated(work, query)
    return query.where(seated_on(day))


def unheld(work: Work, chosen: ColumnElement[bool]) -> Select[int]:
    """Those of some reminders whose task nobody holds who is still there: what they leave lying is the
    whole office's.
    """
    query = (
        select(Reminder.id)
        .join(UserTask, UserTask.id == Reminder.task_id)
        .outerjoin(Person, and_(Person.id == UserTask.assignee_id, Person.active))
        .where(chosen)
    )
    query, day = _dated(work, query)
    return query.where(or_(Person.id.is_(None), not_(_sits_there(work, Person.id, day))))


def unheard(work: Work, chosen: ColumnElement[bool], group: Group) -> Select[*tuple[Any, ...]]:
    """An incident for each of some reminders to a group in which nobody sits."""
    query = (
        select(
            literal(IncidentKind.UNHEARD_REMINDER.value),
            UserTask.dossier_id,
            Reminder.rule_key,
            literal(work.now, Incident.opened_at.type),
        )
        .join(UserTask, UserTask.id == Reminder.task_id)
        .where(chosen)
    )
    query, day = _dated(work, query)
    member = exists().where(
        Membership.group_id == group, Person.id == Membership.person_id, Person.active, seated_on(day)
    )
    return query.where(not_(member))


def _sits_there(work: Work, person_id: Group, day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Whether somebody sits in the group of a task; whom it is delegated to, in any group of its office."""
    theirs = (Membership.person_id == person_id, seated_on(day))
    own, asked = aliased(CandidateGroup), aliased(CandidateGroup)
    beside = (
        select(Membership.id)
        .join(own, own.id == Membership.group_id)
        .join(asked, asked.organisation_id == own.organisation_id)
        .where(asked.id == UserTask.group_id, *theirs)
    )
    if work.on_postgresql:
        # Read once and hashed. Asked holder by holder, it took a tenth of the statement; joined, PostgreSQL
        # would take it for rare that a holder sits where the task waits, and walk through all open tasks.
        seats = select(Membership.group_id, Membership.person_id).where(seated_on(day))
        sits: ColumnElement[bool] = tuple_(UserTask.group_id, person_id).in_(seats)
    else:
        # That the task is the reminder's is said again, lest it be asked of the tasks of all other reminders.
        seat = select(Membership.id).where(
            Membership.group_id == UserTask.group_id, Reminder.task_id == UserTask.id, *theirs
        )
        sits = seat.exists()
    return or_(sits, and_(delegated(), beside.exists()))


def delegated() -> ColumnElement[bool]:
    """Whether a colleague works on a task; said as its index says it, for there are few."""
    return and_(UserTask.closed_at.is_(None), UserTask.delegation == literal_column(f"'{PENDING}'"))


def _dated(work: Work, query: Chosen) -> tuple[Chosen, date | ColumnElement[date]]:
    """The local date of the Work: one for all, or by locality when their dates differ now."""
    dates = {
        locality_id: work.now.astimezone(ZoneInfo(zone)).date()
        for locality_id, zone in work.session.execute(select(Locality.id, Locality.zone))
    }
    if len(set(dates.values())) == 1:
        return query, next(iter(dates.values()))
    joined = query.join(Dossier, Dossier.id == UserTask.dossier_id)
    return joined, case(dates, value=Dossier.locality_id)
