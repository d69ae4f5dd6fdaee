"""Files of rows that somebody asks for: asking, watching them being written, getting and removing them."""

from flask import Blueprint, Response, flash, request, send_file, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from service.documents.spreadsheets import MEDIA_TYPE
from service.domain.errors import Message, message
from service.domain.reports import ExportKind, ExportState
from service.operations.report import exports
from service.operations.report.exports import Asked
from service.store.tables import Export
from service.store.work import Work
from service.web.access import Who, allow, signed_in
from service.web.pages import actor, go_to, reading, services, show
from service.web.parts.search_filters import wanted_of
from service.web.words import language, told
from service.web.work import queues

screen = Blueprint("exports", __name__)


@screen.get("/exports")
@signed_in
def mine() -> Response:
    """The files that this person has asked for and that are still kept."""
    with reading() as work:
        return show("exports/mine.html", found=exports.mine(work, actor()), share=exports.share)


@screen.post("/exports")
@signed_in
def ask() -> AnyResponse:
    """A small file comes at once; a long one gets a page that tells how far it is."""
    try:
        kind = ExportKind(request.form.get("what", ""))
    except ValueError:
        raise BadRequest from None
    if kind is ExportKind.INBOX:
        asked = Asked(kind, language=language(), tasks=queues.trail_of(request.form.get("folder", "")).wanted)
    else:
        asked = Asked(kind, wanted_of(request.form), language())
    made = exports.ask(services(), actor(), asked)
    if made.state == ExportState.READY:
        with reading() as work:
            return _file(work, made.id)
    return redirect(url_for("exports.one", export_id=made.id), 303)


@screen.get("/exports/<id:export_id>")
@allow(Who.OWNER)
def one(export_id: int) -> Response:
    """How far a file is, and the file once it is ready."""
    with reading() as work:
        return show("exports/one.html", **_told(exports.show(work, actor(), export_id)))


@screen.get("/exports/<id:export_id>/progress")
@allow(Who.OWNER)
def progress(export_id: int) -> AnyResponse:
    """The part of the page that tells how far it is; leads to the whole once there is no more to wait for."""
    with reading() as work:
        found = exports.show(work, actor(), export_id)
        if not exports.under_way(found):
            return go_to(url_for("exports.one", export_id=export_id))
        return show("exports/progress.html", **_told(found))


@screen.get("/exports/<id:export_id>/file")
@allow(Who.OWNER)
def download(export_id: int) -> Response:
    """The file itself, for whoever asked for it."""
    with reading() as work:
        return _file(work, export_id)


@screen.post("/exports/<id:export_id>/remove")
@allow(Who.OWNER)
def remove(export_id: int) -> AnyResponse:
    """Removes a file; one that is being written is given up."""
    exports.remove(services(), actor(), export_id)
    flash(told(message("The file has been removed.")))
    return redirect(url_for("exports.mine"), 303)


def _file(work: Work, export_id: int) -> Response:
    row, stream = exports.open_file(services(), work, actor(), export_id)
    response = send_file(
        stream, mimetype=MEDIA_TYPE, as_attachment=True, download_name=row.display_name, etag=False
    )
    response.content_length = row.size or 0
    response.headers["Cache-Control"] = "no-store"
    return response


def _told(found: Export) -> dict[str, object]:
    wrong = Message(found.wrong["text"]) if found.wrong else None
    return {
        "export": found,
        "share": exports.share(found),
        "under_way": exports.under_way(found),
        "wrong": wrong,
    }
