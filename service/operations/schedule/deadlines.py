"""Deadlines changed here: set, changed, extended for one unit, given back to the plan.

Each verb is one transaction: the round is locked, the deadline written with its history, and every
running dossier of the round follows. Made in a Work that is taken back, it is its own preview.
"""

from dataclasses import dataclass
from datetime import date

from service.domain.amendments import LONGEST_NAME, Guidance, reason_for
from service.domain.deadlines import (
    Bound,
    LatePolicy,
    Roll,
    first_late_instant,
    last_day,
    late_policy_complaint,
)
from service.domain.errors import Conflict, Invalid, Message, NotFound, message
from service.domain.organisations import Function
from service.domain.people import Actor
from service.domain.rounds import RoundKind
from service.domain.words import normalise
from service.operations.schedule.deadline_changes import Why, day_for, follow
from service.operations.schedule.opened_deadlines import Changed, Opened, Place, open_deadline
from service.store import deadlines, localities
from service.store import tables as rows
from service.store.work import Work

__all__ = [
    "Changed",
    "Extending",
    "Place",
    "Terms",
    "change",
    "end_extension",
    "extend",
    "withdraw",
]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a deadline is to say. Without a `day` it has no date and `awaits` somebody's guidance."""

    day: date | None
    bound: Bound
    roll: Roll
    late: LatePolicy
    ladder: str
    awaits: str | None = None


@dataclass(frozen=True, slots=True)
class Extending:
    """A later last day for one unit, by its key; `granted_by` is who granted it, else whoever enters it."""

    unit: str
    last_day: date
    granted_by: str = ""


def change(
    work: Work,
    actor: Actor,
    place: Place,
    terms: Terms,
    *,
    reason: str,
    guidance: Guidance | None = None,
    seen: int | None = None,
) -> Changed:
    """Sets or changes a deadline. Until it is given back it follows the files no longer.

    `seen` is the edition of the locality at which the change was prepared, so that nobody confirms
    numbers that do not hold any more.

    Raises:
        NotAllowed, NotFound: the actor may not amend; there is no such deadline.
        Conflict: the locality's rules have changed since `seen`.
        Invalid: a field is wrong, the guiding document or the reason is missing, or nothing would change.
    """
    opened = open_deadline(work, actor, place, Why(actor, reason_for(reason), guidance), seen)
    row = opened.row
    _require_sound(opened, terms)
    document = opened.why.guidance.as_json() if opened.why.guidance else None
    if guidance is None and terms.day == row.day and terms.bound == row.bound:
        document = row.guidance  # The date stays, and so does the document that set it.

    def write() -> None:
        last = None if terms.day is None else last_day(terms.day, terms.bound, terms.roll, opened.calendar)
        row.day, row.last_day = terms.day, last
        row.due_at = None if last is None else first_late_instant(last, opened.zone)
        row.bound, row.roll, row.late_policy = terms.bound.value, terms.roll.value, terms.late.value
        row.ladder = terms.ladder
        row.awaits = None if terms.day else normalise(terms.awaits or "") or None
        row.amended, row.guidance = True, document

    return opened.run(write)


def withdraw(work: Work, actor: Actor, place: Place, *, reason: str, seen: int | None = None) -> Changed:
    """Gives a deadline back to the plan: it says what the files say, and follows them again.

    Extensions for single units stay, unless the plan's date is the later one.

    Raises:
        NotAllowed, NotFound: the actor may not amend; there is no such deadline.
        Conflict: it follows the plan already, or the locality's rules have changed since `seen`.
        Invalid: the reason is missing.
    """
    opened = open_deadline(work, actor, place, Why(actor, reason_for(reason)), seen)
    if not opened.row.amended:
        raise Conflict(message("This deadline follows the plan: there is nothing to give back."))
    return opened.run(lambda: follow(opened.row, opened.of_plan()))


def extend(
    work: Work,
    actor: Actor,
    place: Place,
    extending: Extending,
    *,
    reason: str,
    guidance: Guidance | None = None,
    seen: int | None = None,
) -> Changed:
    """Grants one unit a later last day; one that it had before ends with it.

    Raises:
        NotAllowed, NotFound: the actor may not amend; there is no such deadline.
        Conflict: the deadline has no date, or the locality's rules have changed since `seen`.
        Invalid: the unit or the day is wrong, the day is no later one, or the reason is missing.
    """
    opened = open_deadline(work, actor, place, Why(actor, reason_for(reason), guidance), seen)
    row = opened.row
    unit = deadlines.unit(work, place.locality, extending.unit)
    if row.last_day is None:
        raise Conflict(message("This deadline has no date yet: set it before extending it for a unit."))
    wrong: dict[str, Message] = {}
    if unit is None:
        wrong["unit"] = message("Choose the unit.")
    granted_by = normalise(extending.granted_by) or actor.name
    if len(granted_by) > LONGEST_NAME:
        wrong["granted_by"] = message("At most {most} characters.", most=LONGEST_NAME)
    day = day_for(extending.last_day, Bound(row.bound))
    last = None
    if not opened.knows(extending.last_day):
        wrong["last_day"] = opened.out_of_reach()
    else:
        last = last_day(day, Bound(row.bound), Roll(row.roll), opened.calendar)
        if last <= row.last_day:
            wrong["last_day"] = message(
                "An extension ends later than the deadline itself, which is {day}.", day=row.last_day
            )
    if wrong or unit is None or last is None:
        raise Invalid(_NOT_CHANGED, wrong)
    granted = rows.DeadlineExtension(
        deadline_id=row.id,
        unit_id=unit.id,
        unit=unit,
        deadline=row,
        day=day,
        last_day=last,
        due_at=first_late_instant(last, opened.zone),
        reason=opened.why.reason,
        guidance=guidance.as_json() if guidance else None,
        granted_by_id=actor.person_id or None,
        granted_by_name=granted_by,
        granted_at=work.now,
    )
    return opened.run_for(unit, granted)


def end_extension(
    work: Work, actor: Actor, place: Place, unit_key: str, *, reason: str, seen: int | None = None
) -> Changed:
    """Ends a unit's extension: the deadline holds for it as for all others.

    Raises:
        NotAllowed, NotFound: the actor may not amend; the unit has no extension of such a deadline.
        Conflict: the locality's rules have changed since `seen`.
        Invalid: the reason is missing.
    """
    opened = open_deadline(work, actor, place, Why(actor, reason_for(reason)), seen)
    unit = deadlines.unit(work, place.locality, unit_key)
    if unit is None or opened.extension_of(unit) is None:
        raise NotFound(message("This unit has no extension of the deadline."))
    return opened.run_for(unit, None)


_NOT_CHANGED = message("The deadline was not changed: something needs correcting.")


def _require_sound(opened: Opened, terms: Terms) -> None:
    row, wrong = opened.row, dict[str, Message]()
    if terms.day is not None and not opened.knows(terms.day):
        wrong["day"] = opened.out_of_reach()
    if terms.day is None and row.day is not None and not normalise(terms.awaits or ""):
        wrong["awaits"] = message("Without a date, write whose guidance the deadline awaits.")
    if terms.day is not None and normalise(terms.awaits or ""):
        wrong["awaits"] = message("Give a day, or say whose guidance is awaited: not both.")
    if len(terms.awaits or "") > LONGEST_NAME:
        wrong["awaits"] = message("At most {most} characters.", most=LONGEST_NAME)
    late = late_policy_complaint(terms.late, Function(row.owner), duty=opened.round.kind == RoundKind.DUTY)
    if late is not None:
        wrong["late"] = late
    if terms.ladder not in localities.ladders(opened.work, opened.locality.id):
        wrong["ladder"] = message("There is no ladder {key} here: choose one of the list.", key=terms.ladder)
    if terms.day is not None and row.awaits and opened.why.guidance is None:
        wrong["number"] = message(
            "This date awaits the guidance of {awaits}: name the document that sets it.", awaits=row.awaits
        )
    if wrong:
        raise Invalid(_NOT_CHANGED, wrong)
    awaits = None if terms.day else normalise(terms.awaits or "") or None
    said_now = (row.day, row.bound, row.roll, row.late_policy, row.ladder, row.awaits)
    if said_now == (terms.day, terms.bound, terms.roll, terms.late, terms.ladder, awaits) and (
        opened.why.guidance is None or opened.why.guidance.as_json() == row.guidance
    ):
        raise Invalid(message("Nothing would change: the deadline says this already."))
