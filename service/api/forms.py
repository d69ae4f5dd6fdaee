"""Task forms while they are filled in: drafts, files, changes by others, and what sending would bring."""

from typing import Any

from apiflask import APIBlueprint, FileSchema
from apiflask.fields import File
from flask import Response, jsonify, request, send_file

from service.api import overlaps
from service.api.access import Who, allow
from service.api.fields import Input, Query, Shown, Whole
from service.api.languages import in_words
from service.api.schemas.forms import (
    Changes,
    Draft,
    DraftInput,
    Foreseen,
    FormFile,
    FormFileList,
    FormVersionList,
)
from service.api.schemas.tasks import Completion
from service.api.tasks import judgements
from service.api.works import reads, services, writes
from service.domain.errors import message
from service.domain.people import Actor
from service.domain.zones import VIETNAM
from service.operations import access
from service.operations.mail import digests
from service.operations.work import changes, drafts, foresight, form_uploads, tasks
from service.operations.work.completions import Filled
from service.store import definitions
from service.store.tables import TaskDraft, UserTask
from service.store.work import Work

blueprint = APIBlueprint("forms", __name__, tag="Forms")

_FILE = message("Send one file here.")


class FormUpload(Input):
    """A file for a field of the form."""

    file = File(
        required=True,
        error_messages={"required": [_FILE], "null": [_FILE], "invalid": [_FILE]},
        metadata={"type": "string", "format": "binary"},
    )


class Seen(Query):
    """The dossier's version that the caller has seen."""

    seen = Whole(least=0, most=2**31, written=True, required=True)


@blueprint.get("/forms")
@allow(Who.ADMINISTRATORS)
@reads
@blueprint.output(FormVersionList)
def list_forms(work: Work, actor: Actor) -> Any:
    """List the deployed versions of all forms, with how many open tasks keep each."""
    access.require_administrator(actor)
    return {
        "forms": [Shown(form, VIETNAM, open_tasks=number) for form, number in definitions.every_form(work)]
    }


@blueprint.get("/tasks/<row:task_id>/draft")
@allow(Who.CANDIDATES)
@reads
@blueprint.output(Draft)
def show_draft(work: Work, actor: Actor, task_id: int) -> Any:
    """Show one's own draft of a task's form."""
    return _draft(tasks.show(work, actor, task_id), drafts.find(work, actor, task_id))


@blueprint.put("/tasks/<row:task_id>/draft")
@allow(Who.CANDIDATES)
@blueprint.input(DraftInput)
@writes
@blueprint.output(Draft)
def save_draft(work: Work, actor: Actor, task_id: int, json_data: dict[str, Any]) -> Any:
    """Keep what has been typed so far, valid or not; it is there on every screen of the same person."""
    drafts.save(work, actor, task_id, json_data["values"], json_data["revision"])
    return _draft(tasks.show(work, actor, task_id), drafts.find(work, actor, task_id))


@blueprint.delete("/tasks/<row:task_id>/draft")
@allow(Who.CANDIDATES)
@writes
@blueprint.output({}, status_code=204)
def discard_draft(work: Work, actor: Actor, task_id: int) -> Any:
    """Throw one's own draft of a task's form away."""
    drafts.discard(work, actor, task_id)
    return {}


@blueprint.get("/drafts/<place>")
@allow(Who.SIGNED_IN)
@reads
@blueprint.output(Draft)
def show_page_draft(work: Work, actor: Actor, place: str) -> Any:
    """Show one's own draft of a form that belongs to no task, such as `dossier-new` or `nomination-7-new`."""
    return _page_draft(work, actor, place)


@blueprint.put("/drafts/<place>")
@allow(Who.SIGNED_IN)
@blueprint.input(DraftInput)
@writes
@blueprint.output(Draft)
def save_page_draft(work: Work, actor: Actor, place: str, json_data: dict[str, Any]) -> Any:
    """Keep what has been typed so far into such a form, valid or not."""
    drafts.save_page(work, actor, place, json_data["values"], json_data["revision"])
    return _page_draft(work, actor, place)


@blueprint.delete("/drafts/<place>")
@allow(Who.SIGNED_IN)
@writes
@blueprint.output({}, status_code=204)
def discard_page_draft(work: Work, actor: Actor, place: str) -> Any:
    """Throw such a draft away."""
    drafts.discard_page(work, actor, place)
    return {}


@blueprint.get("/tasks/<row:task_id>/changes")
@allow(Who.READERS)
@blueprint.input(Seen, location="query", unknown="raise")
@reads
@blueprint.output(Changes)
def show_changes(work: Work, actor: Actor, task_id: int, query_data: dict[str, Any]) -> Any:
    """Tell what has happened to a task's dossier since a version; send the ETag back to hear only of news."""
    found = changes.since(work, actor, task_id, query_data["seen"])
    zone = found.task.dossier.round.locality.zone
    answer = jsonify(
        Changes().dump(
            {
                "version": found.version,
                "steps": [Shown(step, zone) for step in found.steps],
                "over": in_words(found.over) if found.over else None,
                "holder": found.holder,
            }
        )
    )
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.add_etag()
    return answer.make_conditional(request)


@blueprint.post("/tasks/<row:task_id>/foresee")
@allow(Who.HOLDER)
@blueprint.input(Completion)
@reads
@blueprint.output(Foreseen)
def foresee_task(work: Work, actor: Actor, task_id: int, json_data: dict[str, Any]) -> Any:
    """Tell what completing a task with this form would bring about: next steps, mails, deadlines."""
    filled = Filled(
        json_data["values"],
        judgements(json_data["judgements"]),
        json_data["seen_version"],
        overlaps.answers(json_data["overlaps"]),
    )
    zone = tasks.show(work, actor, task_id).dossier.round.locality.zone
    work.session.rollback()
    found = foresight.foresee(services().database, actor, task_id, filled)
    return {
        "status": found.status,
        "ends": found.ends,
        "outcome": found.outcome,
        "steps": [Shown(step, zone) for step in found.steps],
        "mails": found.mails,
    }


@blueprint.get("/tasks/<row:task_id>/files")
@allow(Who.CANDIDATES)
@reads
@blueprint.output(FormFileList)
def list_form_files(work: Work, actor: Actor, task_id: int) -> Any:
    """List one's own files in the form of a task."""
    found = form_uploads.list_waiting(work, actor, task_id)
    zone = tasks.show(work, actor, task_id).dossier.round.locality.zone
    return {"files": [Shown(file, zone) for file in found]}


@blueprint.post("/tasks/<row:task_id>/files/<field>")
@allow(Who.HOLDER)
@blueprint.input(FormUpload, location="files", unknown="raise")
@writes
@blueprint.output(FormFile, status_code=201)
def add_form_file(work: Work, actor: Actor, task_id: int, field: str, files_data: dict[str, Any]) -> Any:
    """Put a file into a field of the form; it joins the dossier when the task is completed."""
    settings, sent = services().settings, files_data["file"]
    row = form_uploads.add(
        work,
        actor,
        settings.attachment_folder,
        task_id,
        field,
        display_name=sent.filename or "",
        stream=sent.stream,
        limit=settings.attachment_bytes,
    )
    return Shown(row, tasks.show(work, actor, task_id).dossier.round.locality.zone)


@blueprint.get("/tasks/<row:task_id>/files/<row:file_id>")
@allow(Who.HOLDER)
@reads
@blueprint.output(FileSchema(), content_type="*/*", description="The file itself")
def fetch_form_file(work: Work, actor: Actor, task_id: int, file_id: int) -> Response:
    """Fetch a file of one's own form, always as a download."""
    row, file = form_uploads.open_file(work, actor, services().settings.attachment_folder, task_id, file_id)
    answer = send_file(
        file, mimetype=row.media_type, as_attachment=True, download_name=row.display_name, etag=row.sha256
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@blueprint.delete("/tasks/<row:task_id>/files/<row:file_id>")
@allow(Who.HOLDER)
@writes
@blueprint.output({}, status_code=204)
def remove_form_file(work: Work, actor: Actor, task_id: int, file_id: int) -> Any:
    """Take a file out of one's own form."""
    form_uploads.remove(work, actor, task_id, file_id)
    return {}


def _draft(task: UserTask, row: TaskDraft | None) -> Shown:
    zone = task.dossier.round.locality.zone
    if row is None:
        return Shown(task, zone, values={}, revision=0, saved_at=None)
    return Shown(row, zone, values=row.content)


def _page_draft(work: Work, actor: Actor, place: str) -> Shown:
    row, zone = drafts.find_page(work, actor, place), digests.zone_of(work, actor.person_id)
    if row is None:
        return Shown(None, zone, values={}, revision=0, saved_at=None)
    return Shown(row, zone, values=row.content)
