"""Rounds and their deadlines in words: the rule, the plan's clause, the last day, what is awaited."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, request

from service.domain import deadlines as rules
from service.domain.calendars import WorkingCalendar
from service.domain.deadlines import Bound, Deadline
from service.domain.errors import Message, NotFound, message
from service.operations import rounds
from service.operations.rounds import RoundPage
from service.store import localities
from service.store.tables import Locality
from service.store.work import Work
from service.web.access import signed_in
from service.web.citations import document_names
from service.web.deadlines import DeadlineWords, tell
from service.web.pages import actor, reading, show

screen = Blueprint("rounds", __name__)


@dataclass(frozen=True, slots=True)
class Told:
    """One deadline of a round as the screen tells it.

    `rule` is the plan's day with its bound, `last` the last permitted moment, `left` how long it still
    is, `warning` that the last day is a rest day.
    """

    deadline: Deadline
    rule: Message | None
    last: Message
    left: DeadlineWords
    warning: Message | None


@screen.get("/rounds")
@signed_in
def every() -> Response:
    """All rounds of a locality, the newest year first."""
    with reading() as work:
        choices = _localities(work)
        chosen = _chosen(choices)
        pages = rounds.list_rounds(work, chosen.id) if chosen else []
        pages.sort(key=lambda page: page.round.year, reverse=True)
        return show(
            "rounds/every.html",
            localities=choices,
            locality=chosen,
            pages=[(page, _told(work, page)) for page in pages],
        )


@screen.get("/rounds/<key>")
@signed_in
def one(key: str) -> Response:
    """One round: each deadline with its rule, its clause and what depends on it."""
    with reading() as work:
        choices = _localities(work)
        chosen = _chosen(choices)
        if chosen is None:
            raise NotFound(message("There is no such round."))
        page = rounds.show(work, chosen.id, key)
        return show(
            "rounds/one.html",
            localities=choices,
            locality=chosen,
            page=page,
            told_deadlines=_told(work, page),
            names=document_names(work, chosen),
        )


def _localities(work: Work) -> list[Locality]:
    """The localities whose rounds this person may see: their own; all of them for an administrator."""
    known = localities.every(work)
    if actor().administrator:
        return known
    return [locality for locality in known if locality.id in actor().locality_ids]


def _chosen(choices: list[Locality]) -> Locality | None:
    """The locality that the address names, else the first.

    Raises:
        NotFound: it names one that is not theirs.
    """
    asked = request.args.get("locality")
    if asked is None:
        return choices[0] if choices else None
    for locality in choices:
        if locality.id == asked:
            return locality
    raise NotFound(message("There is no such locality, or you have no seat in it."))


def _told(work: Work, page: RoundPage) -> list[Told]:
    return [
        Told(
            deadline,
            _rule(deadline),
            rules.in_words(deadline),
            _left(deadline, work.now, page.calendar),
            rules.rest_day_warning(deadline, page.calendar),
        )
        for deadline in page.deadlines
    ]


def _left(deadline: Deadline, now: datetime, calendar: WorkingCalendar) -> DeadlineWords:
    """How long it still is; a day behind us is no reproach here: nobody may owe anything any more."""
    if rules.is_late(deadline, now):
        return DeadlineWords("done", message("passed"), deadline.last_day)
    return tell(deadline.due_at, now, calendar, deadline.zone)


def _rule(deadline: Deadline) -> Message | None:
    if deadline.day is None:
        return None
    if deadline.bound is Bound.BEFORE:
        return message("before {day} (that day is late)", day=deadline.day)
    return message("by {day} (that day still counts)", day=deadline.day)
