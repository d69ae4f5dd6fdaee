"""Dossiers: finding them, opening one, and its pages: content, history, diagram."""

from collections.abc import Mapping

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from service.domain.dossiers import ENDINGS_OF, DossierKind, DossierStatus
from service.domain.errors import Conflict, Invalid, Message, message
from service.domain.people import Actor
from service.operations import access
from service.operations.dossier import dossiers, itineraries, timelines
from service.operations.dossier.timelines import Subject
from service.operations.work import drafts
from service.store.tables import HistoryStep, UserTask
from service.store.work import Work
from service.translations import terms
from service.web import typed
from service.web.access import Who, allow, signed_in
from service.web.complaints import Complaint
from service.web.pages import actor, reading, services, with_etag, writing
from service.web.pages import show as render
from service.web.parts.dossier_pages import choices_of_rounds, content, diagram_words
from service.web.parts.timeline import SUBJECTS, detail_teller
from service.web.words import told
from service.web.work.queues import AT_DOSSIER
from service.web.work.task_forms import Sent
from service.web.work.task_pages import task_content

screen = Blueprint("dossiers", __name__)

PAGE_SIZE = 50
NEWEST = 6
"""So many lines of its history stand on the first page of a dossier; the rest has a page of its own."""
_MOST_PAGES = 10_000
NEW_DOSSIER = "dossier-new"
"""Where what is typed into the form of a new dossier is kept."""


@screen.get("/dossiers")
@signed_in
def every() -> Response:
    """The dossiers that the reader may see, newest first, found without accents."""
    text = " ".join(request.args.get("q", "").split())[:100]
    kind, status = request.args.get("kind", DossierKind.AWARD), request.args.get("status", "")
    page = typed.number(request.args.get("page", "1"))
    if kind not in set(DossierKind) or (status and status not in set(DossierStatus)) or page is None:
        raise BadRequest
    page = min(page, _MOST_PAGES)
    with reading() as work:
        found = dossiers.list_visible(
            work,
            actor(),
            kind=DossierKind(kind),
            text=text,
            status=status or None,
            limit=PAGE_SIZE + 1,
            offset=(page - 1) * PAGE_SIZE,
        )
        return render(
            "dossiers/list.html",
            found=found[:PAGE_SIZE],
            more=len(found) > PAGE_SIZE,
            number=page,
            text=text,
            status=status,
            kind=kind,
            kinds=terms.all_of("dossier_kind"),
            statuses=statuses_of(DossierKind(kind)),
            may_open=bool(dossiers.openable_rounds(work, actor())),
        )


@screen.get("/dossiers/new")
@allow(Who.SIGNED_IN)
def new() -> Response:
    """The form that opens a dossier."""
    return _new_form(actor())


@screen.post("/dossiers")
@allow(Who.PROPOSERS)
def create() -> AnyResponse:
    """Opens a dossier and leads to its page, where it is filled."""
    round_id, unit_id = map(typed.number, request.form.get("place", "").partition("-")[::2])
    try:
        if round_id is None or unit_id is None:
            raise Invalid(
                message("Check the marked fields and send again."),
                {"place": message("Choose the round and the unit.")},
            )
        with writing() as work:
            made = dossiers.open_once(
                work,
                actor(),
                round_id=round_id,
                unit_id=unit_id,
                title=request.form.get("title", ""),
            )
            drafts.discard_page(work, actor(), NEW_DOSSIER)
    except Invalid as error:
        return _new_form(actor(), Complaint(error.message, error.fields))
    flash(
        told(message("Dossier {code} is open. Add nominations and papers, then submit it.", code=made.code))
    )
    return redirect(url_for("dossiers.show", dossier_id=made.id), 303)


@screen.get("/dossiers/<id:dossier_id>")
@allow(Who.READERS)
def show(dossier_id: int) -> Response:
    """Where it stands, the form of whoever holds its task, its papers, nominations and newest history."""
    return content_page(dossier_id)


@screen.get("/dossiers/<id:dossier_id>/history")
@allow(Who.READERS)
def history(dossier_id: int) -> Response:
    """What happened to it, step by step, and the mails about it; `about` names the subjects to be shown."""
    asked = request.args.getlist("about")
    if not set(asked) <= set(Subject):
        raise BadRequest
    chosen = {Subject(one) for one in asked}
    with reading() as work:
        shared = content(work, dossier_id)
        steps = shared["page"].history
        return render(
            "dossiers/history.html",
            **shared,
            steps=timelines.about(steps, chosen),
            chosen=chosen,
            subjects=timelines.counts(steps),
            subject_words=SUBJECTS,
            details=detail_teller(work, shared),
        )


@screen.get("/dossiers/<id:dossier_id>/diagram")
@allow(Who.READERS)
def diagram(dossier_id: int) -> Response:
    """The diagram it runs on with where it stands, also in words."""
    with reading() as work:
        drawn = dossiers.diagram(work, actor(), dossier_id)
        open_tasks = dossiers.show(work, actor(), dossier_id).open_tasks
        words = diagram_words(work, drawn, open_tasks)
        way = itineraries.of_dossier(work, actor(), dossier_id)
        return render("dossiers/diagram.html", **content(work, dossier_id), words=words, way=way)


@screen.get("/dossiers/<id:dossier_id>/diagram.bpmn")
@allow(Who.READERS)
def diagram_file(dossier_id: int) -> AnyResponse:
    """The diagram itself, for the viewer in the page."""
    with reading() as work:
        xml = dossiers.diagram(work, actor(), dossier_id).xml
    return with_etag(Response(xml, content_type="application/xml; charset=utf-8"))


@screen.post("/dossiers/<id:dossier_id>/title")
@allow(Who.PREPARER)
def rename(dossier_id: int) -> AnyResponse:
    """Gives a dossier in preparation another title."""
    try:
        with writing() as work:
            dossiers.rename(work, actor(), dossier_id, request.form.get("title", ""))
    except Invalid as error:
        return content_page(dossier_id, Complaint(error.message, error.fields), 422)
    return redirect(url_for("dossiers.show", dossier_id=dossier_id), 303)


@screen.get("/dossiers/<id:dossier_id>/withdraw")
@allow(Who.PROPOSERS)
def ask_withdrawal(dossier_id: int) -> Response:
    """What withdrawing means, and the reason for it; for those alone who may do it."""
    with reading() as work:
        access.require_proposer(actor(), dossiers.show(work, actor(), dossier_id).dossier)
    return _withdrawal(dossier_id)


@screen.post("/dossiers/<id:dossier_id>/withdraw")
@allow(Who.PROPOSERS)
def withdraw(dossier_id: int) -> AnyResponse:
    """Takes the dossier back; its process ends."""
    try:
        with writing() as work:
            withdrawn = dossiers.withdraw(work, actor(), dossier_id, request.form.get("reason", ""))
    except Invalid as error:
        return _withdrawal(dossier_id, Complaint(error.message, error.fields), 422)
    except Conflict as error:
        return content_page(dossier_id, Complaint(error.message), 409)
    flash(told(message("Dossier {code} is withdrawn.", code=withdrawn.code)))
    return redirect(url_for("dossiers.show", dossier_id=dossier_id), 303)


def content_page(dossier_id: int, complaint: Complaint | None = None, status: int = 200) -> Response:
    """The dossier's first page, with what is wrong about something sent from it."""
    with reading() as work:
        return _content(work, dossier_id, status, complaint=complaint)


def task_page(
    work: Work, task: UserTask, complaint: Complaint | None, sent: Sent | None, status: int
) -> Response:
    """The dossier's first page after something was done from it with a task that was not taken."""
    return _content(work, task.dossier_id, status, task=task, task_complaint=complaint, sent=sent)


def _content(
    work: Work,
    dossier_id: int,
    status: int,
    *,
    complaint: Complaint | None = None,
    task: UserTask | None = None,
    task_complaint: Complaint | None = None,
    sent: Sent | None = None,
) -> Response:
    shared = content(work, dossier_id)
    shown: UserTask | None = task or shared["held"]
    if shown is not None:
        shared |= task_content(work, shown, shared["page"], sent)
    steps: list[HistoryStep] = shared["page"].history
    return render(
        "dossiers/page.html",
        status,
        **shared,
        form_here=shown is not None,
        along={"at": AT_DOSSIER},
        complaint=complaint,
        task_complaint=task_complaint,
        largest=services().settings.attachment_bytes,
        steps=steps[-NEWEST:],
        details=detail_teller(work, shared),
    )


def statuses_of(kind: DossierKind) -> dict[str, Message]:
    """Where dossiers of a kind can stand."""
    others = {status for other, statuses in ENDINGS_OF.items() if other is not kind for status in statuses}
    return {key: words for key, words in terms.all_of("dossier").items() if key not in others}


def _new_form(who: Actor, complaint: Complaint | None = None) -> Response:
    with reading() as work:
        draft = drafts.find_page(work, who, NEW_DOSSIER)
        typed: Mapping[str, str] = request.form if complaint or draft is None else draft.content
        return render(
            "dossiers/new.html",
            422 if complaint else 200,
            choices=choices_of_rounds(work, who),
            complaint=complaint,
            draft=draft,
            title_typed=typed.get("title", ""),
            chosen=typed.get("place", ""),
        )


def _withdrawal(dossier_id: int, complaint: Complaint | None = None, status: int = 200) -> Response:
    with reading() as work:
        return render("dossiers/withdraw.html", status, **content(work, dossier_id), complaint=complaint)
