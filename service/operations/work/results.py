"""What became of each of many tasks, where one that fails does not hold up the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.domain.errors import Invalid, Message, NotFound, TrinhError, Unavailable, message
from service.domain.people import Actor
from service.operations import access
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


def of_task(task: UserTask, error: TrinhError | None = None) -> Result:
    """What became of a task that the actor may know of."""
    return Result(task.id, task.dossier.code, task.dossier.title, error)


def attempt(work: Work, verb: Callable[[], object]) -> TrinhError | None:
    """Does something that may fail by itself; what it had done by then is taken back.

    Returns:
        Why it failed.
    Raises:
        Unavailable: when the database fails.
    """
    try:
        with work.savepoint():
            verb()
    except Unavailable:
        raise
    except TrinhError as error:
        return error
    return None


def known_to(work: Work, actor: Actor, task_ids: Sequence[int]) -> list[UserTask]:
    """Those of some tasks that the actor may know of, in the order of their dossiers' locks."""
    return [
        task
        for task in tasks.some(work, task_ids)
        if access.may_take(actor, task) or access.may_see_dossier(actor, task.dossier)
    ]


def with_unknown(task_ids: Sequence[int], became: Sequence[Result]) -> list[Result]:
    """The results, and that there is no such task for each of the chosen ones that is not among them."""
    known = {result.task_id for result in became}
    unknown = [task_id for task_id in dict.fromkeys(task_ids) if task_id not in known]
    return [*became, *(Result(task_id, "", "", NotFound(NO_TASK)) for task_id in unknown)]


def of_each(
    work: Work, actor: Actor, task_ids: Sequence[int], verb: Callable[[UserTask], object]
) -> list[Result]:
    """Does something with tasks one after the other.

    Raises:
        Invalid: nothing chosen, or too much.
        Unavailable: when the database fails; then nothing is kept.
    """
    require_some(task_ids)
    became: list[Result] = []
    for task in known_to(work, actor, task_ids):
        code, title = task.dossier.code, task.dossier.title
        became.append(Result(task.id, code, title, attempt(work, lambda one=task: verb(one))))
    return with_unknown(task_ids, became)


def require_some(task_ids: Sequence[int]) -> None:
    """
    Raises:
        Invalid: nothing chosen, or too much.
    """
    if not task_ids:
        raise Invalid(message("Choose at least one task first."))
    if len(set(task_ids)) > MOST_AT_ONCE:
        raise Invalid(message("Choose at most {most} tasks at once.", most=MOST_AT_ONCE))
