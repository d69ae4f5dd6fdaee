"""Delegation: a colleague works on a task for its owner, who stays responsible, and gives it back.

The words are Camunda's: while a delegation is pending the colleague is the assignee and only the owner can
complete the task; resolving gives it back to the owner, who then does.
"""

from service.domain.errors import Conflict, Invalid, message
from service.domain.people import Actor
from service.domain.tasks import PENDING, RESOLVED
from service.operations import access, histories
from service.operations.mail.mails import Post
from service.operations.work import assignments, completions
from service.operations.work.completions import Held
from service.store import people, tasks
from service.store.tables import Person, TaskDraft, UserTask
from service.store.work import Work

_NOT_DELEGATED = message("Nobody has been asked to work on this task for somebody else.")


def delegate(work: Work, actor: Actor, task_id: int, person_id: int, note: str) -> UserTask:
    """Asks a colleague of the same office to work on a task that the actor holds.

    Raises:
        Conflict: when it is closed, held by nobody, or already delegated.
        Invalid: without a note, or to somebody who is not of the office.
        NotAllowed, NotFound: when somebody else holds it.
    """
    held = completions.lock(work, actor, task_id)
    access.require_holder(actor, held.task)
    completions.refuse_delegated(held.task)
    words = assignments.reason_of("note", note)
    colleague = _colleague(work, held, person_id)
    task, owner_id = held.task, held.task.assignee_id
    task.owner_id, task.delegation = owner_id, PENDING
    task.assignee_id, task.claimed_at = colleague.id, work.now
    _record(work, held, "delegated", words, to=colleague.name)
    work.session.flush()
    Post(work).to_person(held.dossier, "delegated", colleague.id, task=task)
    return tasks.get(work, task_id)


def resolve(work: Work, actor: Actor, task_id: int, note: str) -> UserTask:
    """Gives a delegated task back to its owner, with a note and with what was typed into its form.

    Raises:
        Conflict: when it is closed or nobody has asked for it.
        NotAllowed: when somebody else works on it.
        Invalid: without a note.
    """
    held = completions.lock(work, actor, task_id)
    access.require_holder(actor, held.task)
    owner = _pending_owner(work, held.task)
    words = assignments.reason_of("note", note)
    _hand_over_draft(work, held, owner)
    held.task.assignee_id, held.task.claimed_at = owner.id, work.now
    held.task.delegation = RESOLVED
    _record(work, held, "resolved", words, to=owner.name)
    work.session.flush()
    Post(work).to_person(held.dossier, "resolved", owner.id, task=held.task)
    return tasks.get(work, task_id)


def take_back(work: Work, actor: Actor, task_id: int, reason: str) -> UserTask:
    """Takes a delegated task back before the colleague has given it back: the owner answers for it.

    Raises:
        Conflict: when it is closed or not delegated.
        NotAllowed: when the actor does not own it.
        Invalid: without a reason.
    """
    held = completions.lock(work, actor, task_id)
    task = held.task
    if task.delegation != PENDING:
        access.require_holder(actor, task)
    owner = _pending_owner(work, task)
    access.require_owner(actor, task, owner)
    words = assignments.reason_of("reason", reason)
    colleague = people.find(work, task.assignee_id) if task.assignee_id else None
    acting = actor.through(actor.seat_in(task.group_id, owner.id))
    held = Held(held.locked, task, held.seat, acting)
    task.assignee_id, task.claimed_at, task.delegation = owner.id, work.now, None
    task.owner_id = None
    _record(work, held, "taken_back", words, to=owner.name, **{"from": colleague.name if colleague else None})
    work.session.flush()
    if colleague is not None:
        Post(work).to_person(held.dossier, "reassigned", colleague.id, task=task)
    return tasks.get(work, task_id)


def require(actor: Actor, task: UserTask, verb: str) -> None:
    """Whether a task may be handed on in a certain way now: `assign`, `delegate`, `resolve` or `take-back`.

    Raises:
        NotAllowed, NotFound: when it is not the actor's to say.
        Conflict: when the task is not in that state.
    """
    if verb == "assign":
        access.require_head(actor, task)
        return
    access.require_seat(actor, task)
    if verb == "take-back":
        if task.delegation != PENDING or task.owner is None:
            access.require_holder(actor, task)
            raise Conflict(_NOT_DELEGATED)
        access.require_owner(actor, task, task.owner)
        return
    access.require_holder(actor, task)
    if verb == "delegate":
        completions.refuse_delegated(task)
    elif task.delegation != PENDING:
        raise Conflict(_NOT_DELEGATED)


def colleagues(work: Work, task: UserTask) -> list[Person]:
    """Who may be asked to work on a task: everybody seated in its office today but whoever holds it."""
    seated = assignments.seated_in_office(work, task)
    return [person for person in seated if person.id not in {task.assignee_id, task.owner_id}]


def _colleague(work: Work, held: Held, person_id: int) -> Person:
    if person_id in {held.actor.person_id, held.task.assignee_id}:
        raise Invalid(
            assignments.WRONG, {"person": message("You hold this task yourself. Choose a colleague.")}
        )
    for person in assignments.seated_in_office(work, held.task):
        if person.id == person_id:
            return person
    raise Invalid(assignments.WRONG, {"person": message("Choose somebody of the same office.")})


def _pending_owner(work: Work, task: UserTask) -> Person:
    owner = people.find(work, task.owner_id) if task.delegation == PENDING and task.owner_id else None
    if owner is None:
        raise Conflict(_NOT_DELEGATED)
    return owner


def _hand_over_draft(work: Work, held: Held, owner: Person) -> None:
    """What the colleague has typed becomes the owner's: they go on where it was left."""
    typed = tasks.draft(work, held.task.id, held.actor.person_id)
    if typed is None or owner.id == held.actor.person_id:
        return
    row = tasks.draft(work, held.task.id, owner.id)
    if row is None:
        row = TaskDraft(task_id=held.task.id, person_id=owner.id)
        work.session.add(row)
    row.content, row.saved_at = dict(typed.content), work.now
    work.session.flush()
    tasks.drop_draft(work, held.task.id, held.actor.person_id)


def _record(work: Work, held: Held, kind: str, words: str, **params: str | None) -> None:
    histories.append(
        work,
        held.dossier,
        held.actor,
        histories.of_task(held.task, kind, reason=words, params=params),
        organisation=held.task.group.organisation,
    )
