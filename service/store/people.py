"""Queries over people, seats and sign-ins."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    column,
    null,
    nulls_first,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from service.domain.labels import Label
from service.domain.people import Absent, Actor, Seat
from service.store.tables import (
    CandidateGroup,
    Locality,
    Membership,
    Organisation,
    Person,
    Role,
    SignIn,
    Substitution,
    SubstitutionSeat,
)
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
    """The live session or token with that hash."""
    return work.session.scalar(
        select(SignIn).where(
            SignIn.token_hash == token_hash, SignIn.ended_at.is_(None), SignIn.expires_at > work.now
        )
    )


def end_sign_ins(work: Work, person_id: int, but: str = "") -> None:
    """Ends all sessions and tokens of a person that hold now, `but` the one with that hash."""
    holding = select(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    for sign_in in work.session.scalars(holding.where(SignIn.token_hash != but)):
        sign_in.ended_at = work.now


def prolong_sign_ins(work: Work, by: timedelta) -> None:
    """Moves the end of every sign-in that holds now: a jump of the demo's clock signs nobody out."""
    holding = select(SignIn).where(SignIn.ended_at.is_(None), SignIn.expires_at > work.now)
    for sign_in in work.session.scalars(holding):
        sign_in.expires_at += by


def identified(work: Work, token_hash: str) -> Actor | None:
    """The actor behind the live session or token with that hash, in one query: every request asks."""
    asked = {"token_hash": token_hash, "now": work.now, "yesterday": _yesterday(work)}
    rows = work.session.execute(_IDENTIFIED, asked).all()
    if not rows:
        return None
    owner = rows[0]
    seats = _valid_seats((row for row in rows if row.membership_id is not None), work.now)
    return Actor(owner.person_id, owner.name, owner.language, owner.administrator, seats)


def actor_of(work: Work, person: Person) -> Actor:
    """The actor with the seats that are valid on the local date of each locality.

    The seats of those for whom they stand in that day come along, in the same query.
    """
    rows = work.session.execute(_SEATS, {"person_id": person.id, "yesterday": _yesterday(work)})
    seats = _valid_seats(rows, work.now)
    return Actor(person.id, person.name, person.language, person.administrator, seats)


def _yesterday(work: Work) -> date:
    """Of all zones, the earliest local date."""
    return work.now.date() - timedelta(days=1)


def _valid_seats(rows: Iterable[Row[*tuple[Any, ...]]], now: datetime) -> tuple[Seat, ...]:
    seats: list[Seat] = []
    for row in rows:
        today = now.astimezone(ZoneInfo(row.zone)).date()
        if not _valid(row.valid_from, row.valid_to, today):
            continue
        absent = None
        if row.absent_id is not None:
            if not row.first_day <= today <= row.last_day:
                continue
            absent = Absent(row.absent_id, row.absent_name)
        office = Label(row.name_vi, row.name_en)
        where = row.group_id, row.organisation_id, office, row.locality_id
        seats.append(Seat(*where, row.function, row.role, row.head, absent))
    return tuple(seats)


def members(work: Work, group_ids: Iterable[int], on: date) -> list[Person]:
    """The active people who sit in some candidate groups on a local date, each once, in name order."""
    seated = select(Membership.person_id).where(Membership.group_id.in_(list(group_ids)), seated_on(on))
    return list(
        work.session.scalars(
            select(Person).where(Person.active, Person.id.in_(seated)).order_by(Person.sort_key, Person.id)
        )
    )


def readers(work: Work, group_ids: Iterable[int], on: date) -> list[Person]:
    """Who gets the mail of candidate groups on a local date: their members and who stands in for one."""
    return list(work.session.scalars(_READERS, {"group_ids": list(group_ids), "day": on}))


def readers_for(work: Work, person_id: int, group_id: int, on: date) -> list[Person]:
    """Who gets somebody's mail about a task of a group on a local date: also whoever stands in for them."""
    standing = (
        select(Substitution.substitute_id)
        .join(SubstitutionSeat, SubstitutionSeat.substitution_id == Substitution.id)
        .where(Substitution.absent_id == person_id, SubstitutionSeat.group_id == group_id, stands_on(on))
    )
    chosen = or_(Person.id == person_id, Person.id.in_(standing))
    return list(work.session.scalars(select(Person).where(Person.active, chosen).order_by(Person.id)))


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


def stands_on(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Whether a substitution holds on a local date; both of its ends are included."""
    return and_(Substitution.ended_at.is_(None), Substitution.first_day <= day, Substitution.last_day >= day)


# What every step asks is built once: building a statement takes longer than running it.
_GROUPS, _DAY = bindparam("group_ids", expanding=True), bindparam("day", type_=Date)
_SEATED_GROUPS = (
    select(Membership.group_id)
    .join(Person, Person.id == Membership.person_id)
    .where(Membership.group_id.in_(_GROUPS), Person.active, seated_on(_DAY))
    .distinct()
)
_STANDING_IN = (
    select(Substitution.substitute_id)
    .join(SubstitutionSeat, SubstitutionSeat.substitution_id == Substitution.id)
    .join(
        Membership,
        and_(
            Membership.person_id == Substitution.absent_id,
            Membership.group_id == SubstitutionSeat.group_id,
        ),
    )
    .where(SubstitutionSeat.group_id.in_(_GROUPS), stands_on(_DAY), seated_on(_DAY))
)
_READERS = (
    select(Person)
    .where(
        Person.active,
        Person.id.in_(
            select(Membership.person_id)
            .where(Membership.group_id.in_(_GROUPS), seated_on(_DAY))
            .union_all(_STANDING_IN)
        ),
    )
    .order_by(Person.sort_key, Person.id)
)
_Absent = aliased(Person)
_HELD = (
    Membership.id.label("membership_id"),
    Membership.group_id,
    Membership.valid_from,
    Membership.valid_to,
)


def _seats_of(person_id: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
    """The seats of a person and those they fill for others.

    Where a seat is, is joined once to both: PostgreSQL would plan nine tables joined at once for 13 ms.
    """
    own = select(
        *_HELD,
        cast(null(), Date).label("first_day"),
        cast(null(), Date).label("last_day"),
        cast(null(), BigInteger).label("absent_id"),
        cast(null(), Text).label("absent_name"),
    ).where(Membership.person_id == person_id)
    substituted = (
        select(*_HELD, Substitution.first_day, Substitution.last_day, _Absent.id, _Absent.name)
        .select_from(Substitution)
        .join(SubstitutionSeat, SubstitutionSeat.substitution_id == Substitution.id)
        .join(_Absent, and_(_Absent.id == Substitution.absent_id, _Absent.active))
        .join(
            Membership,
            and_(Membership.person_id == _Absent.id, Membership.group_id == SubstitutionSeat.group_id),
        )
        .where(
            Substitution.substitute_id == person_id,
            Substitution.ended_at.is_(None),
            Substitution.last_day >= bindparam("yesterday", type_=Date),
        )
    )
    held = union_all(own, substituted).subquery("held")
    return (
        select(
            held,
            Organisation.id.label("organisation_id"),
            Organisation.name_vi,
            Organisation.name_en,
            Organisation.locality_id,
            Organisation.function,
            CandidateGroup.role,
            Role.head,
            Locality.zone,
        )
        .select_from(held)
        .join(CandidateGroup, CandidateGroup.id == held.c.group_id)
        .join(Organisation, Organisation.id == CandidateGroup.organisation_id)
        .join(Locality, Locality.id == Organisation.locality_id)
        .join(Role, and_(Role.locality_id == Organisation.locality_id, Role.key == CandidateGroup.role))
    )


def _own_first(seats: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return seats.order_by(nulls_first(column("absent_id")), column("membership_id"))


_SEATS = _own_first(_seats_of(bindparam("person_id", type_=BigInteger)))
_owner = (
    select(SignIn.person_id, Person.name, Person.language, Person.administrator)
    .join(SignIn.person)
    .where(
        SignIn.token_hash == bindparam("token_hash"),
        SignIn.ended_at.is_(None),
        SignIn.expires_at > bindparam("now"),
        Person.active,
    )
    .cte("owner")
)
_seats = _seats_of(select(_owner.c.person_id).scalar_subquery()).subquery("seats")
_IDENTIFIED = _own_first(select(_owner, _seats).select_from(_owner).outerjoin(_seats, true()))


def _valid(first: date | None, last: date | None, today: date) -> bool:
    return (first is None or first <= today) and (last is None or today <= last)


def memberships(work: Work, person_id: int) -> list[Membership]:
    """All seats a person holds or has held."""
    return list(work.session.scalars(select(Membership).where(Membership.person_id == person_id)))
