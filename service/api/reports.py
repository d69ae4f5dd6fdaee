"""Searching, where rounds stand, and files of rows."""

from collections.abc import Mapping
from typing import Any

from apiflask import APIBlueprint, FileSchema
from flask import Response, g, send_file

from service.api.access import Who, allow
from service.api.fields import Shown
from service.api.schemas.reports import (
    Export,
    Exports,
    NewExport,
    RoundProgress,
    SearchQuery,
    SearchResults,
)
from service.api.tasks import wanted
from service.api.works import reads, services
from service.documents.spreadsheets import MEDIA_TYPE
from service.domain.dossiers import DossierKind, DossierStatus, NominationStatus
from service.domain.people import Actor
from service.domain.reports import ExportKind
from service.domain.searches import Sent, Subject, Wanted
from service.domain.zones import VIETNAM
from service.operations.report import exports, progress, searches
from service.operations.report.exports import Asked
from service.store import tables as rows
from service.store.work import Work

blueprint = APIBlueprint("reports", __name__, tag="Searching and reports")


@blueprint.get("/search")
@allow(Who.SIGNED_IN)
@blueprint.input(SearchQuery, location="query", unknown="raise")
@reads
@blueprint.output(SearchResults)
def search(work: Work, actor: Actor, query_data: dict[str, Any]) -> Any:
    """Find dossiers, nominees, papers, offices and people, as far as one may see them."""
    wanted = _wanted(query_data)
    subject = Subject(query_data["subject"]) if query_data["subject"] else None
    limit = query_data["limit"] if subject else min(query_data["limit"], searches.HEAD)
    before = query_data["before"] if subject else None
    found = searches.find(work, actor, wanted, subject, before=before, limit=limit)
    return {
        "exact": _hit(Subject.DOSSIER, found.exact) if found.exact else None,
        "groups": [
            {
                "subject": one.value,
                "hits": [_hit(one, row) for row in page.rows],
                "next": page.following,
            }
            for one, page in found.pages.items()
        ],
    }


@blueprint.get("/rounds/<locality_id>/<key>/progress")
@allow(Who.LOCALITY)
@reads
@blueprint.output(RoundProgress)
def show_progress(work: Work, actor: Actor, locality_id: str, key: str) -> Any:
    """Show where a round stands: steps, units, offices, nominations, days taken."""
    return progress.as_json(progress.show(work, actor, locality_id, key))


@blueprint.get("/exports")
@allow(Who.SIGNED_IN)
@reads
@blueprint.output(Exports)
def list_exports(work: Work, actor: Actor) -> Any:
    """List the files one has asked for and that are still kept."""
    return {"exports": [Shown(row, VIETNAM) for row in exports.mine(work, actor)]}


@blueprint.post("/exports")
@allow(Who.SIGNED_IN)
@blueprint.input(NewExport)
@blueprint.output(Export, status_code=201)
def ask_export(json_data: dict[str, Any]) -> Any:
    """Ask for a file; a small one is ready at once, a long one is written in the background."""
    inbox = json_data["inbox"]
    asked = Asked(
        ExportKind(json_data["kind"]),
        _wanted(json_data["filters"]),
        json_data["language"],
        wanted(inbox) if inbox else None,
    )
    return Shown(exports.ask(services(), g.actor, asked), VIETNAM)


@blueprint.get("/exports/<row:export_id>")
@allow(Who.OWNER)
@reads
@blueprint.output(Export)
def show_export(work: Work, actor: Actor, export_id: int) -> Any:
    """Tell how far a file is."""
    return Shown(exports.show(work, actor, export_id), VIETNAM)


@blueprint.get("/exports/<row:export_id>/file")
@allow(Who.OWNER)
@reads
@blueprint.output(FileSchema(), content_type=MEDIA_TYPE, description="The file itself")
def fetch_export(work: Work, actor: Actor, export_id: int) -> Response:
    """Fetch a file that is ready."""
    row, file = exports.open_file(services(), work, actor, export_id)
    answer = send_file(
        file, mimetype=MEDIA_TYPE, as_attachment=True, download_name=row.display_name, etag=False
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.delete("/exports/<row:export_id>")
@allow(Who.OWNER)
@blueprint.output({}, status_code=204)
def remove_export(export_id: int) -> Any:
    """Remove a file; one that is being written is given up."""
    exports.remove(services(), g.actor, export_id)
    return {}


def _wanted(given: Mapping[str, Any]) -> Wanted:
    return Wanted(
        text=given.get("q") or "",
        locality_id=given.get("locality"),
        round_id=given.get("round"),
        status=DossierStatus(given["status"]) if given.get("status") else None,
        kind=DossierKind(given["kind"]) if given.get("kind") else None,
        unit_id=given.get("unit"),
        sent=Sent(given["sent"]) if given.get("sent") else None,
        step=given.get("step"),
        office_id=given.get("office"),
        overdue=bool(given.get("overdue")),
        award_id=given.get("award"),
        nomination_status=NominationStatus(given["nomination"]) if given.get("nomination") else None,
    )


def _hit(subject: Subject, found: Any) -> dict[str, Any]:
    """A row that was found in the one shape for all kinds."""
    row, offices = (found[0], found[1]) if subject is Subject.PERSON else (found, [])
    told: dict[str, Any] = {
        "subject": subject.value,
        "id": row.id,
        "code": None,
        "status": None,
        "dossier_id": None,
    }
    match row:
        case rows.Dossier():
            told |= {"title": row.title, "code": row.code, "status": row.status, "dossier_id": row.id}
            offices = [row.unit]
        case rows.Nomination():
            told |= {"title": row.nominee_name, "code": row.dossier.code, "status": row.status}
            told |= {"dossier_id": row.dossier_id}
            offices = [row.dossier.unit]
        case rows.Decision():
            told |= {"title": row.number}
            offices = [row.organisation]
        case rows.Submission():
            told |= {"title": row.number}
            offices = [one for one in (row.from_organisation, row.to_organisation) if one is not None]
        case rows.Organisation():
            told |= {"title": row.name_vi}
            offices = [row]
        case _:
            told |= {"title": row.name}
    return told | {"units": [{"vi": one.name_vi, "en": one.name_en} for one in offices]}
