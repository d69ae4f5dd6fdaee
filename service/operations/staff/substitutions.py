"""Substitution: somebody is away from one day to another, and a colleague acts in their place.

Nothing has to be undone when it ends: tasks stay in the hands of whoever is away, and the substitute fills
their seats for as long as the days last. A council's ballot is personal and is never filled for somebody.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from service.domain.errors import Conflict, Invalid, NotFound, message
from service.domain.organisations import Function
from service.domain.people import SYSTEM, Actor
from service.domain.substitutions import WRONG, Standing, check
from service.domain.words import normalise
from service.operations import access, calendars
from service.store import localities, people
from service.store import substitutions as store
from service.store.tables import Locality, Membership, OutgoingMail, Person, Substitution, SubstitutionSeat
from service.store.work import Work

LONGEST_REASON = 500
SHOWN_BEFORE = 30
"""How many of the newest ended absences a page shows."""


@dataclass(frozen=True, slots=True)
class Away:
    """An absence as it is entered: both days are local and included; `group_ids` None means all roles."""

    absent_id: int
    substitute_id: int
    first_day: date
    last_day: date
    reason: str
    group_ids: Collection[int] | None = None


def enter(work: Work, actor: Actor, locality_id: str, away: Away) -> Substitution:
    """Enters an absence; the substitute acts from its first day on, by itself, and both are told by mail.

    A substitute is of the same office. Only an administrator takes one from another reviewing office, for
    offices with a single person; nobody of a proposing unit ever reviews.

    Raises:
        Invalid: with the wrong fields: one's own substitute, days that have passed or meet another absence.
        NotAllowed: when it is not the actor's to say.
        NotFound: when there is no such person.
    """
    access.require_locality(actor, locality_id)
    locality = localities.get(work, locality_id)
    today = calendars.today(work, locality)
    known = store.lock_people(work, [away.absent_id, away.substitute_id])
    absent, substitute = known.get(away.absent_id), known.get(away.substitute_id)
    if absent is None:
        raise NotFound(message("There is no such person."))
    seats = fillable(work, absent.id, locality_id, today)
    if actor.person_id != absent.id:
        access.require_absence(actor, absent.id, {seat.group.organisation_id for seat in seats})
    reason = normalise(away.reason)
    if not reason or len(reason) > LONGEST_REASON:
        text = message("Write why, in at most {most} characters.", most=LONGEST_REASON)
        raise Invalid(WRONG, {"reason": text})
    if substitute is None:
        raise Invalid(WRONG, {"substitute": message("Choose a colleague.")})
    wanted = _wanted(away, seats)
    check(
        wanted,
        store.standing_of(work, [absent.id, substitute.id], today),
        today,
        {seat.group_id for seat in seats},
    )
    chosen = [seat for seat in seats if seat.group_id in wanted.group_ids]
    if substitute.id not in {one.id for one in eligible(work, actor, locality, absent.id, chosen)}:
        text = message("Choose somebody of the same office; an administrator may choose from another one.")
        raise Invalid(WRONG, {"substitute": text})
    row = Substitution(
        absent_id=absent.id,
        substitute_id=substitute.id,
        first_day=away.first_day,
        last_day=away.last_day,
        reason=reason,
        entered_at=work.now,
        entered_by_id=None if actor is SYSTEM else actor.person_id,
        seats=[SubstitutionSeat(group_id=group_id) for group_id in sorted(wanted.group_ids)],
    )
    work.session.add(row)
    work.session.flush()
    _tell(work, row, "begun", [absent, substitute])
    return row


def end(work: Work, actor: Actor, substitution_id: int) -> Substitution:
    """Ends an absence before its last day: from now on the substitute acts for themselves alone.

    Raises:
        NotFound: when there is none.
        Conflict: when it has ended already.
        NotAllowed: when it is not the actor's to say.
    """
    row = store.get(work, substitution_id, locked=True)
    access.require_locality(actor, row.seats[0].group.organisation.locality_id)
    if actor.person_id not in {row.absent_id, row.substitute_id}:
        offices = {seat.group.organisation_id for seat in row.seats}
        access.require_locality(actor, row.seats[0].group.organisation.locality_id)
        access.require_absence(actor, row.absent_id, offices)
    locality = localities.get(work, row.seats[0].group.organisation.locality_id)
    if row.ended_at is not None or row.last_day < calendars.today(work, locality):
        raise Conflict(message("This absence has ended already."))
    row.ended_at, row.ended_by_id = work.now, None if actor is SYSTEM else actor.person_id
    _tell(work, row, "ended", [row.absent, row.substitute])
    return row


def list_for(work: Work, actor: Actor, locality_id: str) -> list[Substitution]:
    """The absences of a locality that last or come, and one's own past ones.

    Raises:
        NotFound: when the actor may not know of the locality.
    """
    access.require_locality(actor, locality_id)
    today = calendars.today(work, localities.get(work, locality_id))
    return [row for row in store.of_locality(work, locality_id, today) if row.ended_at is None]


def past_of(work: Work, actor: Actor) -> list[Substitution]:
    """The absences that somebody took part in and that have ended, the newest first."""
    ended = [
        row
        for row in store.of_person(work, actor)
        if row.ended_at is not None or row.last_day < _today(work, row)
    ]
    return ended[::-1][:SHOWN_BEFORE]


def _today(work: Work, row: Substitution) -> date:
    return calendars.today(work, localities.get(work, row.seats[0].group.organisation.locality_id))


def may_end(actor: Actor, row: Substitution) -> bool:
    """Whether ending it early is the actor's to say."""
    if actor.person_id in {row.absent_id, row.substitute_id}:
        return True
    return access.may_enter_absence(actor, row.absent_id, {seat.group.organisation_id for seat in row.seats})


def reason_told(actor: Actor, row: Substitution) -> str | None:
    """Why somebody is away, for those whom the form names: the two, their office, administrators.

    None for everybody else of the locality, who only need to know who stands in.
    """
    offices = {seat.group.organisation_id for seat in row.seats}
    colleague = any(seat.organisation_id in offices and seat.absent is None for seat in actor.seats)
    concerned = actor.person_id in {row.absent_id, row.substitute_id}
    return row.reason if concerned or colleague or actor.administrator or actor is SYSTEM else None


def fillable(work: Work, person_id: int, locality_id: str, on: date) -> list[Membership]:
    """The seats of somebody that a substitute may fill: all but a council's, whose ballot is personal."""
    return [
        seat
        for seat in store.seats_of(work, person_id, on)
        if seat.group.organisation.locality_id == locality_id
        and seat.group.organisation.function != Function.COUNCIL
    ]


def eligible(
    work: Work, actor: Actor, locality: Locality, absent_id: int, seats: Sequence[Membership]
) -> list[Person]:
    """Who may stand in for somebody in some seats, in name order."""
    today = calendars.today(work, locality)
    offices = [seat.group.organisation for seat in seats]
    if access.administers(actor) and all(office.function != Function.UNIT for office in offices):
        offices = [
            office
            for office in localities.organisations(work, locality.id)
            if office.function not in {Function.UNIT, Function.COUNCIL, Function.UPPER}
        ]
        found = store.seated_at(work, [office.id for office in offices], today)
    else:
        everywhere = [
            {person.id: person for person in store.seated_at(work, [office.id], today)} for office in offices
        ]
        found = [
            person
            for person in (everywhere[0].values() if everywhere else ())
            if all(person.id in its for its in everywhere)
        ]
    return [person for person in found if person.id != absent_id]


def whom(work: Work, actor: Actor, locality: Locality) -> list[Person]:
    """For whom the actor may enter an absence: themselves, who sits in an office they lead, or everybody."""
    today = calendars.today(work, locality)
    if access.administers(actor):
        return store.people_of(work, locality.id)
    led = {seat.organisation_id for seat in actor.seats if seat.head and seat.locality_id == locality.id}
    found = {person.id: person for person in store.seated_at(work, led, today)} if led else {}
    kept = [
        person
        for person in found.values()
        if all(seat.group.organisation_id in led for seat in fillable(work, person.id, locality.id, today))
    ]
    me = people.find(work, actor.person_id)
    if me is not None and me.id not in {person.id for person in kept}:
        kept.append(me)
    return sorted(kept, key=lambda person: (person.sort_key, person.id))


def _wanted(away: Away, seats: Sequence[Membership]) -> Standing:
    every = frozenset(seat.group_id for seat in seats)
    chosen = every if away.group_ids is None else frozenset(away.group_ids)
    return Standing(away.absent_id, away.substitute_id, away.first_day, away.last_day, chosen)


def _tell(work: Work, row: Substitution, what: str, readers: Sequence[Person]) -> None:
    for person in readers:
        work.session.add(
            OutgoingMail(
                key=f"substitution:{row.id}:{what}:{person.id}",
                template="substitution",
                substitution_id=row.id,
                recipient_id=person.id,
                created_at=work.now,
                next_attempt_at=work.now,
            )
        )
