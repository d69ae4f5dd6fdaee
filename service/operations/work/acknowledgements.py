"""Answering an escalation in one go: taken and acknowledged with a note, which stops the climb."""

from service.domain.errors import Conflict, message
from service.domain.people import Actor
from service.domain.tasks import Act
from service.operations.work import tasks
from service.operations.work.completions import Filled
from service.store.tables import UserTask
from service.store.work import Work


def acknowledge(work: Work, actor: Actor, task_id: int, note: str) -> UserTask:
    """Takes an escalation out of the office's queue, if nobody has it, and answers it with an instruction.

    Raises:
        Conflict: the task is no escalation, is closed, or somebody else of the office has it (named).
        Invalid: the note is missing.
        NotAllowed, NotFound: when it is not theirs.
    """
    task = tasks.claim(work, actor, task_id)
    if task.act != Act.ACKNOWLEDGE:
        raise Conflict(message("This task is no escalation: open it and fill in its form."))
    return tasks.complete(work, actor, task_id, Filled({"note": note}))
