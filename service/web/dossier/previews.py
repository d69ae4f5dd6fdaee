"""Looking at PDF files and pictures of a dossier in the page, without trusting anything in them.

A picture is an `img`. A PDF is drawn by pdf.js inside a frame that the browser seals off: without an origin,
without cookies, without any address it may ask; the page hands it the bytes. Nothing in a file is ever run.
"""

from dataclasses import dataclass

from flask import Blueprint, Response, request, send_file

from service.domain.errors import NotFound, message
from service.operations.dossier import attachments, dossiers
from service.store import dossiers as rows
from service.store.tables import Attachment
from service.web.access import Who, allow, open_to_all
from service.web.pages import actor, reading, services, show
from service.web.parts.dossier_pages import content
from service.web.protection import SEALED

screen = Blueprint("previews", __name__)

PDF = "application/pdf"
PICTURES = frozenset({"image/png", "image/jpeg"})
SHOWN = PICTURES | {PDF}


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The files before and after one, among those that can be looked at."""

    before: Attachment | None
    after: Attachment | None


@screen.get("/dossiers/<id:dossier_id>/attachments/<id:attachment_id>/preview")
@allow(Who.READERS)
def page(dossier_id: int, attachment_id: int) -> Response:
    """One file of a dossier to look at, with the way to the next; downloading is always offered."""
    with reading() as work:
        shared = content(work, dossier_id)
        files = dossiers.show(work, actor(), dossier_id).attachments
        file = rows.attachment(work, dossier_id, attachment_id)
        return show(
            "previews/page.html",
            **shared,
            file=file,
            is_pdf=file.media_type == PDF,
            is_picture=file.media_type in PICTURES,
            beside=_neighbours(files, file),
        )


@screen.get("/dossiers/<id:dossier_id>/attachments/<id:attachment_id>/content")
@allow(Who.READERS)
def inline(dossier_id: int, attachment_id: int) -> Response:
    """The bytes of a file that can be looked at, sealed off should a browser open them by themselves."""
    folder = services().settings.attachment_folder
    with reading() as work:
        row, stream = attachments.open_file(work, actor(), folder, dossier_id, attachment_id)
    if row.media_type not in SHOWN:
        stream.close()
        raise NotFound(message("A file of this kind cannot be shown here. Download it."))
    response = send_file(
        stream, mimetype=row.media_type, as_attachment=False, download_name=row.display_name, etag=False
    )
    response.content_length = row.size
    response.headers["Content-Security-Policy"] = SEALED
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


@screen.get("/previews/frame")
@open_to_all
def frame() -> Response:
    """The sealed frame in which a PDF is drawn; it holds nothing until the page hands it a file."""
    response = show("previews/frame.html")
    # `sandbox` takes the origin away, and `'self'` with it in some browsers: the site is named.
    here = request.host_url.rstrip("/")
    response.headers["Content-Security-Policy"] = "; ".join(
        (
            "sandbox allow-scripts",
            "default-src 'none'",
            f"script-src {here}",
            f"style-src {here}",
            "img-src blob: data:",
            "font-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
        )
    )
    return response


def _neighbours(files: list[Attachment], file: Attachment) -> Neighbours:
    shown = [one for one in files if one.media_type in SHOWN or one.id == file.id]
    position = next((index for index, one in enumerate(shown) if one.id == file.id), None)
    if position is None:
        return Neighbours(None, None)
    return Neighbours(
        shown[position - 1] if position else None,
        shown[position + 1] if position + 1 < len(shown) else None,
    )
