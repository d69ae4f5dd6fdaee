"""Rehearsals of a round: asking for one, watching it run, reading what it tells."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from service import rehearsals
from service.domain.errors import Conflict, Invalid, Message, NotFound, message
from service.domain.reminders import DayCount
from service.operations.schedule import ladders, rounds
from service.operations.schedule.ladders import LadderPage
from service.operations.schedule.rounds import RoundPage
from service.rehearsals import MOST_UNITS_BESIDE, Kept, State
from service.rehearsals.results import Mail
from service.store import localities
from service.store.work import Work
from service.translations import terms
from service.web.access import administrators
from service.web.complaints import Complaint, complaint_of
from service.web.pages import actor, go_to, reading, services, show
from service.web.parts.steps import step_name
from service.web.schedule import rehearsal_charts, rehearsal_forms
from service.web.schedule.rehearsal_forms import Typed

screen = Blueprint("rehearsals", __name__)

PARTS = ("overview", "difference", "mails", "overdue", "escalations", "actions")
"""What the page of a rehearsal shows, one part at a time."""
ROWS = 200
"""Of a long list on one page."""


@dataclass(frozen=True, slots=True)
class _Asking:
    """The form with what it starts from."""

    page: RoundPage
    ladder: LadderPage
    ladders: list[LadderPage]
    under_way: int
    known: Typed


@screen.get("/rounds/<key>/rehearsals")
@administrators
def ask(key: str) -> Response:
    """The form, and what this person has rehearsed lately."""
    return _form(key)


@screen.post("/rounds/<key>/rehearsals")
@administrators
def start(key: str) -> AnyResponse:
    """Starts one beside this request, and leads to its page."""
    locality_id = _locality_id()
    with reading() as work:
        asking = _asking(work, locality_id, key)
    sent = rehearsal_forms.typed(request.form, asking.known)
    try:
        asked = rehearsal_forms.asked(sent, locality_id, key)
        change = rehearsal_forms.proposal(
            sent, asking.known, asking.ladder.ladder, request.files.get("diagram")
        )
        kept = rehearsals.start(services(), actor(), asked, change)
    except (Invalid, Conflict) as error:
        return _form(key, complaint_of(error), sent)
    return redirect(url_for("rehearsals.one", rehearsal_id=kept.id), 303)


@screen.get("/rehearsals/<rehearsal_id>")
@administrators
def one(rehearsal_id: str) -> Response:
    """How far a rehearsal is; once it is done, what it tells."""
    kept = rehearsals.shelf(services()).find(actor().person_id, rehearsal_id)
    with reading() as work:
        page = rounds.show(work, kept.locality_id, kept.round_key)
        if kept.state is not State.DONE:
            return show("rehearsals/running.html", kept=kept, page=page)
        return _told(work, kept, page)


@screen.get("/rehearsals/<rehearsal_id>/progress")
@administrators
def progress(rehearsal_id: str) -> AnyResponse:
    """The part of the page that tells how far it is; leads to the result when there is one."""
    kept = rehearsals.shelf(services()).find(actor().person_id, rehearsal_id)
    if kept.state is not State.RUNNING:
        return go_to(url_for("rehearsals.one", rehearsal_id=kept.id))
    return show("rehearsals/progress.html", kept=kept)


def _told(work: Work, kept: Kept, page: RoundPage) -> Response:
    rehearsed = rehearsals.shelf(services()).result(kept)
    shown = rehearsed.changed or rehearsed.result
    part = request.args.get("part", PARTS[0])
    if part not in PARTS or (part == "difference" and rehearsed.difference is None):
        raise NotFound(message("There is no page at this address. Check it, or start from the inbox."))
    first = _first()
    return show(
        "rehearsals/one.html",
        kept=kept,
        page=page,
        rehearsed=rehearsed,
        result=shown,
        part=part,
        parts=[one for one in PARTS if one != "difference" or rehearsed.difference is not None],
        first=first,
        most=ROWS,
        chart=rehearsal_charts.chart(shown, rehearsed.result if rehearsed.changed else None)
        if part == "overview"
        else None,
        height=rehearsal_charts.HEIGHT,
        step_name=_steps(work, page, shown),
        rung=_rung,
    )


def _steps(work: Work, page: RoundPage, result: rehearsals.Result):
    """The names of steps; those that only a proposed diagram has are named as it names them."""
    known = step_name(work, {page.round.process_key})
    return lambda element_id: known(element_id, result.names.steps.get(element_id or "")) or element_id or ""


def _rung(mail: Mail, zone: ZoneInfo) -> Message:
    """Which reminder a mail is, by its distance from the last permitted day."""
    days = (mail.at.astimezone(zone).date() - mail.last_day).days if mail.last_day else 0
    if days == 0:
        return message("on the last day")
    if days < 0:
        return message("1 day before") if days == -1 else message("{days} days before", days=-days)
    return message("1 day overdue") if days == 1 else message("{days} days overdue", days=days)


def _form(key: str, complaint: Complaint | None = None, sent: Typed | None = None) -> Response:
    with reading() as work:
        asking = _asking(work, _locality_id(), key)
        return show(
            "rehearsals/ask.html",
            422 if complaint else 200,
            page=asking.page,
            ladder=asking.ladder,
            ladders=asking.ladders,
            typed=sent or asking.known,
            under_way=asking.under_way,
            complaint=complaint,
            most_units=MOST_UNITS_BESIDE,
            bounds=terms.all_of("bound"),
            rolls=terms.all_of("roll"),
            audiences=terms.all_of("audience"),
            counts={one.value: terms.of_member(one) for one in DayCount},
            kept=[
                one
                for one in rehearsals.shelf(services()).of(actor().person_id)
                if (one.locality_id, one.round_key) == (asking.page.locality.id, key)
            ],
        )


def _asking(work: Work, locality_id: str, key: str) -> _Asking:
    page = rounds.show(work, locality_id, key)
    known = {one.ladder.key: one for one in ladders.every(work, locality_id)}
    used = [deadline.ladder for deadline in page.deadlines if deadline.ladder in known]
    chosen = known.get(request.values.get("ladder") or (used or list(known))[0])
    if chosen is None:
        raise BadRequest
    function = rehearsals.taking_part(page.round)
    units = [one for one in localities.organisations(work, locality_id) if one.function == function]
    return _Asking(
        page,
        chosen,
        list(known.values()),
        len(rehearsals.under_way(work, locality_id, key)),
        rehearsal_forms.at_first(page.deadlines, chosen.ladder, len(units)),
    )


def _locality_id() -> str:
    """The locality that the address names, else the only one there is."""
    asked = request.args.get("locality")
    if asked:
        return asked
    with reading() as work:
        every = localities.every(work)
    if not every:
        raise NotFound(message("There is no such round."))
    return every[0].id


def _first() -> int:
    text = request.args.get("first", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise BadRequest
    return int(text)
