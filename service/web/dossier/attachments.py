"""The files of a dossier: uploading, downloading, removing."""

from typing import BinaryIO, cast

from flask import Blueprint, Response, flash, request, send_file, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import Invalid, Message, message
from service.operations.dossier import attachments
from service.web import typed
from service.web.access import Who, allow
from service.web.complaints import Complaint
from service.web.dossier.dossiers import content_page
from service.web.pages import actor, reading, services, show, writing
from service.web.parts.dossier_pages import content
from service.web.protection import SEALED
from service.web.words import told

screen = Blueprint("attachments", __name__)

MOST_AT_ONCE = 20


@screen.post("/dossiers/<id:dossier_id>/attachments")
@allow(Who.PREPARER)
def upload(dossier_id: int) -> AnyResponse:
    """Takes in up to MOST_AT_ONCE files; those that are fine stay, the others are named with the reason."""
    chosen = [file for file in request.files.getlist("file") if file.filename]
    item = request.form.get("item", "")
    wrong: dict[str, Message] = {}
    if not chosen:
        wrong["file"] = message("Choose a file.")
    elif len(chosen) > MOST_AT_ONCE:
        wrong["file"] = message(
            "You have chosen {number} files, and at most {most} can be attached at once: none of them was. "
            "Attach them in several goes.",
            number=len(chosen),
            most=MOST_AT_ONCE,
        )
    if item and typed.number(item) is None:
        wrong["item"] = message("Choose a paper from the list.")
    if wrong:
        return content_page(
            dossier_id, Complaint(message("Check the marked fields and send again."), wrong), 422
        )
    refusals = [refusal for file in chosen if (refusal := _take_in(dossier_id, file, item))]
    if refusals:
        reasons = "\n".join(refusals)
        return content_page(dossier_id, Complaint(message("Not attached:"), {"file": Message(reasons)}), 422)
    flash(told(message("Attached: {names}.", names=", ".join(str(file.filename) for file in chosen))))
    return redirect(url_for("dossiers.show", dossier_id=dossier_id, _anchor="papers"), 303)


@screen.get("/dossiers/<id:dossier_id>/attachments/<id:attachment_id>")
@allow(Who.READERS)
def download(dossier_id: int, attachment_id: int) -> Response:
    """The file under the name it came with, to be saved, never to be shown."""
    folder = services().settings.attachment_folder
    with reading() as work:
        row, stream = attachments.open_file(work, actor(), folder, dossier_id, attachment_id)
    response = send_file(
        stream, mimetype=row.media_type, as_attachment=True, download_name=row.display_name, etag=False
    )
    response.content_length = row.size
    response.headers["Content-Security-Policy"] = SEALED
    response.headers["Cache-Control"] = "no-store"
    return response


@screen.post("/dossiers/<id:dossier_id>/attachments/<id:attachment_id>/remove")
@allow(Who.PREPARER)
def remove(dossier_id: int, attachment_id: int) -> AnyResponse:
    """Takes it out of a dossier in preparation; the history keeps its name and digest."""
    with writing() as work:
        attachments.remove(work, actor(), dossier_id, attachment_id)
    return redirect(url_for("dossiers.show", dossier_id=dossier_id, _anchor="papers"), 303)


@screen.get("/dossiers/<id:dossier_id>/attachments/<id:attachment_id>/replace")
@allow(Who.PREPARER)
def ask_replacement(dossier_id: int, attachment_id: int) -> Response:
    """The form for a newer version of a file."""
    return _replacement(dossier_id, attachment_id)


@screen.post("/dossiers/<id:dossier_id>/attachments/<id:attachment_id>/replace")
@allow(Who.PREPARER)
def replace(dossier_id: int, attachment_id: int) -> AnyResponse:
    """Takes in a newer version; the older one stays to be read."""
    settings, file = services().settings, request.files.get("file")
    try:
        with writing() as work:
            attachments.require_replaceable(work, actor(), dossier_id, attachment_id)
            if file is None or not file.filename:
                raise Invalid(
                    message("Check the marked fields and send again."), {"file": message("Choose a file.")}
                )
            row = attachments.replace(
                work,
                actor(),
                settings.attachment_folder,
                dossier_id,
                attachment_id,
                display_name=file.filename,
                stream=cast(BinaryIO, file.stream),
                reason=request.form.get("reason", ""),
                limit=settings.attachment_bytes,
            )
            said = message("{name} is now version {number}.", name=row.display_name, number=row.version)
    except Invalid as error:
        fields = error.fields or {"file": error.message}
        return _replacement(dossier_id, attachment_id, Complaint(error.message, fields), 422)
    flash(told(said))
    return redirect(url_for("dossiers.show", dossier_id=dossier_id, _anchor="papers"), 303)


def _replacement(
    dossier_id: int, attachment_id: int, complaint: Complaint | None = None, status: int = 200
) -> Response:
    with reading() as work:
        file = attachments.require_replaceable(work, actor(), dossier_id, attachment_id)
        return show(
            "dossiers/replace.html",
            status,
            **content(work, dossier_id),
            file=file,
            complaint=complaint,
            reason=request.form.get("reason", ""),
            largest=services().settings.attachment_bytes,
        )


def _take_in(dossier_id: int, file: FileStorage, item: str) -> str | None:
    """None when it was taken, else why not, in a line that names the file."""
    settings = services().settings
    try:
        with writing() as work:
            attachments.add(
                work,
                actor(),
                settings.attachment_folder,
                dossier_id,
                display_name=str(file.filename),
                stream=cast(BinaryIO, file.stream),
                checklist_item_id=typed.number(item),
                limit=settings.attachment_bytes,
            )
    except Invalid as error:
        said = told(error.message)
        return said if str(file.filename) in said else f"{file.filename}: {said}"
    return None
