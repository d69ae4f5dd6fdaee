"""The rows of a deadline: what it says, how it follows a rule, and its own history of changes.

Files and administrators write deadlines through here alike, so that each change is kept with both sides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from service.domain.amendments import Guidance
from service.domain.calendars import WorkingCalendar
from service.domain.deadlines import Bound, Deadline, Roll, day_in_figures, first_late_instant, last_day
from service.domain.people import SYSTEM, Actor
from service.store import deadlines
from service.store import tables as rows
from service.store.work import Work


@dataclass(frozen=True, slots=True)
class Said:
    """What a deadline, or an extension of it, says at some moment; `rule` tells it whole as JSON."""

    day: date | None
    last_day: date | None
    due_at: datetime | None
    rule: Mapping[str, Any] | None


NOTHING = Said(None, None, None, None)
"""What a deadline said that was not there yet."""


@dataclass(frozen=True, slots=True)
class Why:
    """Who changes something, for what reason, and by which document if any."""

    actor: Actor
    reason: str
    guidance: Guidance | None = None


def said(row: rows.Deadline) -> Said:
    """What a deadline says now."""
    rule = {
        "day": _iso(row.day),
        "last_day": _iso(row.last_day),
        "bound": row.bound,
        "roll": row.roll,
        "late": row.late_policy,
        "ladder": row.ladder,
        "awaits": row.awaits,
        "amended": row.amended,
    }
    return Said(row.day, row.last_day, row.due_at, rule)


def said_to(extension: rows.DeadlineExtension | None) -> Said:
    """What an extension says to its unit now; nothing once it has ended."""
    if extension is None or extension.ended_at is not None:
        return NOTHING
    rule = {
        "day": _iso(extension.day),
        "last_day": _iso(extension.last_day),
        "granted_by": extension.granted_by_name,
    }
    return Said(extension.day, extension.last_day, extension.due_at, rule)


def describe(row: rows.Deadline, deadline: Deadline) -> None:
    """Writes what the plan calls a deadline, who owes it and by which clause; not when it is due."""
    row.name_vi, row.name_en = deadline.name.vi, deadline.name.en
    row.owner, row.owed_to = deadline.owner.value, deadline.to.value if deadline.to else None
    row.note_vi = deadline.note.vi if deadline.note else None
    row.note_en = deadline.note.en if deadline.note else None
    row.source_document, row.source_section = deadline.source.document, deadline.source.section
    row.source_quote, row.source_verified = deadline.source.quote, deadline.source.verified


def follow(row: rows.Deadline, deadline: Deadline) -> None:
    """Writes a resolved deadline of the plan into its row: it follows the plan from here on."""
    describe(row, deadline)
    row.bound, row.roll = deadline.bound.value, deadline.roll.value
    row.late_policy, row.ladder = deadline.late.value, deadline.ladder
    row.day, row.last_day, row.due_at = deadline.day, deadline.last_day, deadline.due_at
    row.awaits, row.active, row.amended, row.guidance = deadline.awaits, True, False, None


def resolve_again(row: rows.Deadline, zone: ZoneInfo, calendar: WorkingCalendar) -> None:
    """Gives an amended deadline the instant that its own day has in a zone and by a calendar."""
    if row.day is not None:
        last = last_day(row.day, Bound(row.bound), Roll(row.roll), calendar)
        row.last_day, row.due_at = last, first_late_instant(last, zone)


def keep(
    work: Work, row: rows.Deadline, before: Said, after: Said, why: Why, unit: rows.Organisation | None = None
) -> bool:
    """Writes a change into the deadline's history, if there is one; counts the deadline's moves.

    Returns:
        Whether the instant moved: then what runs has to follow.
    """
    if before == after:
        return False
    moved = before.due_at != after.due_at
    if moved:
        row.sequence = (row.sequence or 0) + 1
        row.moved_at = work.now
    work.session.flush()
    work.session.add(
        rows.DeadlineChange(
            deadline_id=row.id,
            changed_at=work.now,
            person_id=None if why.actor is SYSTEM else why.actor.person_id,
            reason=why.reason,
            day_before=before.day,
            day_after=after.day,
            due_before=before.due_at,
            due_after=after.due_at,
            unit_id=None if unit is None else unit.id,
            before=None if before.rule is None else dict(before.rule),
            after=None if after.rule is None else dict(after.rule),
            guidance=None if why.guidance is None else why.guidance.as_json(),
        )
    )
    return moved


def settle_extensions(work: Work, row: rows.Deadline, zone: ZoneInfo, why: Why) -> bool:
    """Makes the standing extensions fit their deadline after it has changed.

    Those that are no later than it any more end; the others keep their last day.

    Returns:
        Whether the instant of any of them moved.
    """
    moved = False
    for one in deadlines.extensions(work, [row.id]):
        before = said_to(one)
        if row.last_day is None or one.last_day <= row.last_day:
            end(work, one, why)
        else:
            one.day = day_for(one.last_day, Bound(row.bound))
            one.due_at = first_late_instant(one.last_day, zone)
        after = said_to(one)
        if (before.last_day, before.due_at) != (after.last_day, after.due_at):
            keep(work, row, before, after, why, one.unit)
            moved = True
    return moved


def end(work: Work, extension: rows.DeadlineExtension, why: Why) -> None:
    """Ends an extension; its row stays. Another may be granted to the same unit in the same Work."""
    extension.ended_at = work.now
    extension.ended_by_id = None if why.actor is SYSTEM else why.actor.person_id
    work.session.flush()


def in_figures(before: date | None, after: date | None) -> str:
    """A move of the last permitted day, as histories write it: 30/11/2024 → 03/12/2024."""
    return f"{_figures(before)} → {_figures(after)}"


def day_for(last_day: date, bound: Bound) -> date:
    """The day whose bound permits `last_day` as the last one: "trước ngày" names the day after it."""
    return date.fromordinal(last_day.toordinal() + 1) if bound is Bound.BEFORE else last_day


def _figures(day: date | None) -> str:
    return day_in_figures(day) if day else "–"


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
