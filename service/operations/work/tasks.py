"""Tasks of reviewers and units: claim, release, completion."""

from service.domain.errors import Conflict, message
from service.domain.people import Actor, Seat
from service.domain.tasks import PENDING, Act, Outcome
from service.operations import access, calendars, histories
from service.operations.work import completions, overlaps, papers
from service.operations.work.completions import Filled, Papers
from service.store import people, tasks
from service.store.tables import Dossier, UserTask
from service.store.work import Work


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
    dossier, task, actor = held.dossier, held.task, held.actor
    if actor.holds(task.assignee_id, task.group_id):
        return task
    today = calendars.today(work, dossier.round.locality)
    responsible = task.owner_id if task.delegation == PENDING else task.assignee_id
    if responsible is not None and people.is_seated(work, responsible, task.group_id, today):
        raise Conflict(
            message(
                "{name} already holds this task. Ask them to release it.",
                name=task.assignee.name if task.assignee else "?",
            )
        )
    task.assignee_id, task.claimed_at = actor.holder_id, work.now
    task.owner_id = task.delegation = None
    _record(work, dossier, task, held.seat, actor, "claimed")
    return tasks.get(work, task_id)


def release(work: Work, actor: Actor, task_id: int) -> UserTask:
    """Puts one's own task back into the group's queue.

    Raises:
        NotAllowed: when somebody else holds it.
        Conflict: when it is closed or nobody holds it.
    """
    held = completions.lock(work, actor, task_id)
    access.require_holder(actor, held.task)
    completions.refuse_delegated(held.task)
    dossier, task, actor = held.dossier, held.task, held.actor
    task.assignee_id = task.claimed_at = task.owner_id = task.delegation = None
    _record(work, dossier, task, held.seat, actor, "released")
    return tasks.get(work, task_id)


def complete(work: Work, actor: Actor, task_id: int, filled: Filled) -> UserTask:
    """Completes a task with its form; everything that follows happens in the same transaction.

    Forwarding makes a submission of this one dossier, approving a decision: for many dossiers at
    once use `operations.papers`.

    Raises:
        Invalid: with the wrong fields; the draft stays as it was.
        Conflict: when somebody else was first (named), or has changed the dossier meanwhile.
        NotAllowed, NotFound: when it is not theirs.
    """
    beside = overlaps.lock_beside(work, [task_id], filled)
    held = completions.hold(work, actor, task_id, filled.seen_version)
    filled = overlaps.settled(work, actor, held, filled, beside)
    act = Act(held.task.act)
    values, answer = completions.check(work, held, filled)
    made = Papers()
    if act is Act.FORWARD:
        made = Papers(submission=papers.make_submission(work, [held], values))
    elif answer.outcome is Outcome.APPROVE and values.get("decision_number"):
        made = Papers(decision=papers.make_decision(work, [held], values))
    return completions.finish(work, actor, held, values, answer, filled.judgements, made, filled.unanswered)


def _record(work: Work, dossier: Dossier, task: UserTask, seat: Seat, actor: Actor, kind: str) -> None:
    histories.append(
        work,
        dossier,
        actor,
        histories.of_task(task, kind),
        organisation=task.group.organisation if task.group_id == seat.group_id else None,
    )
