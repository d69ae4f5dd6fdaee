"""How the service is doing, for administrators: workers, incidents, mail, where dossiers stand."""

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import message
from service.operations import incidents
from service.operations.process import escalations as climbs
from service.operations.watch import health as overview
from service.store import definitions
from service.web import typed
from service.web.access import administrators
from service.web.deadlines import DeadlineTeller
from service.web.pages import actor, go_to, reading, show, writing
from service.web.steps import step_name
from service.web.words import told

screen = Blueprint("operations", __name__, url_prefix="/operations")


@screen.get("")
@administrators
def health() -> Response:
    """Everything on one page; every number leads to its list."""
    with reading() as work:
        found = overview.overview(work, actor())
        return show(
            "operations/health.html",
            health=found,
            escalated=_by_level(climbs.count_running(work)),
            step_name=step_name(work, {definition.key for definition, _ in found.definitions}),
        )


@screen.get("/steps/<element_id>")
@administrators
def step(element_id: str) -> Response:
    """The dossiers that wait at one step."""
    with reading() as work:
        waiting = overview.waiting_at(work, actor(), element_id)
        keys = {definition.key for definition, _ in definitions.every(work)}
        return show(
            "operations/step.html",
            element_id=element_id,
            waiting=waiting,
            due=DeadlineTeller(work).of_task,
            step_name=step_name(work, keys),
            most=overview.MOST_SHOWN,
        )


@screen.get("/escalations")
@administrators
def escalations() -> Response:
    """The late steps that have climbed, of one level or answered or not if asked."""
    level, answered = request.args.get("level", ""), request.args.get("answered", "")
    if (level and typed.number(level) is None) or answered not in {"", "yes", "no"}:
        raise BadRequest
    with reading() as work:
        found = climbs.list_running(
            work,
            actor(),
            level=typed.number(level),
            acknowledged={"yes": True, "no": False}.get(answered),
        )
        keys = {definition.key for definition, _ in definitions.every(work)}
        return show(
            "operations/escalations.html",
            climbs=found[: climbs.MOST_SHOWN],
            number=len(found),
            level=level,
            answered=answered,
            due=DeadlineTeller(work).of_task,
            step_name=step_name(work, keys),
        )


@screen.post("/incidents/<id:incident_id>/retry")
@administrators
def retry(incident_id: int) -> AnyResponse:
    """Puts back to work what failed."""
    with writing() as work:
        incidents.retry(work, actor(), incident_id)
    flash(told(message("It will be tried again with the next tick.")))
    return go_to(url_for("operations.health"))


def _by_level(counted: dict[tuple[int, bool], int]) -> dict[int, tuple[int, int]]:
    """For each level how many late steps stand there: unanswered, and answered by everybody asked."""
    return {
        level: (counted.get((level, False), 0), counted.get((level, True), 0))
        for level in sorted({level for level, _ in counted})
    }
