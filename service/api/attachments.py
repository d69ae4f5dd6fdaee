"""Attachments of dossiers: sending, listing, fetching, removing."""

from typing import Any

from apiflask import APIBlueprint, FileSchema
from apiflask.fields import File
from flask import Response, send_file

from service.api.access import Who, allow
from service.api.fields import Input, Number, Shown
from service.api.schemas.dossiers import Attachment, AttachmentList
from service.api.works import reads, services, writes
from service.domain.errors import message
from service.domain.people import Actor
from service.operations.dossier import attachments, dossiers
from service.store.work import Work

blueprint = APIBlueprint(
    "attachments", __name__, tag="Attachments", url_prefix="/dossiers/<row:dossier_id>/attachments"
)

_FILE = message("Send one file here.")


class Upload(Input):
    """A file, and which paper of the checklist it is."""

    file = File(
        required=True,
        error_messages={"required": [_FILE], "null": [_FILE], "invalid": [_FILE]},
        metadata={"type": "string", "format": "binary"},
    )
    checklist_item_id = Number(written=True, load_default=None)


@blueprint.get("")
@allow(Who.READERS)
@reads
@blueprint.output(AttachmentList)
def list_attachments(work: Work, actor: Actor, dossier_id: int) -> Any:
    """List the files of a dossier."""
    page = dossiers.show(work, actor, dossier_id)
    zone = page.dossier.round.locality.zone
    return {"attachments": [Shown(row, zone) for row in page.attachments]}


@blueprint.post("")
@allow(Who.PREPARER)
@blueprint.input(Upload, location="files", unknown="raise")
@writes
@blueprint.output(Attachment, status_code=201)
def add_attachment(work: Work, actor: Actor, dossier_id: int, files_data: dict[str, Any]) -> Any:
    """Add a file to a dossier in preparation; its content is checked, not its name believed."""
    settings = services().settings
    sent = files_data["file"]
    row = attachments.add(
        work,
        actor,
        settings.attachment_folder,
        dossier_id,
        display_name=sent.filename or "",
        stream=sent.stream,
        checklist_item_id=files_data["checklist_item_id"],
        limit=settings.attachment_bytes,
    )
    dossier = dossiers.show(work, actor, dossier_id).dossier
    return Shown(row, dossier.round.locality.zone)


@blueprint.get("/<row:attachment_id>")
@allow(Who.READERS)
@reads
@blueprint.output(FileSchema(), content_type="*/*", description="The file itself")
def fetch_attachment(work: Work, actor: Actor, dossier_id: int, attachment_id: int) -> Response:
    """Fetch a file, always as a download."""
    folder = services().settings.attachment_folder
    row, file = attachments.open_file(work, actor, folder, dossier_id, attachment_id)
    answer = send_file(
        file,
        mimetype=row.media_type,
        as_attachment=True,
        download_name=row.display_name,
        etag=row.sha256,
        last_modified=row.uploaded_at,
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@blueprint.delete("/<row:attachment_id>")
@allow(Who.PREPARER)
@writes
@blueprint.output({}, status_code=204)
def remove_attachment(work: Work, actor: Actor, dossier_id: int, attachment_id: int) -> Any:
    """Take a file out of a dossier in preparation."""
    attachments.remove(work, actor, dossier_id, attachment_id)
    return {}
