"""Saved views: kept from the folder that is open, opened by a link, renamed, shared, deleted."""

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import Conflict, Invalid, TrinhError, message
from service.domain.queues import Wanted
from service.domain.tasks import Folder
from service.operations import access
from service.operations.work import views
from service.operations.work.views import LONGEST_NAME, Told
from service.store.tables import SavedView
from service.web import typed
from service.web.access import Who, allow
from service.web.complaints import Complaint, complaint_of, status_of
from service.web.pages import actor, reading, show, writing
from service.web.words import told
from service.web.work import queues
from service.web.work.inbox import view_trail
from service.web.work.queues import Trail

screen = Blueprint("views", __name__)


@screen.get("/inbox/views")
@allow(Who.SIGNED_IN)
def every() -> Response:
    """All views that one may open, with what may be done with each."""
    with reading() as work:
        saved = views.seen(work, actor())
        return show(
            "views/every.html",
            views=[(view, view_trail(view)) for view in saved],
            own={view.id for view in saved if view.person_id == actor().person_id},
            removable={view.id for view in saved if access.may_remove_view(actor(), view)},
        )


@screen.get("/inbox/views/new")
@allow(Who.SIGNED_IN)
def new() -> Response:
    """The name under which the folder is to be kept as it is filtered and ordered now."""
    return _form(None, _trail().wanted)


@screen.post("/inbox/views")
@allow(Who.SIGNED_IN)
def save() -> AnyResponse:
    """Keeps it."""
    wanted = _trail().wanted
    try:
        with writing() as work:
            view = views.save(work, actor(), _told(wanted))
            address = view_trail(view).address
    except (Conflict, Invalid) as error:
        return _form(None, wanted, complaint_of(error), status_of(error))
    flash(told(message("The view has been saved.")))
    return redirect(address, 303)


@screen.get("/inbox/views/<id:view_id>")
@allow(Who.OWNER)
def edit(view_id: int) -> Response:
    """The name of a view, what it shows, and with whom it is shared."""
    return _edit(view_id)


@screen.post("/inbox/views/<id:view_id>")
@allow(Who.OWNER)
def change(view_id: int) -> AnyResponse:
    """Changes them. From an open folder, its filters and order become those of the view."""
    try:
        with writing() as work:
            view = views.get(work, actor(), view_id)
            open_now = queues.trail_behind()
            if open_now is not None:
                saying = Told(view.name, open_now.wanted, view.organisation_id)
            else:
                saying = _told(views.wanted_of(view))
            changed = views.change(work, actor(), view_id, saying)
            address = view_trail(changed).address
    except (Conflict, Invalid) as error:
        return _edit(view_id, error)
    flash(told(message("The view has been changed.")))
    return redirect(address, 303)


@screen.post("/inbox/views/<id:view_id>/delete")
@allow(Who.OWNER)
def delete(view_id: int) -> AnyResponse:
    """Deletes one's own view, or as the head of the office one that is shared with it."""
    with writing() as work:
        name = views.remove(work, actor(), view_id)
    flash(told(message("The view {name} has been deleted.", name=name)))
    return redirect(url_for("views.every"), 303)


def _edit(view_id: int, error: TrinhError | None = None) -> Response:
    with reading() as work:
        view = views.get(work, actor(), view_id)
        access.require_own_view(actor(), view)
        wanted = views.wanted_of(view)
    return _form(view, wanted, complaint_of(error), status_of(error))


def _form(
    view: SavedView | None, wanted: Wanted, complaint: Complaint | None = None, status: int = 200
) -> Response:
    with reading() as work:
        typed = request.form if complaint else {}
        shared = str(view.organisation_id or "") if view else ""
        return show(
            "views/form.html",
            status,
            view=view,
            trail=Trail(wanted),
            name=typed.get("name", view.name if view else ""),
            office=typed.get("office", shared),
            offices=views.offices(work, actor()),
            longest=LONGEST_NAME,
            complaint=complaint,
        )


def _told(wanted: Wanted) -> Told:
    return Told(request.form.get("name", ""), wanted, typed.number(request.form.get("office")))


def _trail() -> Trail:
    return queues.trail_of(request.args.get("folder", Folder.MINE.value))
