"""The same done with many tasks: each for itself, with a result for each.

What goes wrong with one is taken back to where that one began and told; the others go on. An approval is
never given so: a decision over many dossiers has its own review, see `operations.papers`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from service.domain.errors import Invalid, Message, NotFound, TrinhError, Unavailable, message
from service.domain.people import Actor
from service.operations import access, assignments, snoozes
from service.operations import tasks as task_operations
from service.store import tasks
from service.store.dossiers import NO_TASK
from service.store.tables import UserTask
from service.store.work import Work

MOST_AT_ONCE = 500
"""More tasks than this are not gone through in one transaction."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one task. `code` is empty where the actor may not know of the dossier."""

    task_id: int
    code: str
    title: str
    error: TrinhError | None = None

    @property
    def done(self) -> bool:
        """Whether it went well."""
        return self.error is None

    @property
    def refusal(self) -> Message | None:
        """Why it did not."""
        return None if self.error is None else self.error.message


def claim(work: Work, actor: Actor, task_ids: Sequence[int]) -> list[Result]:
    """Takes tasks into the actor's hands.

    Raises:
        Invalid: nothing chosen, or too much.
    """
    return each(work, actor, task_ids, lambda task: task_operations.claim(work, actor, task.id))


def assign(work: Work, actor: Actor, task_ids: Sequence[int], person_id: int, reason: str) -> list[Result]:
    """Puts tasks into the hands of a member of the office; only its heads may.

    Raises:
        Invalid: nothing chosen, or too much.
    """
    return each(
        work,
        actor,
        task_ids,
        lambda task: assignments.assign(work, actor, task.id, person_id, reason),
    )


def snooze(work: Work, actor: Actor, task_ids: Sequence[int], until: date) -> list[Result]:
    """Puts tasks off until a day.

    Raises:
        Invalid: nothing chosen, or too much.
    """
    return each(work, actor, task_ids, lambda task: snoozes.snooze(work, actor, task.id, until))


def each(
    work: Work, actor: Actor, task_ids: Sequence[int], verb: Callable[[UserTask], object]
) -> list[Result]:
    """Does something with tasks one after the other, in the order of their dossiers' locks.

    Raises:
        Invalid: nothing chosen, or too much.
        Unavailable: when the database fails; then nothing is kept.
    """
    require_some(task_ids)
    found = {task.id: task for task in tasks.some(work, task_ids)}
    results: list[Result] = []
    for task in found.values():
        if not access.may_see_dossier(actor, task.dossier) and actor.seat_in(task.group_id) is None:
            continue
        error: TrinhError | None = None
        code, title = task.dossier.code, task.dossier.title
        try:
            with work.savepoint():
                verb(task)
        except Unavailable:
            raise
        except TrinhError as refused:
            error = refused
        results.append(Result(task.id, code, title, error))
    known = {result.task_id for result in results}
    unknown = [task_id for task_id in dict.fromkeys(task_ids) if task_id not in known]
    return results + [Result(task_id, "", "", NotFound(NO_TASK)) for task_id in unknown]


def require_some(task_ids: Sequence[int]) -> None:
    """
    Raises:
        Invalid: nothing chosen, or too much.
    """
    if not task_ids:
        raise Invalid(message("Choose at least one task first."))
    if len(set(task_ids)) > MOST_AT_ONCE:
        raise Invalid(message("Choose at most {most} tasks at once.", most=MOST_AT_ONCE))
