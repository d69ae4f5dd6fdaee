"""An inbox of one's own: views, tasks put off, many tasks at once, why one does not see a task."""

from collections.abc import Sequence
from typing import Any

from apiflask import APIBlueprint

from service.api.access import Who, allow
from service.api.fields import Shown
from service.api.languages import in_words
from service.api.schemas.inbox import (
    Assigning,
    Explanation,
    ExplanationQuery,
    ManySnoozing,
    ManyTasks,
    ResultList,
    Snoozed,
    Snoozing,
    View,
    ViewInput,
    ViewList,
)
from service.api.schemas.tasks import TaskLine
from service.api.tasks import line, wanted
from service.api.works import reads, writes
from service.domain.people import Actor
from service.operations.work import bulks, explanations, snoozes, tasks, views
from service.operations.work.results import Result
from service.operations.work.views import Told
from service.store.tables import SavedView
from service.store.work import Work

blueprint = APIBlueprint("inbox", __name__, tag="Inbox")


@blueprint.get("/views")
@allow(Who.SIGNED_IN)
@reads
@blueprint.output(ViewList)
def list_views(work: Work, actor: Actor) -> Any:
    """List the views that one may open."""
    return {"views": [_view(actor, view) for view in views.seen(work, actor)]}


@blueprint.post("/views")
@allow(Who.SIGNED_IN)
@blueprint.input(ViewInput)
@writes
@blueprint.output(View, status_code=201)
def save_view(work: Work, actor: Actor, json_data: dict[str, Any]) -> Any:
    """Keep a folder with filters and an order under a name."""
    return _view(actor, views.save(work, actor, _told(json_data)))


@blueprint.put("/views/<row:view_id>")
@allow(Who.OWNER)
@blueprint.input(ViewInput)
@writes
@blueprint.output(View)
def change_view(work: Work, actor: Actor, view_id: int, json_data: dict[str, Any]) -> Any:
    """Change one's own view."""
    return _view(actor, views.change(work, actor, view_id, _told(json_data)))


@blueprint.delete("/views/<row:view_id>")
@allow(Who.OWNER)
@writes
@blueprint.output({}, status_code=204)
def delete_view(work: Work, actor: Actor, view_id: int) -> Any:
    """Delete one's own view; as the head of an office also one that is shared with it."""
    views.remove(work, actor, view_id)
    return {}


@blueprint.put("/tasks/<row:task_id>/snooze")
@allow(Who.CANDIDATES)
@blueprint.input(Snoozing)
@writes
@blueprint.output(Snoozed)
def snooze_task(work: Work, actor: Actor, task_id: int, json_data: dict[str, Any]) -> Any:
    """Put a task off until a day: nobody but oneself no longer sees it."""
    until_at = snoozes.snooze(work, actor, task_id, json_data["until"]).until_at
    task = tasks.show(work, actor, task_id)
    return Shown(task, task.dossier.round.locality.zone, task=line(work, task), snoozed_until=until_at)


@blueprint.delete("/tasks/<row:task_id>/snooze")
@allow(Who.READERS)
@writes
@blueprint.output(TaskLine)
def wake_task(work: Work, actor: Actor, task_id: int) -> Any:
    """Show a task again that one has put off."""
    return line(work, snoozes.wake(work, actor, task_id))


@blueprint.post("/tasks/claim")
@allow(Who.SIGNED_IN)
@blueprint.input(ManyTasks)
@writes
@blueprint.output(ResultList)
def claim_tasks(work: Work, actor: Actor, json_data: dict[str, Any]) -> Any:
    """Take many tasks, each for itself: those that cannot be taken say why."""
    return {"results": results(bulks.claim(work, actor, json_data["task_ids"]))}


@blueprint.post("/tasks/assign")
@allow(Who.SIGNED_IN)
@blueprint.input(Assigning)
@writes
@blueprint.output(ResultList)
def assign_tasks(work: Work, actor: Actor, json_data: dict[str, Any]) -> Any:
    """Give many tasks of one's office to a member of it, each for itself; only heads may."""
    given = bulks.assign(work, actor, json_data["task_ids"], json_data["person_id"], json_data["reason"])
    return {"results": results(given)}


@blueprint.post("/tasks/snooze")
@allow(Who.SIGNED_IN)
@blueprint.input(ManySnoozing)
@writes
@blueprint.output(ResultList)
def snooze_tasks(work: Work, actor: Actor, json_data: dict[str, Any]) -> Any:
    """Put many tasks off, each for itself."""
    return {"results": results(bulks.snooze(work, actor, json_data["task_ids"], json_data["until"]))}


@blueprint.get("/explanations")
@allow(Who.SIGNED_IN)
@blueprint.input(ExplanationQuery, location="query", unknown="raise")
@reads
@blueprint.output(Explanation)
def explain(work: Work, actor: Actor, query_data: dict[str, Any]) -> Any:
    """Say why the dossier of a code is in one's inbox, or is not."""
    found = explanations.explain(work, actor, query_data["code"])
    return {
        "code": found.code,
        "dossier_id": found.dossier.id if found.dossier else None,
        "reasons": [
            {"detail": in_words(one.said), "task_id": one.task_id, "folder": one.folder}
            for one in found.reasons
        ],
    }


def results(became: Sequence[Result]) -> list[dict[str, object]]:
    """What became of each of many tasks, in the language of the answer."""
    return [
        {
            "task_id": one.task_id,
            "code": one.code or None,
            "done": one.done,
            "detail": in_words(one.refusal) if one.refusal else None,
        }
        for one in became
    ]


def _told(said: dict[str, Any]) -> Told:
    return Told(said["name"], wanted(said), said["office"])


def _view(actor: Actor, view: SavedView) -> dict[str, object]:
    shown = views.wanted_of(view)
    return {
        "id": view.id,
        "name": view.name,
        "folder": shown.folder.value,
        "q": shown.text or None,
        "act": shown.act,
        "round": shown.round_id,
        "unit": shown.unit_id,
        "holder": shown.holder_id,
        "sort": shown.params.get("sort"),
        "own": view.person_id == actor.person_id,
        "owner": view.person,
        "shared_with": view.organisation,
    }
