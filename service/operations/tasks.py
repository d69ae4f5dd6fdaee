"""Tasks of reviewers and units: folders, claim, release, drafts, completion."""

from collections.abc import Mapping
from typing import Any

from service.domain.errors import Conflict, message
from service.domain.people import Actor, Seat
from service.domain.tasks import Act, Folder, Outcome
from service.domain.words import search_key
from service.operations import access, calendars, completions, histories, overlaps, papers
from service.operations.completions import Filled, Papers
from service.store import people, tasks
from service.store.tables import Dossier, TaskDraft, UserTask
from service.store.tasks import Page
from service.store.work import Work


def list_folder(
    work: Work,
    actor: Actor,
    folder: Folder,
    page: Page | None = None,
    *,
    text: str = "",
    act: str | None = None,
) -> list[UserTask]:
    """The tasks of one folder of the actor's inbox, nearest deadline first.

    `text` is looked for without accents in code, title, unit and nominees.
    """
    return tasks.folder(work, actor, folder, page or Page(), text=search_key(text), act=act)


def count_folders(work: Work, actor: Actor) -> dict[Folder, int]:
    """How many tasks lie in each folder (capped, see the store)."""
    return tasks.counts(work, actor)


def show(work: Work, actor: Actor, task_id: int) -> UserTask:
    """A task that the actor may see.

    Raises:
        NotFound: when there is none, or it is not theirs to know of.
    """
    task = tasks.get(work, task_id)
    access.require_sight(actor, task.dossier)
    return task


def claim(work: Work, actor: Actor, task_id: int) -> UserTask:
    """Takes a task out of the group's queue into one's own; claiming twice is harmless.

    A task whose holder has left the office is in nobody's hands any more: the next one may take it.

    Raises:
        Conflict: when somebody else holds it (named), or it is closed.
        NotAllowed: when it is another office's.
    """
    held = completions.lock(work, actor, task_id)
    dossier, task, seat = held.dossier, held.task, held.seat
    if task.assignee_id == actor.person_id:
        return task
    today = calendars.today(work, dossier.round.locality)
    if task.assignee_id is not None and people.is_seated(work, task.assignee_id, task.group_id, today):
        raise Conflict(
            message(
                "{name} already holds this task. Ask them to release it.",
                name=task.assignee.name if task.assignee else "?",
            )
        )
    task.assignee_id, task.claimed_at = actor.person_id, work.now
    _record(work, dossier, task, seat, actor, "claimed")
    return tasks.get(work, task_id)


def release(work: Work, actor: Actor, task_id: int) -> UserTask:
    """Puts one's own task back into the group's queue.

    Raises:
        NotAllowed: when somebody else holds it.
        Conflict: when it is closed or nobody holds it.
    """
    held = completions.lock(work, actor, task_id)
    dossier, task, seat = held.dossier, held.task, held.seat
    completions.require_holder(actor, task)
    task.assignee_id = task.claimed_at = None
    _record(work, dossier, task, seat, actor, "released")
    return tasks.get(work, task_id)


def save_draft(work: Work, actor: Actor, task_id: int, content: Mapping[str, Any]) -> None:
    """Keeps what somebody has typed, valid or not, until they complete the task.

    Raises:
        NotFound, NotAllowed: when the task is not theirs.
        Conflict: when it is closed; the message says by whom.
    """
    task = tasks.get(work, task_id)
    access.require_seat(actor, task)
    if task.closed_at is not None:
        raise Conflict(completions.already_closed(work, task))
    row = tasks.draft(work, task_id, actor.person_id)
    if row is None:
        row = TaskDraft(task_id=task_id, person_id=actor.person_id)
        work.session.add(row)
    row.content, row.saved_at = dict(content), work.now


def complete(work: Work, actor: Actor, task_id: int, filled: Filled) -> UserTask:
    """Completes a task with its form; everything that follows happens in the same transaction.

    Forwarding makes a submission of this one dossier, approving a decision: for many dossiers at
    once use `operations.papers`.

    Raises:
        Invalid: with the wrong fields; the draft stays as it was.
        Conflict: when somebody else was first (named), or has changed the dossier meanwhile.
        NotAllowed, NotFound: when it is not theirs.
    """
    beside = overlaps.lock_beside(work, [task_id], filled.answers)
    held = completions.hold(work, actor, task_id, filled.seen_version)
    filled = overlaps.settled(work, actor, held, filled, beside)
    act = Act(held.task.act)
    values, answer = completions.check(work, held.task, filled)
    made = Papers()
    if act is Act.FORWARD:
        made = Papers(submission=papers.make_submission(work, actor, [held], values))
    elif answer.outcome is Outcome.APPROVE and values.get("decision_number"):
        made = Papers(decision=papers.make_decision(work, actor, [held], values))
    return completions.finish(work, actor, held, values, answer, filled.judgements, made)


def _record(work: Work, dossier: Dossier, task: UserTask, seat: Seat, actor: Actor, kind: str) -> None:
    histories.append(
        work,
        dossier,
        actor,
        histories.of_task(task, kind),
        organisation=task.group.organisation if task.group_id == seat.group_id else None,
    )
