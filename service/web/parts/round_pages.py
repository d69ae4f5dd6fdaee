"""What the pages of rounds show: deadlines in words, who has an extension, what was changed and why."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import request

from service.domain import deadlines as rules
from service.domain.amendments import Guidance
from service.domain.calendars import WorkingCalendar
from service.domain.deadlines import Bound, Deadline
from service.domain.errors import Message, NotFound, message
from service.operations import access
from service.operations.schedule import ladders, rounds
from service.operations.schedule.rounds import RoundPage
from service.store import deadlines
from service.store.tables import DeadlineChange, DeadlineExtension, Locality
from service.store.work import Work
from service.web.pages import actor
from service.web.parts.citations import document_names
from service.web.parts.deadlines import DeadlineWords, tell


@dataclass(frozen=True, slots=True)
class Told:
    """One deadline of a round as the screen tells it.

    `rule` is the plan's day with its bound, `last` the last permitted moment, `left` how long it still
    is, `warning` that the last day is a rest day; `extensions` are the later days of single units, each with
    such a warning.
    """

    deadline: Deadline
    rule: Message | None
    last: Message
    left: DeadlineWords
    warning: Message | None
    extensions: tuple[tuple[DeadlineExtension, Message | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """One change of a deadline as the screen tells it."""

    change: DeadlineChange
    name: object
    who: str | None
    unit: object
    before: str | None
    after: str | None
    guidance: Guidance | None


def choice(work: Work) -> tuple[list[Locality], Locality | None]:
    """The localities whose rounds this person may see, and the one that the address names, else the first.

    Raises:
        NotFound: it names one that is not theirs.
    """
    choices = rounds.visible_localities(work, actor())
    asked = request.args.get("locality")
    if asked is None:
        return choices, choices[0] if choices else None
    access.require_locality(actor(), asked)
    chosen = next((locality for locality in choices if locality.id == asked), None)
    if chosen is None:
        raise NotFound(message("There is no such locality, or you have no seat in it."))
    return choices, chosen


def chosen(work: Work) -> Locality:
    """The locality that the address names, else the first.

    Raises:
        NotFound: there is none.
    """
    locality = choice(work)[1]
    if locality is None:
        raise NotFound(message("There is no such round."))
    return locality


def told(work: Work, page: RoundPage) -> list[Told]:
    """The deadlines of a round in words."""
    return [
        Told(
            deadline,
            rule_in_words(deadline),
            rules.in_words(deadline),
            _left(deadline, work.now, page.calendar),
            rules.rest_day_warning(deadline, page.calendar),
            tuple(
                (one, rules.warning_of(one.last_day, page.calendar))
                for one in page.extensions.get(deadline.key, ())
            ),
        )
        for deadline in page.deadlines
    ]


def past(work: Work, page: RoundPage) -> list[Past]:
    """Every change of the round's deadlines, the newest first."""
    return [
        Past(
            change,
            row,
            who,
            unit,
            _last(change.before),
            _last(change.after),
            Guidance.from_json(change.guidance) if change.guidance else None,
        )
        for change, row, who, unit in deadlines.changes(work, page.round.id)
    ]


def of_round(work: Work, key: str) -> dict[str, object]:
    """What all pages about one round share."""
    choices, locality = choice(work)
    if locality is None:
        raise NotFound(message("There is no such round."))
    page = rounds.show(work, locality.id, key)
    return {
        "localities": choices,
        "locality": locality,
        "zone": ZoneInfo(locality.zone),
        "page": page,
        "told_deadlines": told(work, page),
        "names": document_names(work, locality),
        "ladders": ladders.names(work, locality.id),
        "may_amend": access.administers(actor()),
    }


def rule_in_words(deadline: Deadline) -> Message | None:
    """The day with its bound; None while there is none."""
    if deadline.day is None:
        return None
    if deadline.bound is Bound.BEFORE:
        return message("before {day} (that day is late)", day=deadline.day)
    return message("by {day} (that day still counts)", day=deadline.day)


def _left(deadline: Deadline, now: datetime, calendar: WorkingCalendar) -> DeadlineWords:
    """How long it still is; a day behind us is no reproach here: nobody may owe anything any more."""
    if rules.is_late(deadline, now):
        return DeadlineWords("done", message("passed"), deadline.last_day)
    return tell(deadline.due_at, now, calendar, deadline.zone)


def _last(rule: dict[str, object] | None) -> str | None:
    """The last permitted day that one side of a change had, as ISO text."""
    day = None if rule is None else rule.get("last_day")
    return None if day is None else str(day)
