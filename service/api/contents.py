"""The content of a dossier: what differs, what has come on paper, lists of nominees, the control slip."""

from io import BytesIO
from typing import Any

from apiflask import APIBlueprint, FileSchema
from flask import Response, send_file

from service.api.access import Who, allow
from service.api.fields import Shown
from service.api.schemas.contents import (
    Correction,
    Differences,
    DifferencesQuery,
    Imported,
    ImportQuery,
    NewReceipt,
    Receipt,
    Receipts,
    Replacement,
    Slip,
    Workbook,
)
from service.api.schemas.dossiers import Attachment
from service.api.works import reads, services, writes
from service.domain.errors import Invalid, message
from service.domain.people import Actor
from service.domain.receipts import Received
from service.operations.dossier import attachments, differences, dossiers, nomination_imports, receipts, slips
from service.store import tables as rows
from service.store.work import Work

blueprint = APIBlueprint("contents", __name__, tag="Dossiers", url_prefix="/dossiers/<row:dossier_id>")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/differences")
@allow(Who.READERS)
@blueprint.input(DifferencesQuery, location="query", unknown="raise")
@reads
@blueprint.output(Differences)
def show_differences(work: Work, actor: Actor, dossier_id: int, query_data: dict[str, Any]) -> Any:
    """Tell what differs since a version of the dossier, or since it was last returned."""
    found = differences.show(work, actor, dossier_id, query_data["since"])
    dossier = dossiers.show(work, actor, dossier_id).dossier
    zone = dossier.round.locality.zone
    if found is None:
        nothing: dict[str, object] = dict.fromkeys(
            ("returns", "nominations", "files", "answers", "verdicts"), ()
        )
        return {"since": None, "version": dossier.version, "title": None, **nothing}
    return {
        "since": found.since.position,
        "version": dossier.version,
        "returns": [Shown(step, zone) for step in found.returns],
        "title": found.title,
        "nominations": found.nominations,
        "files": found.files,
        "answers": found.answers,
        "verdicts": found.verdicts,
    }


@blueprint.get("/slip")
@allow(Who.READERS)
@reads
@blueprint.output(Slip)
def show_slip(work: Work, actor: Actor, dossier_id: int) -> Any:
    """Show the control slip: who had the dossier, from when until when, and whether in time."""
    slip = slips.show(work, actor, dossier_id)
    zone = slip.dossier.round.locality.zone
    return Shown(slip, zone, lines=[Shown(line, zone) for line in slip.lines])


@blueprint.get("/receipts")
@allow(Who.READERS)
@reads
@blueprint.output(Receipts)
def list_receipts(work: Work, actor: Actor, dossier_id: int) -> Any:
    """List what has come on paper, and what is owed of it for each award."""
    dossier = dossiers.show(work, actor, dossier_id).dossier
    sheet = receipts.sheet(work, actor, dossier)
    return Shown(sheet, _zone(dossier), receipts=[Shown(one, _zone(dossier)) for one in sheet.receipts])


@blueprint.post("/receipts")
@allow(Who.RECEIVERS)
@blueprint.input(NewReceipt)
@writes
@blueprint.output(Receipt, status_code=201)
def record_receipt(work: Work, actor: Actor, dossier_id: int, json_data: dict[str, Any]) -> Any:
    """Record what has arrived on paper at one's office."""
    receipts.require_recording(work, actor, dossier_id)
    dossier = dossiers.show(work, actor, dossier_id).dossier
    receipt = receipts.record(work, actor, dossier_id, _received(work, dossier, json_data))
    return Shown(receipt, _zone(dossier))


@blueprint.post("/receipts/<row:receipt_id>/correct")
@allow(Who.CORRECTORS)
@blueprint.input(Correction)
@writes
@blueprint.output(Receipt, status_code=201)
def correct_receipt(
    work: Work, actor: Actor, dossier_id: int, receipt_id: int, json_data: dict[str, Any]
) -> Any:
    """Put another receipt in the place of one; both stay."""
    receipts.require_correcting(work, actor, dossier_id, receipt_id)
    dossier = dossiers.show(work, actor, dossier_id).dossier
    given = _received(work, dossier, json_data)
    receipt = receipts.correct(work, actor, dossier_id, receipt_id, given, json_data["reason"])
    return Shown(receipt, _zone(dossier))


@blueprint.get("/nominations/template")
@allow(Who.PREPARER)
@reads
@blueprint.output(FileSchema(), content_type=XLSX, description="A workbook to be filled in")
def fetch_template(work: Work, actor: Actor, dossier_id: int) -> Response:
    """Fetch a workbook for nominees, with the awards of the round to choose from."""
    made = nomination_imports.template(work, actor, dossier_id)
    name = nomination_imports.file_name(work, dossier_id)
    answer = send_file(BytesIO(made), mimetype=XLSX, as_attachment=True, download_name=name, etag=False)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@blueprint.post("/nominations/import")
@allow(Who.PREPARER)
@blueprint.input(ImportQuery, location="query", unknown="raise")
@blueprint.input(Workbook, location="files", unknown="raise")
@writes
@blueprint.output(Imported)
def import_nominations(
    work: Work, actor: Actor, dossier_id: int, query_data: dict[str, Any], files_data: dict[str, Any]
) -> Any:
    """Import nominees from a workbook, all of them or, when asked, the right rows only.

    Without `good_rows_only` nothing is kept of a list in which a cell is wrong: the answer is 422, with a
    message for each cell such as B7 and the sheets that were not read as `unread_sheets`.
    """
    sent = files_data["file"]
    report = nomination_imports.send(
        work,
        actor,
        dossier_id,
        display_name=sent.filename or "",
        stream=sent.stream,
        only_good=bool(query_data["good_rows_only"]),
    )
    if report.problems and not report.imported:
        raise Invalid(
            message("Nothing has been imported: correct the cells and send the workbook again."),
            {problem.place: problem.text for problem in report.problems},
            {"unread_sheets": list(report.unread)},
        )
    return report


@blueprint.post("/attachments/<row:attachment_id>/replace")
@allow(Who.PREPARER)
@blueprint.input(Replacement, location="form_and_files", unknown="raise")
@writes
@blueprint.output(Attachment, status_code=201)
def replace_attachment(
    work: Work, actor: Actor, dossier_id: int, attachment_id: int, form_and_files_data: dict[str, Any]
) -> Any:
    """Send a newer version of a file; the older one can still be fetched."""
    settings, sent = services().settings, form_and_files_data["file"]
    row = attachments.replace(
        work,
        actor,
        settings.attachment_folder,
        dossier_id,
        attachment_id,
        display_name=sent.filename or "",
        stream=sent.stream,
        reason=form_and_files_data["reason"],
        limit=settings.attachment_bytes,
    )
    return Shown(row, _zone(dossiers.show(work, actor, dossier_id).dossier))


def _received(work: Work, dossier: rows.Dossier, given: dict[str, Any]) -> Received:
    """What was sent, by the rows that its keys name.

    Raises:
        Invalid: a paper that is not owed for the award.
    """
    known = {(award.key, item.key): (award.id, item.id) for award, item in receipts.known(work, dossier)}
    sets: dict[tuple[int, int], int] = {}
    for position, one in enumerate(given["sets"]):
        paper = known.get((one["award_key"], one["paper_key"]))
        if paper is None:
            wrong = message("This paper is not owed any more. Reload the page.")
            raise Invalid(
                message("Check the marked fields and send again."), {f"sets.{position}.paper_key": wrong}
            )
        sets[paper] = one["sets"]
    return Received(given["received_on"], given["received_from"], sets, given["note"])


def _zone(dossier: rows.Dossier) -> str:
    return dossier.round.locality.zone
