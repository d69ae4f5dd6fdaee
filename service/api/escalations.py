"""Escalations: the late steps that have climbed."""

from typing import Any
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint

from service.api.access import Who, allow
from service.api.fields import Shown
from service.api.schemas.escalations import Acknowledgement, Answered, ClimbList, ClimbQuery
from service.api.schemas.tasks import TaskLine
from service.api.tasks import line
from service.api.works import reads, writes
from service.domain.people import Actor
from service.operations.process import escalations
from service.operations.process.escalations import Climb, Rung
from service.operations.work import acknowledgements
from service.store.work import Work

blueprint = APIBlueprint("escalations", __name__, tag="Escalations")


@blueprint.get("/escalations")
@allow(Who.ADMINISTRATORS)
@blueprint.input(ClimbQuery, location="query", unknown="raise")
@reads
@blueprint.output(ClimbList)
def list_escalations(work: Work, actor: Actor, query_data: dict[str, Any]) -> Any:
    """List the late steps that have been escalated, the longest overdue first."""
    answered = query_data["answered"]
    found = escalations.list_running(
        work,
        actor,
        level=query_data["level"],
        acknowledged=None if answered is None else answered == Answered.YES,
    )
    shown = found[: escalations.MOST_SHOWN]
    return {
        "escalations": [shown_climb(climb, climb.late.dossier.round.locality.zone) for climb in shown],
        "number": len(found),
    }


@blueprint.post("/escalations/<row:task_id>/acknowledge")
@allow(Who.CANDIDATES)
@blueprint.input(Acknowledgement)
@writes
@blueprint.output(TaskLine)
def acknowledge_escalation(work: Work, actor: Actor, task_id: int, json_data: dict[str, Any]) -> Any:
    """Answer an escalation with an instruction, which stops the climb; it is taken first if nobody has it."""
    return line(work, acknowledgements.acknowledge(work, actor, task_id, json_data["note"]))


def shown_climb(climb: Climb, zone: str | ZoneInfo) -> Shown:
    """A climb with everybody asked, in the zone of its locality."""
    return Shown(climb, zone, asked=[_shown(rung, zone) for rung in climb.rungs])


def _shown(rung: Rung, zone: str | ZoneInfo) -> Shown:
    answer = rung.answer
    return Shown(
        rung,
        zone,
        answered_at=answer.at if answer else None,
        answered_by=answer.person_name if answer else None,
        note=answer.reason if answer else None,
    )
