"""Rounds and their deadlines in words; administrators create rounds here."""

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import Conflict, Invalid, TrinhError, message
from service.domain.rounds import AWARD_KINDS
from service.operations.schedule import new_rounds, rounds
from service.store import localities
from service.store.work import Work
from service.web.access import Who, administrators, allow, signed_in
from service.web.complaints import complaint_of, status_of
from service.web.pages import actor, reading, show, writing
from service.web.parts import amendment_forms, round_pages
from service.web.parts.citations import document_names
from service.web.words import told

screen = Blueprint("rounds", __name__)


@screen.get("/rounds")
@signed_in
def every() -> Response:
    """All rounds of a locality, the newest year first."""
    with reading() as work:
        choices, chosen = round_pages.choice(work)
        pages = rounds.list_rounds(work, chosen.id) if chosen else []
        pages.sort(key=lambda page: page.round.year, reverse=True)
        return show(
            "rounds/every.html",
            localities=choices,
            locality=chosen,
            pages=[(page, round_pages.told(work, page)) for page in pages],
        )


@screen.get("/rounds/<key>")
@allow(Who.LOCALITY)
def one(key: str) -> Response:
    """One round: each deadline with its rule, its clause, its extensions, and how it came to be so."""
    with reading() as work:
        shared = round_pages.of_round(work, key)
        page = rounds.show(work, round_pages.chosen(work).id, key)
        return show("rounds/one.html", **shared, past=round_pages.past(work, page))


@screen.get("/rounds/new")
@administrators
def new() -> Response:
    """Kind and year first; then what the plan proposes for them."""
    with reading() as work:
        return _form(work, request.args)


@screen.post("/rounds")
@administrators
def create() -> AnyResponse:
    """Creates the round and leads to its page."""
    form = request.form
    try:
        wanted = amendment_forms.new_round(form)
        guidance = amendment_forms.guidance(form)
        with writing() as work:
            locality_id = round_pages.chosen(work).id
            row = new_rounds.create(
                work, actor(), locality_id, wanted, reason=form.get("reason", ""), guidance=guidance
            )
            key = row.key
    except (Invalid, Conflict) as error:
        with reading() as work:
            return _form(work, form, error)
    flash(told(message("The round has been created. Units can open dossiers in it.")))
    return redirect(url_for("rounds.one", key=key, locality=locality_id), 303)


@screen.get("/rounds/<key>/close")
@administrators
def ask_closing(key: str) -> Response:
    """What taking a round back means, and the reason for it."""
    return _closing(key)


@screen.post("/rounds/<key>/close")
@administrators
def close(key: str) -> AnyResponse:
    """Takes back a round created by mistake."""
    try:
        with writing() as work:
            locality_id = round_pages.chosen(work).id
            new_rounds.close(work, actor(), locality_id, key, reason=request.form.get("reason", ""))
    except (Invalid, Conflict) as error:
        return _closing(key, error)
    flash(told(message("The round has been taken back.")))
    return redirect(url_for("rounds.every", locality=locality_id), 303)


def _form(work: Work, typed: MultiDict[str, str], error: TrinhError | None = None) -> Response:
    """The first step while kind or year are missing or wrong, else the second."""
    choices, locality = round_pages.choice(work)
    proposal = None
    if locality is not None and typed.get("kind") and typed.get("year"):
        try:
            kind, year = amendment_forms.kind_and_year(typed)
            proposal = new_rounds.propose(work, actor(), locality.id, kind, year)
        except (Invalid, Conflict) as wrong:
            error = error or wrong
    return show(
        "rounds/new.html",
        status_of(error),
        localities=choices,
        locality=locality,
        kinds=AWARD_KINDS,
        this_year=work.now.year,
        typed=typed,
        proposal=proposal,
        awards=[row for row in localities.awards(work, locality.id) if row.active] if locality else [],
        names=document_names(work, locality) if locality else {},
        complaint=complaint_of(error),
    )


def _closing(key: str, error: TrinhError | None = None) -> Response:
    with reading() as work:
        return show(
            "rounds/close.html",
            status_of(error),
            **round_pages.of_round(work, key),
            typed=request.form,
            complaint=complaint_of(error),
        )
