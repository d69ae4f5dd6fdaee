"""People who work together: seats, absences, tasks handed on, opinions and votes."""

from typing import Any

from apiflask import APIBlueprint

from service.api.access import Who, allow
from service.api.fields import Shown
from service.api.schemas import together as schemas
from service.api.schemas.tasks import TaskLine
from service.api.tasks import line
from service.api.works import reads, writes
from service.domain.opinions import OpinionState
from service.domain.people import Actor
from service.domain.zones import VIETNAM
from service.operations.staff import seats, substitutions
from service.operations.staff.substitutions import Away
from service.operations.work import assignments, delegations, opinions, tasks, votes
from service.operations.work.opinions import OpinionPage, Question
from service.store import localities
from service.store.tables import Opinion, Substitution
from service.store.work import Work

blueprint = APIBlueprint("together", __name__, tag="People")


@blueprint.get("/tasks/<row:task_id>/people")
@allow(Who.READERS)
@reads
@blueprint.output(schemas.TaskPeople)
def list_people_of_task(work: Work, actor: Actor, task_id: int) -> Any:
    """List who may get a task from the head, and who may be asked to work on it."""
    task = tasks.show(work, actor, task_id)
    return {
        "candidates": assignments.candidates(work, task),
        "colleagues": delegations.colleagues(work, task),
        "owner": task.owner,
        "delegation": task.delegation,
    }


@blueprint.post("/tasks/<row:task_id>/assign")
@allow(Who.HEADS)
@blueprint.input(schemas.Assignment)
@writes
@blueprint.output(TaskLine)
def assign_task(work: Work, actor: Actor, task_id: int, json_data: dict[str, Any]) -> Any:
    """Give a task to another member of its group, as the head of the office; both hear of it."""
    return line(work, assignments.assign(work, actor, task_id, json_data["person_id"], json_data["reason"]))


@blueprint.post("/tasks/<row:task_id>/delegate")
@allow(Who.HOLDER)
@blueprint.input(schemas.Delegation)
@writes
@blueprint.output(TaskLine)
def delegate_task(work: Work, actor: Actor, task_id: int, json_data: dict[str, Any]) -> Any:
    """Have a colleague of the same office work on a task; its owner stays responsible."""
    return line(work, delegations.delegate(work, actor, task_id, json_data["person_id"], json_data["note"]))


@blueprint.post("/tasks/<row:task_id>/resolve")
@allow(Who.HOLDER)
@blueprint.input(schemas.Resolution)
@writes
@blueprint.output(TaskLine)
def resolve_task(work: Work, actor: Actor, task_id: int, json_data: dict[str, Any]) -> Any:
    """Give a delegated task back to its owner."""
    return line(work, delegations.resolve(work, actor, task_id, json_data["note"]))


@blueprint.post("/tasks/<row:task_id>/take-back")
@allow(Who.HOLDER)
@blueprint.input(schemas.Because)
@writes
@blueprint.output(TaskLine)
def take_back_task(work: Work, actor: Actor, task_id: int, json_data: dict[str, Any]) -> Any:
    """Take a delegated task back before it is given back, as its owner."""
    return line(work, delegations.take_back(work, actor, task_id, json_data["reason"]))


@blueprint.get("/localities/<locality_id>/seats")
@allow(Who.LOCALITY)
@reads
@blueprint.output(schemas.Directory)
def list_seats(work: Work, actor: Actor, locality_id: str) -> Any:
    """List who sits where, with the days of each seat."""
    return {
        "offices": [
            {
                "organisation": office.organisation,
                "roles": [
                    Shown(
                        one.group,
                        VIETNAM,
                        group_id=one.group.id,
                        named=one.role,
                        head=one.role.head,
                        sittings=[
                            {
                                "person": sitting.membership.person,
                                "state": sitting.state,
                                "first_day": sitting.membership.valid_from,
                                "last_day": sitting.membership.valid_to,
                            }
                            for sitting in one.sittings
                        ],
                    )
                    for one in office.roles
                ],
            }
            for office in seats.of_locality(work, actor, locality_id)
        ]
    }


@blueprint.put("/seats/<row:group_id>")
@allow(Who.SEATERS)
@blueprint.input(schemas.NewSeat)
@writes
@blueprint.output(schemas.Seated)
def change_seat(work: Work, actor: Actor, group_id: int, json_data: dict[str, Any]) -> Any:
    """Give somebody a role in an office from one day to another, or change the days."""
    return seats.seat(
        work,
        actor,
        person_id=json_data["person_id"],
        group_id=group_id,
        first=json_data["first_day"],
        last=json_data["last_day"],
        reason=json_data["reason"],
    )


@blueprint.get("/localities/<locality_id>/absences")
@allow(Who.LOCALITY)
@reads
@blueprint.output(schemas.Absences)
def list_absences(work: Work, actor: Actor, locality_id: str) -> Any:
    """List who is away or will be, and who stands in."""
    zone = localities.get(work, locality_id).zone
    return {
        "absences": [_absence(row, zone, actor) for row in substitutions.list_for(work, actor, locality_id)]
    }


@blueprint.post("/localities/<locality_id>/absences")
@allow(Who.ABSENTEES)
@blueprint.input(schemas.NewAbsence)
@writes
@blueprint.output(schemas.Absence)
def enter_absence(work: Work, actor: Actor, locality_id: str, json_data: dict[str, Any]) -> Any:
    """Enter an absence of one's own, of somebody in an office one leads, or as an administrator."""
    row = substitutions.enter(work, actor, locality_id, Away(**json_data))
    return _absence(row, localities.get(work, locality_id).zone, actor)


@blueprint.post("/absences/<row:substitution_id>/end")
@allow(Who.ABSENTEES)
@writes
@blueprint.output(schemas.Absence)
def end_absence(work: Work, actor: Actor, substitution_id: int) -> Any:
    """End an absence before its last day."""
    row = substitutions.end(work, actor, substitution_id)
    return _absence(row, localities.get(work, row.seats[0].group.organisation.locality_id).zone, actor)


@blueprint.get("/opinions")
@allow(Who.SIGNED_IN)
@blueprint.input(schemas.OpinionQuery, location="query", unknown="raise")
@reads
@blueprint.output(schemas.Opinions)
def list_opinions(work: Work, actor: Actor, query_data: dict[str, Any]) -> Any:
    """List what one's offices and councils are asked, the nearest last day first; or what is closed."""
    find = opinions.list_closed if query_data["closed"] else opinions.list_waiting
    return {"opinions": [_opinion(work, one) for one in find(work, actor, OpinionPage(schemas.MOST))]}


@blueprint.get("/dossiers/<row:dossier_id>/opinions")
@allow(Who.READERS)
@reads
@blueprint.output(schemas.Opinions)
def list_opinions_of_dossier(work: Work, actor: Actor, dossier_id: int) -> Any:
    """List all questions about a dossier with their answers and results."""
    return {"opinions": [_opinion(work, one) for one in opinions.list_of_dossier(work, actor, dossier_id)]}


@blueprint.get("/opinions/<row:opinion_id>")
@allow(Who.READERS)
@reads
@blueprint.output(schemas.Opinion)
def show_opinion(work: Work, actor: Actor, opinion_id: int) -> Any:
    """Show a question with its answer, or how its vote stands."""
    return _opinion(work, opinions.show(work, actor, opinion_id))


@blueprint.post("/tasks/<row:task_id>/opinions")
@allow(Who.HOLDER)
@blueprint.input(schemas.NewOpinion)
@writes
@blueprint.output(schemas.Opinion)
def ask_opinion(work: Work, actor: Actor, task_id: int, json_data: dict[str, Any]) -> Any:
    """Ask another office, or the council to vote, from a task that one holds."""
    question = Question(
        json_data["organisation_id"],
        json_data["question"],
        json_data["last_day"],
        json_data["nomination_ids"],
    )
    return _opinion(work, opinions.ask(work, actor, task_id, question))


@blueprint.post("/opinions/<row:opinion_id>/answer")
@allow(Who.ASKED)
@blueprint.input(schemas.OpinionAnswer)
@writes
@blueprint.output(schemas.Opinion)
def answer_opinion(work: Work, actor: Actor, opinion_id: int, json_data: dict[str, Any]) -> Any:
    """Answer for the office that was asked; once."""
    given = json_data["answer"], json_data["said"], json_data["reason"]
    return _opinion(work, opinions.answer(work, actor, opinion_id, *given))


@blueprint.post("/opinions/<row:opinion_id>/vote")
@allow(Who.ASKED)
@blueprint.input(schemas.NewBallot)
@writes
@blueprint.output(schemas.Opinion)
def vote(work: Work, actor: Actor, opinion_id: int, json_data: dict[str, Any]) -> Any:
    """Cast or change one's ballot; the last one closes the vote."""
    given = {one["subject_id"]: (one["choice"], one["reason"]) for one in json_data["votes"]}
    return _opinion(work, votes.vote(work, actor, opinion_id, given))


@blueprint.post("/opinions/<row:opinion_id>/withdraw")
@allow(Who.HOLDER)
@blueprint.input(schemas.Because)
@writes
@blueprint.output(schemas.Opinion)
def withdraw_opinion(work: Work, actor: Actor, opinion_id: int, json_data: dict[str, Any]) -> Any:
    """Take a question back that nobody has answered."""
    return _opinion(work, opinions.withdraw(work, actor, opinion_id, json_data["reason"]))


def _absence(row: Substitution, zone: str, actor: Actor) -> Shown:
    reason = substitutions.reason_told(actor, row)
    return Shown(row, zone, group_ids=[seat.group_id for seat in row.seats], reason=reason)


def _opinion(work: Work, opinion: Opinion) -> Shown:
    return Shown(
        opinion,
        opinion.dossier.round.locality.zone,
        state=opinion.closing or OpinionState.OPEN.value,
        overdue=opinion.closed_at is None and opinion.due_at <= work.now,
        members=len(opinion.ballots),
        voted=sum(one.cast_at is not None for one in opinion.ballots),
        results=opinion.result["subjects"] if opinion.result else [],
    )
