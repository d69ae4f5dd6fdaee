"""One task: looking at it, claiming and releasing it, its form, its completion."""

from collections.abc import Callable
from contextlib import suppress

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import Conflict, Invalid, NotAllowed, TrinhError, message
from service.domain.people import Actor
from service.operations.work import completions, drafts, foresight, form_uploads, tasks
from service.store.tables import UserTask
from service.store.work import Work
from service.web.access import Who, allow
from service.web.complaints import Complaint, complaint_of, status_of
from service.web.dossier import dossiers
from service.web.errors import note_refusal
from service.web.pages import actor, reading, services, writing
from service.web.pages import show as render
from service.web.parts.steps import step_name
from service.web.words import told
from service.web.work import queues, task_forms
from service.web.work.task_forms import Sent
from service.web.work.task_pages import context

screen = Blueprint("tasks", __name__)


@screen.get("/tasks/<id:task_id>")
@allow(Who.READERS)
def show(task_id: int) -> AnyResponse:
    """The task, beside the queue it was opened from; or the page of the dossier it is done from."""
    if queues.from_dossier():
        with reading() as work:
            dossier_id = tasks.show(work, actor(), task_id).dossier_id
        return redirect(url_for("dossiers.show", dossier_id=dossier_id, _anchor="task-form"), 303)
    return _page(task_id)


@screen.post("/tasks/<id:task_id>/claim")
@allow(Who.CANDIDATES)
def claim(task_id: int) -> AnyResponse:
    """Takes it; whoever comes second is told who was first."""
    return _take(task_id, tasks.claim)


@screen.post("/tasks/<id:task_id>/release")
@allow(Who.HOLDER)
def release(task_id: int) -> AnyResponse:
    """Puts it back into the office's queue."""
    return _take(task_id, tasks.release)


@screen.post("/tasks/<id:task_id>/complete")
@allow(Who.HOLDER)
def complete(task_id: int) -> AnyResponse:
    """Completes it. Approving and refusing are shown once more before they count, the rest when asked for."""
    sent = task_forms.read(request.form)
    if sent.reviewed and not sent.confirmed:
        return _confirm(task_id, sent)
    try:
        with writing() as work:
            completions.require_version(work, actor(), task_id, sent.seen_version)
            done = tasks.complete(work, actor(), task_id, sent.filled)
            following = _after(work, done)
            named = step_name(work, {done.dossier.round.process_key})(done.element_id, done.name)
    except (Conflict, Invalid, NotAllowed) as error:
        return _not_completed(task_id, sent, error)
    flash(told(message("Done: {step}, dossier {code}.", step=named, code=done.dossier.code)), "done")
    return redirect(following, 303)


def _take(task_id: int, verb: Callable[[Work, Actor, int], UserTask]) -> AnyResponse:
    try:
        with writing() as work:
            dossier_id = verb(work, actor(), task_id).dossier_id
    except Conflict as error:
        return _page(task_id, Complaint(error.message), status=409)
    if queues.from_dossier():
        return redirect(url_for("dossiers.show", dossier_id=dossier_id), 303)
    trail = queues.trail_behind()
    address = trail.task_address(task_id) if trail else url_for("tasks.show", task_id=task_id)
    return redirect(address, 303)


def _confirm(task_id: int, sent: Sent) -> Response:
    """Shows everything once more, with what would follow."""
    try:
        with reading() as work:
            completions.require_version(work, actor(), task_id, sent.seen_version)
        foreseen = foresight.foresee(services().database, actor(), task_id, sent.filled)
    except (Conflict, Invalid, NotAllowed) as error:
        return _not_completed(task_id, sent, error)
    _keep(task_id, sent)
    with reading() as work:
        task = tasks.show(work, actor(), task_id)
        form = completions.offered_form(work, task)
        return render(
            "tasks/confirm.html",
            **context(work, task, sent),
            sent=sent,
            foreseen=foreseen,
            answers=task_forms.told(form, sent.values, form_uploads.waiting(work, actor(), task)),
        )


def _not_completed(task_id: int, sent: Sent, error: Conflict | Invalid | NotAllowed) -> Response:
    """The page again with what was typed and what is wrong: in the form, or to be read once it is not theirs.

    A draft of it stays too, unless the task is closed or not theirs: whoever is refused changes nothing.
    """
    if not isinstance(error, NotAllowed):
        _keep(task_id, sent)
    status = 403 if isinstance(error, NotAllowed) else status_of(error)
    if isinstance(error, NotAllowed):
        note_refusal(status)
    return _page(task_id, complaint_of(error), sent, status)


def _keep(task_id: int, sent: Sent) -> None:
    with suppress(TrinhError), writing() as work:
        drafts.save(work, actor(), task_id, sent.draft)


def _page(
    task_id: int, complaint: Complaint | None = None, sent: Sent | None = None, status: int = 200
) -> Response:
    with reading() as work:
        task = tasks.show(work, actor(), task_id)
        if queues.from_dossier():
            return dossiers.task_page(work, task, complaint, sent, status)
        return render("tasks/page.html", status, **context(work, task, sent), complaint=complaint)


def _after(work: Work, done: UserTask) -> str:
    """The next task of the folder; without one the folder; outside the inbox the dossier."""
    trail = queues.trail_behind()
    if trail is None:
        return url_for("dossiers.show", dossier_id=done.dossier_id)
    following = queues.next_task(work, actor(), trail, done)
    return trail.address if following is None else trail.task_address(following.id)
