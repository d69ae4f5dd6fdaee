"""Who sits where: the offices of a locality with their roles and people, and the changes of seats."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from service.domain.errors import Conflict, Invalid, Message, message
from service.domain.people import SYSTEM, Actor
from service.domain.words import normalise
from service.operations import access, calendars
from service.operations.staff import directories
from service.store import localities, people
from service.store import substitutions as store
from service.store.tables import (
    CandidateGroup,
    Membership,
    MembershipChange,
    Organisation,
    Role,
    Substitution,
)
from service.store.work import Work

WRONG = message("Check the marked fields and send again.")
LONGEST_REASON = 500
MOST_CHANGES = 30


@dataclass(frozen=True, slots=True)
class Sitting:
    """Somebody in a role: now, to come, or past; and whoever stands in for them today."""

    membership: Membership
    state: str
    away: Substitution | None = None


@dataclass(frozen=True, slots=True)
class RoleSeats:
    """One candidate group: the holders of a role in an office."""

    group: CandidateGroup
    role: Role
    sittings: Sequence[Sitting]
    may_seat: bool

    @property
    def empty(self) -> bool:
        """Whether nobody sits here today: its tasks would wait for nobody."""
        return not any(one.state == "now" for one in self.sittings)


@dataclass(frozen=True, slots=True)
class OfficeSeats:
    """An office with its roles."""

    organisation: Organisation
    roles: Sequence[RoleSeats]


def of_locality(work: Work, actor: Actor, locality_id: str) -> list[OfficeSeats]:
    """The offices of a locality with their people, reviewing offices first.

    Raises:
        NotFound: when the actor may not know of the locality.
    """
    access.require_locality(actor, locality_id)
    locality = localities.get(work, locality_id)
    today = calendars.today(work, locality)
    roles, directory = localities.roles(work, locality_id), directories.of(work, locality)
    away = _away(work, locality_id, today)
    sittings: dict[int, list[Sitting]] = {}
    for row in store.memberships_of(work, locality_id):
        absence = away.get((row.person_id, row.group_id))
        sittings.setdefault(row.group_id, []).append(Sitting(row, _state(row, today), absence))
    offices: dict[int, list[RoleSeats]] = {}
    named: dict[int, Organisation] = {}
    for group in localities.groups(work, locality_id):
        named[group.organisation_id] = group.organisation
        head = directory.is_headed_by(group.id)
        offices.setdefault(group.organisation_id, []).append(
            RoleSeats(
                group,
                roles[group.role],
                sittings.get(group.id, []),
                access.may_seat(actor, group, head=head),
            )
        )
    found = [
        OfficeSeats(named[key], sorted(its, key=lambda one: (not one.role.head, one.role.key)))
        for key, its in offices.items()
    ]
    return sorted(found, key=lambda one: (one.organisation.function == "unit", one.organisation.sort_key))


def seat(
    work: Work,
    actor: Actor,
    *,
    person_id: int,
    group_id: int,
    first: date | None,
    last: date | None,
    reason: str,
) -> Membership:
    """Gives somebody a role in an office from one day to another, or changes the days; both are included.

    Without a first day the seat holds since ever, without a last day until further notice.

    Raises:
        NotFound: when there is no such person or role here.
        NotAllowed: when the seats of the role are not the actor's to give.
        Invalid: with the wrong fields.
    """
    group = _open_group(work, actor, group_id)
    wrong: dict[str, Message] = {}
    if people.find(work, person_id) is None:
        wrong["person"] = message("Choose a person.")
    if first is not None and last is not None and last < first:
        wrong["last_day"] = message("The last day lies before the first.")
    words = normalise(reason)
    if not words or len(words) > LONGEST_REASON:
        wrong["reason"] = message("Write why, in at most {most} characters.", most=LONGEST_REASON)
    if wrong:
        raise Invalid(WRONG, wrong)
    row = store.membership(work, person_id, group.id)
    before = row and (row.valid_from, row.valid_to)
    if row is None:
        row = Membership(person_id=person_id, group_id=group.id)
        work.session.add(row)
    elif before == (first, last):
        raise Conflict(message("This person sits there for these days already. Nothing has changed."))
    row.valid_from, row.valid_to = first, last
    work.session.add(
        MembershipChange(
            person_id=person_id,
            group_id=group.id,
            seated=before is not None,
            from_before=before[0] if before else None,
            to_before=before[1] if before else None,
            from_after=first,
            to_after=last,
            reason=words,
            changed_at=work.now,
            changed_by_id=None if actor is SYSTEM else actor.person_id,
        )
    )
    work.session.flush()
    return row


def changes(work: Work, actor: Actor, locality_id: str) -> list[MembershipChange]:
    """The newest changes of the seats that the actor may give."""
    directory = directories.of(work, localities.get(work, locality_id))
    groups = [
        group.id
        for group in localities.groups(work, locality_id)
        if access.may_seat(actor, group, head=directory.is_headed_by(group.id))
    ]
    return store.changes_of(work, groups, MOST_CHANGES) if groups else []


def _open_group(work: Work, actor: Actor, group_id: int) -> CandidateGroup:
    group = store.group(work, group_id)
    access.require_locality(actor, group.organisation.locality_id)
    directory = directories.of(work, localities.get(work, group.organisation.locality_id))
    access.require_seating(actor, group, head=directory.is_headed_by(group.id))
    return group


def _state(row: Membership, today: date) -> str:
    if row.valid_from is not None and row.valid_from > today:
        return "to_come" if row.valid_to is None or row.valid_to >= row.valid_from else "past"
    return "past" if row.valid_to is not None and row.valid_to < today else "now"


def _away(work: Work, locality_id: str, today: date) -> Mapping[tuple[int, int], Substitution]:
    return {
        (row.absent_id, seat.group_id): row
        for row in store.of_locality(work, locality_id, today)
        if row.ended_at is None and row.first_day <= today
        for seat in row.seats
    }
