"""Nominations from a workbook: template, sending it, the report on its cells, taking over what is right."""

from io import BytesIO
from typing import BinaryIO, cast

from flask import Blueprint, Response, flash, request, send_file, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from service.documents.workbooks import MAX_WORKBOOK
from service.domain.errors import Conflict, Invalid, Message, message
from service.operations import access
from service.operations.dossier import nomination_imports
from service.operations.dossier.nomination_imports import Report
from service.operations.dossier.nominations import MOST_NOMINATIONS
from service.web.access import Who, allow
from service.web.complaints import Complaint, complaint_of, status_of
from service.web.pages import actor, reading, show, writing
from service.web.parts.dossier_pages import content
from service.web.words import told

screen = Blueprint("nomination_imports", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@screen.get("/dossiers/<id:dossier_id>/nominations/import")
@allow(Who.PREPARER)
def ask(dossier_id: int) -> Response:
    """The template, where to send it, and the report on the list that was sent last."""
    return _page(dossier_id)


@screen.get("/dossiers/<id:dossier_id>/nominations/import/template.xlsx")
@allow(Who.PREPARER)
def template(dossier_id: int) -> Response:
    """A workbook to be filled in, with the awards of the dossier's round to choose from."""
    with reading() as work:
        made = nomination_imports.template(work, actor(), dossier_id)
        code = nomination_imports.file_name(work, dossier_id)
    response = send_file(BytesIO(made), mimetype=XLSX, as_attachment=True, download_name=code, etag=False)
    response.headers["Cache-Control"] = "no-store"
    return response


@screen.post("/dossiers/<id:dossier_id>/nominations/import")
@allow(Who.PREPARER)
def send(dossier_id: int) -> AnyResponse:
    """Reads a workbook: imports it when all of it is right, else leads to the report."""
    file = request.files.get("file")
    try:
        with writing() as work:
            if file is None or not file.filename:
                # Who may not change the dossier is told that first.
                nomination_imports.waiting(work, actor(), dossier_id)
                raise Invalid(
                    message("Check the marked fields and send again."), {"file": message("Choose a file.")}
                )
            report = nomination_imports.send(
                work,
                actor(),
                dossier_id,
                display_name=file.filename,
                stream=cast(BinaryIO, file.stream),
            )
    except (Invalid, Conflict) as error:
        return _page(dossier_id, complaint_of(error), status_of(error))
    if report.imported:
        return _imported(dossier_id, report)
    return redirect(url_for("nomination_imports.ask", dossier_id=dossier_id, _anchor="report"), 303)


@screen.post("/dossiers/<id:dossier_id>/nominations/import/take-over")
@allow(Who.PREPARER)
def take_over(dossier_id: int) -> AnyResponse:
    """Imports the right rows of the list that was reported on."""
    try:
        with writing() as work:
            report = nomination_imports.take_over(work, actor(), dossier_id, request.form.get("report", ""))
    except (Invalid, Conflict) as error:
        return _page(dossier_id, complaint_of(error), status_of(error))
    return _imported(dossier_id, report)


def _imported(dossier_id: int, report: Report) -> AnyResponse:
    if unread := _unread(report):
        flash(told(unread), "problem")
    flash(told(message("Imported nominations: {number}.", number=report.imported)))
    return redirect(url_for("dossiers.show", dossier_id=dossier_id, _anchor="nominations"), 303)


def _unread(report: Report) -> Message | None:
    """The sheets that were not read, and what to do if they name nominees; None without any."""
    if not report.unread:
        return None
    return message(
        "These sheets of the workbook were not read: {names}. If they name nominees, send those rows too, on "
        "one sheet that is not hidden.",
        names=", ".join(f"“{title}”" for title in report.unread),
    )


def _page(dossier_id: int, complaint: Complaint | None = None, status: int = 200) -> Response:
    with reading() as work:
        shared = content(work, dossier_id)
        page, checked = shared["page"], nomination_imports.waiting(work, actor(), dossier_id)
        access.require_edit(actor(), page.dossier, page.open_tasks)
        return show(
            "dossiers/import.html",
            status,
            **shared,
            complaint=complaint,
            checked=checked,
            unread=_unread(checked) if checked else None,
            most=MOST_NOMINATIONS,
            largest=MAX_WORKBOOK,
        )
