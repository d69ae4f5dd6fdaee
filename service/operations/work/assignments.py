"""Reassignment: the head of an office puts a task into the hands of one of its members."""

from collections.abc import Sequence

from service.domain.errors import Conflict, Invalid, message
from service.domain.people import Actor
from service.domain.words import normalise
from service.operations import access, calendars, dues, histories
from service.operations.mail.mails import Post
from service.operations.staff import directories
from service.operations.work import completions
from service.store import locks, people, tasks
from service.store.tables import Person, UserTask
from service.store.work import Work

WRONG = message("Check the marked fields and send again.")
LONGEST_REASON = 2000


def assign(work: Work, actor: Actor, task_id: int, person_id: int, reason: str) -> UserTask:
    """Gives an open task to a member of the group whose task it is, whoever holds it now.

    The new and the former holder are told by mail. A delegation ends with it.

    Raises:
        NotFound, NotAllowed: when the task is not of an office that the actor leads.
        Conflict: when it is closed, or that person holds it already.
        Invalid: without a reason, or to somebody who cannot take it.
    """
    access.require_head(actor, tasks.get(work, task_id))
    locked = locks.of_task(work, task_id)
    dues.of(work, locked.dossier)  # Brings the round and its locality along.
    task = next((one for one in locked.tasks.values() if one.id == task_id), None)
    if task is None:
        raise Conflict(completions.already_closed(work, tasks.get(work, task_id)))
    words = reason_of("reason", reason)
    person = next((one for one in candidates(work, task) if one.id == person_id), None)
    if person is None:
        raise Invalid(WRONG, {"person": message("Choose somebody who can take this task.")})
    if task.assignee_id == person_id and task.owner_id is None:
        raise Conflict(message("{name} already holds this task.", name=person.name))
    former = {one: people.find(work, one) for one in (task.owner_id, task.assignee_id) if one}
    task.assignee_id, task.claimed_at = person_id, work.now
    task.owner_id = task.delegation = None
    names = [one.name for one in former.values() if one is not None]
    entry = histories.of_task(
        task, "reassigned", reason=words, params={"to": person.name, "from": names[0] if names else None}
    )
    acting = actor.through(access.require_head(actor, task))
    histories.append(work, locked.dossier, acting, entry, organisation=task.group.organisation)
    work.session.flush()
    post = Post(work)
    post.to_person(locked.dossier, "assigned", person.id, task=task)
    for one in former.values():
        if one is not None and one.id not in {person_id, actor.person_id}:
            post.to_person(locked.dossier, "reassigned", one.id, task=task)
    return tasks.get(work, task_id)


def candidates(work: Work, task: UserTask) -> list[Person]:
    """Who may hold a task: the members of its group today, in name order."""
    today = calendars.today(work, task.dossier.round.locality)
    return people.members(work, [task.group_id], today)


def candidates_of_any(work: Work, among: Sequence[UserTask]) -> list[Person]:
    """Who may hold at least one of some tasks today, in name order."""
    groups = {task.group_id: task for task in among}
    found = {person.id: person for task in groups.values() for person in candidates(work, task)}
    return sorted(found.values(), key=lambda person: (person.sort_key, person.id))


def seated_in_office(work: Work, task: UserTask) -> list[Person]:
    """Everybody who sits in the office of a task today, in name order."""
    locality = task.dossier.round.locality
    groups = directories.of(work, locality).groups
    office = groups[task.group_id].organisation_id
    its = [group.id for group in groups.values() if group.organisation_id == office]
    return people.members(work, its, calendars.today(work, locality))


def reason_of(field: str, text: str) -> str:
    """A reason or note as it goes into the history.

    Raises:
        Invalid: when it is empty or too long.
    """
    words = normalise(text)
    if not words:
        raise Invalid(WRONG, {field: message("Write why: it stays in the history.")})
    if len(words) > LONGEST_REASON:
        raise Invalid(WRONG, {field: message("At most {most} characters.", most=LONGEST_REASON)})
    return words
