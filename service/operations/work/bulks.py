"""The same done with many tasks: each for itself, with a result for each.

What goes wrong with one is taken back to where that one began and told; the others go on. An approval is
never given so: a decision over many dossiers has its own review, see `operations.papers`.
"""

from collections.abc import Sequence
from datetime import date

from service.domain.people import Actor
from service.operations.work import assignments, results, snoozes, tasks
from service.operations.work.results import Result
from service.store.work import Work


def claim(work: Work, actor: Actor, task_ids: Sequence[int]) -> list[Result]:
    """Takes tasks into the actor's hands.

    Raises:
        Invalid: nothing chosen, or too much.
    """
    return results.of_each(work, actor, task_ids, lambda task: tasks.claim(work, actor, task.id))


def assign(work: Work, actor: Actor, task_ids: Sequence[int], person_id: int, reason: str) -> list[Result]:
    """Puts tasks into the hands of a member of the office; only its heads may.

    Raises:
        Invalid: nothing chosen, or too much.
    """
    return results.of_each(
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
    return results.of_each(work, actor, task_ids, lambda task: snoozes.snooze(work, actor, task.id, until))
