"""Duty reports: who has sent, who is late, who is missing."""

from typing import Any

from apiflask import APIBlueprint

from service.api.access import Who, allow
from service.api.fields import Shown
from service.api.schemas.duties import Duties, DutyPage, DutyQuery, Opened, Opening
from service.api.works import reads, writes
from service.domain.people import Actor
from service.operations import access
from service.operations.schedule import duties, report_openings
from service.operations.schedule.duties import Line
from service.store.work import Work

blueprint = APIBlueprint("duties", __name__, tag="Duty reports")


@blueprint.get("/localities/<locality_id>/duties")
@allow(Who.LOCALITY)
@blueprint.input(DutyQuery, location="query", unknown="raise")
@reads
@blueprint.output(Duties)
def list_duties(work: Work, actor: Actor, locality_id: str, query_data: dict[str, Any]) -> Any:
    """List the reports that a locality's plan asks for, with how many have come."""
    access.require_locality(actor, locality_id)
    found = duties.list_duties(work, locality_id, query_data["year"], actor)
    return {"duties": [duties.as_json(page) for page in found]}


@blueprint.get("/duties/<locality_id>/<key>")
@allow(Who.LOCALITY)
@reads
@blueprint.output(DutyPage)
def show_duty(work: Work, actor: Actor, locality_id: str, key: str) -> Any:
    """Show a duty in one year, such as `result_report-2024`, with everybody who owes a report."""
    access.require_locality(actor, locality_id)
    page = duties.show(work, locality_id, key, actor)
    reports = [_report(actor, line, page.locality.zone) for line in page.lines]
    return {**duties.as_json(page), "reports": reports}


@blueprint.post("/duties/<locality_id>/<key>/open")
@allow(Who.ADMINISTRATORS)
@blueprint.input(Opening)
@writes
@blueprint.output(Opened, status_code=201)
def open_reports(work: Work, actor: Actor, locality_id: str, key: str, json_data: dict[str, Any]) -> Any:
    """Open the reports that are still missing, or that of one organisation, whatever the date."""
    opened = report_openings.open_by_hand(work, actor, locality_id, key, json_data["unit"])
    return {"codes": [report.code for report in opened]}


def _report(actor: Actor, line: Line, zone: str) -> Shown:
    seen = line.report if duties.may_see(actor, line) else None
    return Shown(
        line,
        zone,
        state=line.standing.state.value,
        late=line.standing.late,
        dossier_id=seen.id if seen else None,
        code=seen.code if seen else None,
        reminded=line.reminded.times if line.reminded else 0,
        reminded_at=line.reminded.last_at if line.reminded else None,
    )
