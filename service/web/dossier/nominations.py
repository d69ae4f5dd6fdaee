"""The nominations of a dossier in preparation: adding, changing, removing."""

from collections.abc import Mapping

from flask import Blueprint, Response, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import Conflict, Invalid, NotFound, message
from service.operations import access
from service.operations.dossier import dossiers
from service.operations.dossier.dossiers import LONGEST, NominationInput
from service.operations.work import drafts
from service.store.tables import Nomination
from service.translations import terms
from service.web.access import Who, allow
from service.web.complaints import Complaint
from service.web.dossier.dossiers import content_page
from service.web.pages import actor, reading, show, writing
from service.web.parts.dossier_pages import content

screen = Blueprint("nominations", __name__)


@screen.get("/dossiers/<id:dossier_id>/nominations/new")
@allow(Who.PREPARER)
def new(dossier_id: int) -> Response:
    """The form for one more nominee."""
    return _form(dossier_id, None)


@screen.post("/dossiers/<id:dossier_id>/nominations")
@allow(Who.PREPARER)
def add(dossier_id: int) -> AnyResponse:
    """Adds it; `again` leads to the form for the next one."""
    try:
        with writing() as work:
            dossiers.add_nomination(work, actor(), dossier_id, _typed())
            drafts.discard_page(work, actor(), _place(dossier_id, None))
    except Invalid as error:
        return _form(dossier_id, None, Complaint(error.message, error.fields))
    where = "nominations.new" if "again" in request.form else "dossiers.show"
    return redirect(url_for(where, dossier_id=dossier_id, _anchor="nominations"), 303)


@screen.get("/dossiers/<id:dossier_id>/nominations/<id:nomination_id>")
@allow(Who.PREPARER)
def edit(dossier_id: int, nomination_id: int) -> Response:
    """The form with what it says now."""
    return _form(dossier_id, nomination_id)


@screen.post("/dossiers/<id:dossier_id>/nominations/<id:nomination_id>")
@allow(Who.PREPARER)
def change(dossier_id: int, nomination_id: int) -> AnyResponse:
    """Takes over what was typed."""
    try:
        with writing() as work:
            dossiers.change_nomination(work, actor(), dossier_id, nomination_id, _typed())
            drafts.discard_page(work, actor(), _place(dossier_id, nomination_id))
    except Invalid as error:
        return _form(dossier_id, nomination_id, Complaint(error.message, error.fields))
    return redirect(url_for("dossiers.show", dossier_id=dossier_id, _anchor="nominations"), 303)


@screen.post("/dossiers/<id:dossier_id>/nominations/<id:nomination_id>/remove")
@allow(Who.PREPARER)
def remove(dossier_id: int, nomination_id: int) -> AnyResponse:
    """Takes it out; the history keeps what it was."""
    try:
        with writing() as work:
            dossiers.remove_nomination(work, actor(), dossier_id, nomination_id)
    except Conflict as error:
        return content_page(dossier_id, Complaint(error.message), 409)
    return redirect(url_for("dossiers.show", dossier_id=dossier_id, _anchor="nominations"), 303)


def _place(dossier_id: int, nomination_id: int | None) -> str:
    """Where what is typed into the form is kept until it is sent."""
    return f"nomination-{dossier_id}-{nomination_id or 'new'}"


def _typed(sent: Mapping[str, str] | None = None) -> NominationInput:
    sent = request.form if sent is None else sent
    return NominationInput(
        award_key=sent.get("award_key", ""),
        nominee_kind=sent.get("nominee_kind", ""),
        nominee_name=sent.get("nominee_name", ""),
        nominee_detail=sent.get("nominee_detail", ""),
        achievement=sent.get("achievement", ""),
    )


def _form(dossier_id: int, nomination_id: int | None, complaint: Complaint | None = None) -> Response:
    with reading() as work:
        shared = content(work, dossier_id)
        page = dossiers.show(work, actor(), dossier_id)
        access.require_edit(actor(), page.dossier, page.open_tasks)
        known = _named(page.nominations, nomination_id) if nomination_id else None
        place = _place(dossier_id, nomination_id)
        draft = drafts.find_page(work, actor(), place)
        return show(
            "dossiers/nomination.html",
            422 if complaint else 200,
            **shared,
            known=known,
            typed=_typed() if complaint else _typed(draft.content) if draft else _as_typed(known),
            draft=draft,
            place=place,
            complaint=complaint,
            kinds=terms.all_of("nominee"),
            longest=LONGEST,
        )


def _named(nominations: list[Nomination], nomination_id: int) -> Nomination:
    for nomination in nominations:
        if nomination.id == nomination_id:
            return nomination
    raise NotFound(message("This dossier has no such nomination."))


def _as_typed(known: Nomination | None) -> NominationInput:
    if known is None:
        return NominationInput("", "", "", "")
    return NominationInput(
        known.award.key, known.nominee_kind, known.nominee_name, known.achievement, known.nominee_detail
    )
