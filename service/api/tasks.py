"""Tasks: folders, claiming, releasing, completing."""

from collections.abc import Mapping, Sequence
from typing import Any

from apiflask import APIBlueprint
from flask import jsonify, request

from service.api import overlaps
from service.api.access import Who, allow
from service.api.fields import Shown
from service.api.languages import in_words
from service.api.schemas.tasks import (
    Completed,
    Completion,
    FolderCounts,
    TaskLine,
    TaskList,
    TaskPage,
    TaskQuery,
)
from service.api.works import reads, writes
from service.domain.deadlines import warning_of
from service.domain.dossiers import Judgement, Verdict
from service.domain.errors import Invalid, message
from service.domain.people import Actor
from service.domain.queues import Wanted, read_wanted
from service.domain.tasks import OUTCOMES, Act, Folder, is_overdue
from service.operations import calendars
from service.operations.work import acts, completions, folders, returns, snoozes, tasks
from service.operations.work.completions import Filled
from service.store.dossiers import history
from service.store.tables import UserTask
from service.store.work import Work

_FILTERS = ("q", "act", "round", "unit", "holder", "sort")

blueprint = APIBlueprint("tasks", __name__, tag="Tasks")


@blueprint.get("/folders")
@allow(Who.SIGNED_IN)
@reads
@blueprint.output(FolderCounts)
def count_folders(work: Work, actor: Actor) -> Any:
    """Count the tasks in each folder of one's inbox; send the ETag back to hear only of changes."""
    answer = jsonify(_counts(work, actor))
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.add_etag()
    return answer.make_conditional(request)


@blueprint.get("/tasks")
@allow(Who.SIGNED_IN)
@blueprint.input(TaskQuery, location="query", unknown="raise")
@reads
@blueprint.output(TaskList)
def list_tasks(work: Work, actor: Actor, query_data: dict[str, Any]) -> Any:
    """List the tasks of a folder of one's inbox, with the counts of all folders."""
    found = folders.look(work, actor, wanted(query_data), query_data["after"], query_data["limit"])
    put_off = snoozes.of_tasks(work, actor, found.tasks)
    return {
        "tasks": [line(work, task, snoozed_until=put_off.get(task.id)) for task in found.tasks],
        "counts": _counts(work, actor),
        "next": found.following,
        "cut": found.cut,
    }


@blueprint.get("/tasks/<row:task_id>")
@allow(Who.READERS)
@reads
@blueprint.output(TaskPage)
def show_task(work: Work, actor: Actor, task_id: int) -> Any:
    """Show a task with its form, the answers it knows, and the nominations to judge."""
    task = tasks.show(work, actor, task_id)
    act = Act(task.act)
    judged = acts.judged_at(act, task.dossier.nominations)
    return line(
        work,
        task,
        form=completions.offered_schema(work, task),
        conditions=completions.form_context(work, task),
        answers_before=returns.answers_before(work, task, history(work, task.dossier_id)),
        outcomes=sorted(OUTCOMES[act]),
        nominations_to_judge=judged,
        overlaps=overlaps.shown(work, actor, judged, task.dossier.round.locality.zone),
    )


@blueprint.post("/tasks/<row:task_id>/claim")
@allow(Who.CANDIDATES)
@writes
@blueprint.output(TaskLine)
def claim_task(work: Work, actor: Actor, task_id: int) -> Any:
    """Take a task out of the office's queue into one's own."""
    return line(work, tasks.claim(work, actor, task_id))


@blueprint.post("/tasks/<row:task_id>/release")
@allow(Who.HOLDER)
@writes
@blueprint.output(TaskLine)
def release_task(work: Work, actor: Actor, task_id: int) -> Any:
    """Put one's own task back into the office's queue."""
    return line(work, tasks.release(work, actor, task_id))


@blueprint.post("/tasks/<row:task_id>/complete")
@allow(Who.HOLDER)
@blueprint.input(Completion)
@writes
@blueprint.output(Completed)
def complete_task(work: Work, actor: Actor, task_id: int, json_data: dict[str, Any]) -> Any:
    """Complete a task with its form; the dossier moves on in the same moment."""
    filled = Filled(
        json_data["values"],
        judgements(json_data["judgements"]),
        json_data["seen_version"],
        overlaps.answers(json_data["overlaps"]),
        json_data["unanswered"],
    )
    return completed(work, tasks.complete(work, actor, task_id, filled))


def wanted(said: Mapping[str, Any]) -> Wanted:
    """A folder with filters and an order, as a query or a body says it.

    Raises:
        Invalid: an order of unknown keys.
    """
    texts = {name: str(said[name]) for name in _FILTERS if said.get(name) not in {None, ""}}
    return read_wanted(Folder(said["folder"]), texts)


def line(work: Work, task: UserTask, **more: object) -> Shown:
    """A task as lists show it."""
    locality = task.dossier.round.locality
    overdue = task.closed_at is None and is_overdue(task.due_at, work.now)
    warning = None
    if task.closed_at is None and task.last_day is not None:
        warning = warning_of(task.last_day, calendars.of(work, locality))
    told = None if warning is None else in_words(warning)
    return Shown(task, locality.zone, overdue=overdue, warning=told, **more)


def completed(work: Work, task: UserTask) -> dict[str, object]:
    """A task just completed, and its dossier."""
    return {"task": line(work, task), "dossier": Shown(task.dossier, task.dossier.round.locality.zone)}


def judgements(given: Sequence[dict[str, Any]]) -> dict[int, Judgement]:
    """Verdicts by nomination.

    Raises:
        Invalid: when a nomination has two.
    """
    found = {item["nomination_id"]: Judgement(Verdict(item["verdict"]), item["reason"]) for item in given}
    if len(found) != len(given):
        twice = message("A nomination stands here twice: give it one verdict.")
        raise Invalid(message("Check the marked fields and send again."), {"judgements": twice})
    return found


def _counts(work: Work, actor: Actor) -> dict[str, int]:
    return {folder.value: number for folder, number in folders.count(work, actor).folders.items()}
