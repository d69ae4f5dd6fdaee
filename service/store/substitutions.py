"""Queries over substitutions, memberships and their changes."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload, selectinload

from service.domain.errors import NotFound, message
from service.domain.people import Actor
from service.domain.substitutions import Standing
from service.store.people import seated_on
from service.store.tables import (
    CandidateGroup,
    Membership,
    MembershipChange,
    Organisation,
    Person,
    Substitution,
    SubstitutionSeat,
)
from service.store.work import Work


def get(work: Work, substitution_id: int, *, locked: bool = False) -> Substitution:
    """One substitution with its people and roles; `locked`, its row is until the Work ends.

    Raises:
        NotFound: when there is none.
    """
    found = work.session.get(
        Substitution, substitution_id, with_for_update=locked or None, populate_existing=locked
    )
    if found is None:
        raise NotFound(message("There is no such absence."))
    return found


def lock_people(work: Work, person_ids: Iterable[int]) -> dict[int, Person]:
    """Some active people, locked in the order of their ids: entries about them come one after the other."""
    found = work.session.scalars(
        select(Person)
        .where(Person.id.in_(sorted(set(person_ids))), Person.active)
        .order_by(Person.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {person.id: person for person in found}


def standing_of(work: Work, person_ids: Collection[int], today: date) -> list[Standing]:
    """The substitutions, now or to come, in which any of some people is away or stands in."""
    return [
        Standing(
            row.absent_id,
            row.substitute_id,
            row.first_day,
            row.last_day,
            frozenset(seat.group_id for seat in row.seats),
            row.absent.name,
            row.substitute.name,
        )
        for row in _rows(
            work,
            or_(Substitution.absent_id.in_(person_ids), Substitution.substitute_id.in_(person_ids)),
            Substitution.ended_at.is_(None),
            Substitution.last_day >= today,
        )
    ]


def of_locality(work: Work, locality_id: str, since: date) -> list[Substitution]:
    """The substitutions for seats of a locality that last or lasted to a day or longer, soonest first."""
    return _rows(work, _touches(locality_id), Substitution.last_day >= since)


def of_person(work: Work, actor: Actor) -> list[Substitution]:
    """Those in which somebody is or was away or stands in, soonest first."""
    mine = or_(Substitution.absent_id == actor.person_id, Substitution.substitute_id == actor.person_id)
    return _rows(work, mine)


def seats_of(work: Work, person_id: int, on: date) -> list[Membership]:
    """The seats of somebody that hold on a local date or will, with their offices."""
    return list(
        work.session.scalars(
            select(Membership)
            .where(
                Membership.person_id == person_id,
                or_(Membership.valid_to.is_(None), Membership.valid_to >= on),
            )
            .options(joinedload(Membership.group).joinedload(CandidateGroup.organisation))
            .order_by(Membership.id)
        )
    )


def memberships_of(work: Work, locality_id: str) -> list[Membership]:
    """All seats of a locality, past and to come, with their people, in name order."""
    return list(
        work.session.scalars(
            select(Membership)
            .join(Membership.person)
            .join(Membership.group)
            .join(CandidateGroup.organisation)
            .where(Organisation.locality_id == locality_id, Person.active)
            .options(joinedload(Membership.person))
            .order_by(Person.sort_key, Membership.id)
        )
    )


def membership(work: Work, person_id: int, group_id: int) -> Membership | None:
    """The seat of somebody in a group, past and to come."""
    return work.session.scalar(
        select(Membership).where(Membership.person_id == person_id, Membership.group_id == group_id)
    )


def group(work: Work, group_id: int) -> CandidateGroup:
    """A candidate group with its office.

    Raises:
        NotFound: when there is none.
    """
    found = work.session.scalar(
        select(CandidateGroup)
        .where(CandidateGroup.id == group_id)
        .options(joinedload(CandidateGroup.organisation))
    )
    if found is None:
        raise NotFound(message("There is no such role in an office here."))
    return found


def changes_of(work: Work, group_ids: Collection[int], limit: int) -> list[MembershipChange]:
    """The newest changes of seats in some groups."""
    return list(
        work.session.scalars(
            select(MembershipChange)
            .where(MembershipChange.group_id.in_(group_ids))
            .options(joinedload(MembershipChange.person), joinedload(MembershipChange.changed_by))
            .order_by(MembershipChange.id.desc())
            .limit(limit)
        )
    )


def people_of(work: Work, locality_id: str | None = None) -> list[Person]:
    """The active people, of one locality those who sit or have sat in it, in name order."""
    query = select(Person).where(Person.active).order_by(Person.sort_key, Person.id)
    if locality_id is not None:
        seated = (
            select(Membership.person_id)
            .join(Membership.group)
            .join(CandidateGroup.organisation)
            .where(Organisation.locality_id == locality_id)
        )
        query = query.where(Person.id.in_(seated))
    return list(work.session.scalars(query))


def seated_at(work: Work, organisation_ids: Collection[int], on: date) -> list[Person]:
    """The active people who sit in any of some offices on a local date, in name order."""
    seated = (
        select(Membership.person_id)
        .join(Membership.group)
        .where(CandidateGroup.organisation_id.in_(organisation_ids), seated_on(on))
    )
    return list(
        work.session.scalars(
            select(Person).where(Person.active, Person.id.in_(seated)).order_by(Person.sort_key, Person.id)
        )
    )


def _touches(locality_id: str) -> ColumnElement[bool]:
    return (
        select(SubstitutionSeat.group_id)
        .join(CandidateGroup, CandidateGroup.id == SubstitutionSeat.group_id)
        .join(Organisation, Organisation.id == CandidateGroup.organisation_id)
        .where(SubstitutionSeat.substitution_id == Substitution.id, Organisation.locality_id == locality_id)
        .exists()
    )


def _rows(work: Work, *conditions: ColumnElement[bool]) -> list[Substitution]:
    return list(
        work.session.scalars(
            select(Substitution)
            .where(*conditions)
            .options(
                joinedload(Substitution.absent),
                joinedload(Substitution.substitute),
                selectinload(Substitution.seats)
                .joinedload(SubstitutionSeat.group)
                .joinedload(CandidateGroup.organisation),
            )
            .order_by(Substitution.first_day, Substitution.id)
        )
    )
