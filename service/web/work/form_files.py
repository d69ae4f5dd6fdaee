"""The files of a task's form while it is filled in: each travels by itself, the draft only names it.

Every answer but the file itself is JSON for the page's script.
"""

from typing import BinaryIO, cast

from flask import Blueprint, Response, jsonify, make_response, request, send_file, url_for

from service.domain.errors import Conflict, Invalid, NotAllowed, NotFound, TrinhError, message
from service.operations.work import form_uploads
from service.store.tables import FormFile
from service.web.access import Who, allow
from service.web.pages import actor, reading, services, writing
from service.web.protection import SEALED
from service.web.words import size, told

screen = Blueprint("form_files", __name__)

_STATUSES: dict[type[TrinhError], int] = {Invalid: 422, NotFound: 404, NotAllowed: 403, Conflict: 409}


@screen.post("/tasks/<id:task_id>/files/<field>")
@allow(Who.HOLDER)
def upload(task_id: int, field: str) -> Response:
    """Takes one file into a field."""
    sent = request.files.get("file")
    settings = services().settings
    try:
        if sent is None or not sent.filename:
            with reading() as work:
                form_uploads.require_form(work, actor(), task_id)  # Whose form it is comes first.
            raise Invalid(message("Choose a file."))
        with writing() as work:
            row = form_uploads.add(
                work,
                actor(),
                settings.attachment_folder,
                task_id,
                field,
                display_name=sent.filename,
                stream=cast(BinaryIO, sent.stream),
                limit=settings.attachment_bytes,
            )
            return make_response(jsonify(shown(row)), 201)
    except (Invalid, Conflict, NotAllowed, NotFound) as error:
        return _refused(error)


@screen.post("/tasks/<id:task_id>/files/<id:file_id>/remove")
@allow(Who.HOLDER)
def remove(task_id: int, file_id: int) -> Response:
    """Takes a file out again."""
    try:
        with writing() as work:
            form_uploads.remove(work, actor(), task_id, file_id)
    except (Conflict, NotAllowed, NotFound) as error:
        return _refused(error)
    return Response(status=204)


@screen.get("/tasks/<id:task_id>/files/<id:file_id>")
@allow(Who.HOLDER)
def download(task_id: int, file_id: int) -> Response:
    """The file, to be saved."""
    with reading() as work:
        row, stream = form_uploads.open_file(
            work, actor(), services().settings.attachment_folder, task_id, file_id
        )
    response = send_file(
        stream, mimetype=row.media_type, as_attachment=True, download_name=row.display_name, etag=False
    )
    response.content_length = row.size
    response.headers["Content-Security-Policy"] = SEALED
    response.headers["Cache-Control"] = "no-store"
    return response


def shown(row: FormFile) -> dict[str, object]:
    """A file as the form's script shows it."""
    return {
        "id": row.id,
        "name": row.display_name,
        "size": size(row.size),
        "url": url_for("form_files.download", task_id=row.task_id, file_id=row.id),
        "remove": url_for("form_files.remove", task_id=row.task_id, file_id=row.id),
    }


def _refused(error: TrinhError) -> Response:
    status = next(status for kind, status in _STATUSES.items() if isinstance(error, kind))
    return make_response(jsonify(told=told(error.message)), status)
