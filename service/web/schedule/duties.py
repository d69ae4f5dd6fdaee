"""Duty reports as their recipients and administrators see them: who has sent, who is late, who is missing."""

from dataclasses import dataclass

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import message
from service.operations.schedule import duties, report_openings, rounds
from service.operations.schedule.duties import DutyPage, Line
from service.store.work import Work
from service.web.access import Who, administrators, allow, signed_in
from service.web.pages import actor, reading, show, writing
from service.web.parts import round_pages
from service.web.parts.citations import document_names
from service.web.parts.deadlines import DeadlineWords, tell
from service.web.words import told

screen = Blueprint("duties", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the overview: the deadline of this organisation in words, and whether its report opens."""

    line: Line
    due: DeadlineWords
    linked: bool


@screen.get("/duties")
@signed_in
def every() -> Response:
    """The duties of a locality by year, the newest first."""
    with reading() as work:
        choices, chosen = round_pages.choice(work)
        pages = duties.list_duties(work, chosen.id, actor=actor()) if chosen else []
        return show(
            "duties/every.html",
            localities=choices,
            locality=chosen,
            lacking_diagrams=duties.lacking_diagrams(work, actor(), chosen.id) if chosen else [],
            pages=[(page, round_pages.told(work, _as_round(work, page))[0]) for page in pages if page.lines],
        )


@screen.get("/duties/<key>")
@allow(Who.LOCALITY)
def one(key: str) -> Response:
    """One duty in one year: its deadline with its clause, and everybody who owes a report."""
    with reading() as work:
        locality = round_pages.chosen(work)
        page = duties.show(work, locality.id, key, actor())
        return show(
            "duties/one.html",
            page=page,
            locality=locality,
            told_deadline=round_pages.told(work, _as_round(work, page))[0],
            rows=[_row(work, page, line) for line in page.lines],
            names=document_names(work, locality),
            zone=page.deadline.zone,
        )


@screen.post("/duties/<key>/open")
@administrators
def open_reports(key: str) -> AnyResponse:
    """Opens the reports that are still missing, whatever the date."""
    with writing() as work:
        locality_id = round_pages.chosen(work).id
        unit = request.form.get("unit") or None
        opened = report_openings.open_by_hand(work, actor(), locality_id, key, unit)
    flash(
        told(
            message(
                "Reports opened: {number}. Those who owe them find them in their inbox.", number=len(opened)
            )
        )
    )
    return redirect(url_for("duties.one", key=key, locality=locality_id), 303)


def _as_round(work: Work, page: DutyPage) -> rounds.RoundPage:
    return rounds.show(work, page.locality.id, page.round.key)


def _row(work: Work, page: DutyPage, line: Line) -> Row:
    due_at = line.standing.due_at
    if line.standing.sent:
        due = DeadlineWords("done", message("settled"), line.last_day)
    else:
        due = tell(due_at, work.now, page.calendar, page.deadline.zone)
    return Row(line, due, duties.may_see(actor(), line))
