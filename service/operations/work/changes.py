"""What others have done to a dossier while somebody fills in a form of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.errors import Message
from service.domain.people import Actor
from service.operations.work import completions
from service.operations.work import tasks as task_operations
from service.store import dossiers
from service.store.tables import HistoryStep, UserTask
from service.store.work import Work

MOST_TOLD = 20
"""So many changes are told one by one; the dossier's history tells the rest."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What has happened since somebody opened a form at a version of the dossier, oldest first.

    `over` says why the form cannot be sent any more; `holder` names who holds the task now, when that is
    somebody else.
    """

    task: UserTask
    version: int
    steps: Sequence[HistoryStep]
    more: int = 0
    over: Message | None = None
    holder: str | None = None

    @property
    def any(self) -> bool:
        """Whether there is something to tell."""
        return bool(self.steps or self.over or self.holder)


def since(work: Work, actor: Actor, task_id: int, version: int) -> Changes:
    """What has happened to the dossier of a task since `version`, also from the reader's other windows.

    Raises:
        NotFound: when there is no such task, or it is not theirs to know of.
    """
    task = task_operations.show(work, actor, task_id)
    dossier = task.dossier
    found = dossiers.history_since(work, dossier.id, version) if dossier.version > version else []
    over = completions.already_closed(work, task) if task.closed_at is not None else None
    holder = task.assignee if over is None and task.assignee_id != actor.person_id else None
    return Changes(
        task=task,
        version=dossier.version,
        steps=found[-MOST_TOLD:],
        more=max(0, len(found) - MOST_TOLD),
        over=over,
        holder=holder.name if holder else None,
    )
