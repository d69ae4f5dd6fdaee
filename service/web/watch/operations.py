"""How the service is doing, for administrators: workers, incidents, mail, where dossiers stand."""

import json
from datetime import datetime

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from service.domain.dossiers import DossierKind
from service.domain.errors import Message, message
from service.operations import incidents
from service.operations.process import escalations as climbs
from service.operations.watch import health as overview
from service.operations.watch.health import Diagram
from service.store import definitions
from service.store.standing import AtStep, StepCount
from service.web import typed
from service.web.access import administrators
from service.web.dossier import dossiers
from service.web.pages import actor, go_to, reading, show, writing
from service.web.parts.deadlines import DeadlineTeller
from service.web.parts.steps import step_name
from service.web.words import told

screen = Blueprint("operations", __name__, url_prefix="/operations")

PAGE_SIZE = 50
MOST_PAGES = 10_000


@screen.get("")
@administrators
def health() -> Response:
    """Everything on one page; every number leads to its list."""
    with reading() as work:
        found = overview.overview(work, actor())
        return show(
            "operations/health.html",
            health=found,
            standing={diagram.drawn.id: _on_diagram(diagram) for diagram in found.diagrams},
            statuses={kind: dossiers.statuses_of(kind) for kind in DossierKind},
            escalated=_by_level(climbs.count_running(work)),
            step_name=step_name(work, {definition.key for definition, _ in found.definitions}),
        )


@screen.get("/steps/<key>/<element_id>")
@administrators
def step(key: str, element_id: str) -> Response:
    """The dossiers that wait at one step of a diagram: all, those late, or those that lie there `since` an
    instant or longer; a page at a time."""
    number = typed.number(request.args.get("page", "1"))
    since, late = request.args.get("since", ""), request.args.get("late", "")
    if not number or number > MOST_PAGES or late not in {"", "1"}:
        raise BadRequest
    wanted = AtStep(key, element_id, late == "1", _instant(since) if since else None)
    with reading() as work:
        found = overview.waiting_at(work, actor(), wanted, PAGE_SIZE + 1, (number - 1) * PAGE_SIZE)
        return show(
            "operations/step.html",
            wanted=wanted,
            since=since,
            waiting=found[:PAGE_SIZE],
            more=len(found) > PAGE_SIZE,
            page=number,
            number=overview.count_at(work, actor(), wanted),
            due=DeadlineTeller(work).of_task,
            step_name=step_name(work, {key}),
        )


@screen.get("/diagrams/<id:definition_id>/dossiers")
@administrators
def running(definition_id: int) -> Response:
    """The dossiers that run on one version of a diagram, a page at a time."""
    number = typed.number(request.args.get("page", "1"))
    if not number or number > MOST_PAGES:
        raise BadRequest
    with reading() as work:
        definition, found = overview.running_on(
            work, actor(), definition_id, PAGE_SIZE + 1, (number - 1) * PAGE_SIZE
        )
        return show(
            "operations/running.html",
            definition=definition,
            found=found[:PAGE_SIZE],
            more=len(found) > PAGE_SIZE,
            page=number,
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


def _on_diagram(diagram: Diagram) -> str:
    """What stands at each element of a diagram, as JSON: words, where they lead, whether any is late."""
    return json.dumps(
        {
            step.count.element_id: {
                "words": told(_in_words(step.count)),
                "late": step.count.overdue > 0,
                "href": url_for("operations.step", key=step.count.key, element_id=step.count.element_id),
            }
            for step in diagram.steps
        }
    )


def _in_words(count: StepCount) -> Message:
    if count.overdue:
        return message("{number} waiting, {late} overdue", number=count.waiting, late=count.overdue)
    return message("{number} waiting", number=count.waiting)


def _instant(written: str) -> datetime:
    """
    Raises:
        BadRequest: no page of ours writes an instant so.
    """
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise BadRequest from None
    if found.tzinfo is None or not 1900 < found.year < 9000:
        raise BadRequest
    return found


def _by_level(counted: dict[tuple[int, bool], int]) -> dict[int, tuple[int, int]]:
    """For each level how many late steps stand there: unanswered, and answered by everybody asked."""
    return {
        level: (counted.get((level, False), 0), counted.get((level, True), 0))
        for level in sorted({level for level, _ in counted})
    }
