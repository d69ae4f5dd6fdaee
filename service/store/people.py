"""Queries over people, seats and sign-ins."""

from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, and_, bindparam, or_, select
from sqlalchemy.orm import joinedload

from service.domain.people import Actor, Seat
from service.store.tables import CandidateGroup, Locality, Membership, Organisation, Person, SignIn
from service.store.work import Work


def find(work: Work, person_id: int) -> Person | None:
    """The person of that id."""
    return work.session.get(Person, person_id)


def lock(work: Work, person: Person) -> None:
    """Reads a person afresh and keeps others from changing them until the Work ends."""
    work.session.refresh(person, with_for_update=True)


def find_by_sign_in_name(work: Work, sign_in_name: str) -> Person | None:
    """The person who signs in under that name."""
    return work.session.scalar(select(Person).where(Person.sign_in_name == sign_in_name))


def find_sign_in(work: Work, token_hash: str) -> SignIn | None:
    """The live session or token with that hash, with its person."""
    found = work.session.scalar(
        select(SignIn).where(SignIn.token_hash == token_hash).options(joinedload(SignIn.person))
    )
    if found is None or found.ended_at is not None or found.expires_at <= work.now:
        return None
    return found if found.person.active else None


def prolong_sign_ins(work: Work, by: timedelta) -> None:
    """Moves the end of every sign-in that holds now: a jump of the demo's clock signs nobody out."""
    holding = select(SignIn).where(SignIn.ended_at.is_(None), SignIn.expires_at > work.now)
    for sign_in in work.session.scalars(holding):
        sign_in.expires_at += by


def actor_of(work: Work, person: Person) -> Actor:
    """The actor with the seats that are valid on the local date of each locality."""
    rows = work.session.execute(
        select(Membership, CandidateGroup, Organisation, Locality.zone)
        .join(CandidateGroup, CandidateGroup.id == Membership.group_id)
        .join(Organisation, Organisation.id == CandidateGroup.organisation_id)
        .join(Locality, Locality.id == Organisation.locality_id)
        .where(Membership.person_id == person.id)
        .order_by(Membership.id)
    )
    seats = tuple(
        Seat(group.id, organisation.id, organisation.locality_id, organisation.function, group.role)
        for membership, group, organisation, zone in rows
        if _valid(membership, work.now.astimezone(ZoneInfo(zone)).date())
    )
    return Actor(person.id, person.name, person.language, person.administrator, seats)


def members(work: Work, group_ids: Iterable[int], on: date) -> list[Person]:
    """The active people who sit in some candidate groups on a local date, each once, in name order."""
    seated = select(Membership.person_id).where(Membership.group_id.in_(list(group_ids)), seated_on(on))
    return list(
        work.session.scalars(
            select(Person).where(Person.active, Person.id.in_(seated)).order_by(Person.sort_key, Person.id)
        )
    )


def is_seated(work: Work, person_id: int, group_id: int, on: date) -> bool:
    """Whether a person is active and sits in a candidate group on a local date."""
    found = select(Membership.id).join(Membership.person)
    holds = (Membership.person_id == person_id, Membership.group_id == group_id, Person.active)
    return work.session.scalar(found.where(*holds, seated_on(on)).limit(1)) is not None


def seated_groups(work: Work, group_ids: Iterable[int], on: date) -> set[int]:
    """Those of some candidate groups in which an active person sits on a local date."""
    return set(work.session.scalars(_SEATED_GROUPS, {"group_ids": list(group_ids), "day": on}))


def seated_on(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Whether a membership holds on a local date; both of its ends are included."""
    return and_(
        or_(Membership.valid_from.is_(None), Membership.valid_from <= day),
        or_(Membership.valid_to.is_(None), Membership.valid_to >= day),
    )


_SEATED_GROUPS = (
    select(Membership.group_id)
    .join(Person, Person.id == Membership.person_id)
    .where(
        Membership.group_id.in_(bindparam("group_ids", expanding=True)),
        Person.active,
        seated_on(bindparam("day", type_=Date)),
    )
    .distinct()
)
"""Built once: building it takes longer than running it."""


def _valid(membership: Membership, today: date) -> bool:
    after_start = membership.valid_from is None or membership.valid_from <= today
    return after_start and (membership.valid_to is None or today <= membership.valid_to)


def memberships(work: Work, person_id: int) -> list[Membership]:
    """All seats a person holds or has held."""
    return list(work.session.scalars(select(Membership).where(Membership.person_id == person_id)))
