"""Submissions and decisions: one paper over the nominations of one or many dossiers."""

from typing import Any

from apiflask import APIBlueprint

from service.api.access import Who, allow
from service.api.fields import Shown
from service.api.inbox import results
from service.api.overlaps import answers
from service.api.schemas.inbox import SentSubmission
from service.api.schemas.tasks import Decided, Decision, NewDecision, NewSubmission, Submission
from service.api.tasks import judgements
from service.api.works import reads, writes
from service.domain.people import Actor
from service.operations.work import papers
from service.operations.work.completions import Filled
from service.store.work import Work

blueprint = APIBlueprint("papers", __name__, tag="Submissions and decisions")


@blueprint.post("/submissions")
@allow(Who.CANDIDATES)
@blueprint.input(NewSubmission)
@writes
@blueprint.output(SentSubmission, status_code=201)
def send_submission(work: Work, actor: Actor, json_data: dict[str, Any]) -> Any:
    """Send the dossiers of forwarding tasks upward with one letter; those that cannot go say why."""
    sent = papers.forward(work, actor, json_data["task_ids"], Filled(json_data["values"]), _seen(json_data))
    return _submission(work, actor, sent.submission.id, results=results(sent.results))


@blueprint.get("/submissions/<row:submission_id>")
@allow(Who.READERS)
@reads
@blueprint.output(Submission)
def show_submission(work: Work, actor: Actor, submission_id: int) -> Any:
    """Show a letter with the nominations it carries."""
    return _submission(work, actor, submission_id)


@blueprint.post("/decisions")
@allow(Who.CANDIDATES)
@blueprint.input(NewDecision)
@writes
@blueprint.output(Decided, status_code=201)
def sign_decision(work: Work, actor: Actor, json_data: dict[str, Any]) -> Any:
    """Approve the dossiers of decision tasks with one decision; all of them or none."""
    filled = Filled(
        json_data["values"],
        judgements(json_data["judgements"]),
        answers=answers(json_data["overlaps"]),
    )
    decision = papers.decide(work, actor, json_data["task_ids"], filled, _seen(json_data))
    return {"decision": None if decision is None else _decision(work, actor, decision.id)}


@blueprint.get("/decisions/<row:decision_id>")
@allow(Who.READERS)
@reads
@blueprint.output(Decision)
def show_decision(work: Work, actor: Actor, decision_id: int) -> Any:
    """Show a decision with the nominations it grants."""
    return _decision(work, actor, decision_id)


def _seen(said: dict[str, Any]) -> dict[int, int]:
    """
    Raises:
        Invalid: one of the tasks lacks its version.
    """
    seen = {one["task_id"]: one["seen_version"] for one in said["seen_versions"]}
    papers.require_every_seen(said["task_ids"], seen)
    return seen


def _submission(work: Work, actor: Actor, submission_id: int, **more: object) -> Shown:
    submission, carried = papers.show_submission(work, actor, submission_id)
    return Shown(submission, carried[0].dossier.round.locality.zone, nominations=carried, **more)


def _decision(work: Work, actor: Actor, decision_id: int) -> Shown:
    decision, granted = papers.show_decision(work, actor, decision_id)
    return Shown(decision, granted[0].dossier.round.locality.zone, nominations=granted)
