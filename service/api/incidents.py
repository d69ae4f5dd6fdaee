"""Incidents: what failed and was set aside, and putting it back to work."""

from typing import Any

from apiflask import APIBlueprint

from service.api.access import Who, allow
from service.api.fields import Shown
from service.api.schemas.incidents import Incident, IncidentList
from service.api.works import reads, writes
from service.domain.people import Actor
from service.domain.zones import VIETNAM
from service.operations import incidents
from service.store import tables as rows
from service.store.work import Work

blueprint = APIBlueprint("incidents", __name__, tag="Incidents")


@blueprint.get("/incidents")
@allow(Who.ADMINISTRATORS)
@reads
@blueprint.output(IncidentList)
def list_incidents(work: Work, actor: Actor) -> Any:
    """List what failed and waits for an administrator, the oldest first."""
    return {"incidents": [_shown(incident) for incident in incidents.list_open(work, actor)]}


@blueprint.post("/incidents/<row:incident_id>/retry")
@allow(Who.ADMINISTRATORS)
@writes
@blueprint.output(Incident)
def retry_incident(work: Work, actor: Actor, incident_id: int) -> Any:
    """Put what failed back to work, with the next sweep, and close the incident."""
    return _shown(incidents.retry(work, actor, incident_id))


def _shown(incident: rows.Incident) -> Shown:
    return Shown(incident, VIETNAM)
