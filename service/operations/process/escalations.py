"""Escalations: what is overdue climbs, from the head of the office to the Chairman's office.

The climb itself is drawn on the diagram: a timer beside a late step opens a task that asks somebody to
acknowledge it, and a timer beside that task opens the next one. Acknowledging in time takes the task away,
and the next timer with it. Here the tasks are tied to the step they are about, and end with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from service import engine
from service.domain.people import Actor
from service.domain.tasks import Act, Closing, Outcome
from service.engine import Command, Step
from service.operations import access, histories
from service.operations.histories import Entry
from service.store import escalations
from service.store.tables import HistoryStep, UserTask
from service.store.work import Work

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a climb: the task that asks somebody, and their answer once it has been given."""

    task: UserTask
    answer: HistoryStep | None = None

    @property
    def level(self) -> int:
        """How high the late step has climbed with it; 1 is the first to be asked."""
        return self.task.level or 1

    @property
    def state(self) -> str:
        """`asked` while nobody has answered, `acknowledged`, or `overtaken` by the late step itself."""
        if self.task.closed_at is None:
            return "asked"
        return "acknowledged" if self.task.closing == Closing.COMPLETED else "overtaken"


@dataclass(frozen=True, slots=True)
class Climb:
    """A late step that is still open, and everybody who has been asked about it, the first one first."""

    late: UserTask
    rungs: Sequence[Rung]

    @property
    def level(self) -> int:
        """The highest level reached."""
        return max(rung.level for rung in self.rungs)

    @property
    def since(self) -> datetime:
        """Since when it climbs."""
        return min(rung.task.opened_at for rung in self.rungs)

    @property
    def acknowledged(self) -> bool:
        """Whether everybody asked has answered."""
        return all(rung.state == "acknowledged" for rung in self.rungs)


def bind(task: UserTask, step: Step, standing: Iterable[UserTask]) -> None:
    """Ties a task that a timer beside a standing step has opened to that step, if it is an escalation."""
    if task.act != Act.ACKNOWLEDGE:
        return
    beside = {event.params["attached_to"] for event in step.events if event.kind == "timer_fired"}
    origin = next((one for one in standing if one.element_id in beside), None)
    if origin is not None:
        task.late_task_id = origin.late_task_id or origin.id
        task.level = (origin.level or 0) + 1


def overtaken(closed: Iterable[UserTask], standing: Iterable[UserTask]) -> UserTask | None:
    """An escalation that still stands although its late step is among the closed tasks."""
    gone = {task.id for task in closed}
    return next((task for task in standing if task.late_task_id in gone), None)


def ending(task: UserTask) -> Command:
    """What ends an escalation that has been overtaken: the process goes on as if it had been answered."""
    return engine.Complete(task.engine_task_id, {"outcome": Outcome.ACKNOWLEDGED.value})


def end_of(task: UserTask) -> Entry:
    """How the history tells that an escalation has ended with its late step."""
    return histories.of_task(task, "overtaken", params={"level": task.level})


def of_dossier(work: Work, dossier_id: int, open_tasks: Iterable[UserTask]) -> list[Climb]:
    """The climbs of a dossier whose open tasks are given, the oldest first; its reader has been let in."""
    if not any(task.act != Act.ACKNOWLEDGE for task in open_tasks):
        return []
    return _climbs(work, escalations.of_dossier(work, dossier_id))


def list_running(
    work: Work, actor: Actor, *, level: int | None = None, acknowledged: bool | None = None
) -> list[Climb]:
    """The climbs of all dossiers, the longest overdue first; of one highest level, or answered or not.

    Raises:
        NotAllowed: when the actor is not an administrator.
    """
    access.require_administrator(actor)
    found = [
        climb
        for climb in _climbs(work, escalations.running(work))
        if level in {None, climb.level} and acknowledged in {None, climb.acknowledged}
    ]
    return sorted(found, key=lambda climb: (climb.late.sort_at, climb.late.id))


def count_running(work: Work) -> dict[tuple[int, bool], int]:
    """How many late steps have climbed to each level, by whether everybody asked has answered."""
    counted: dict[tuple[int, bool], int] = {}
    for level, unanswered, number in escalations.count(work):
        key = (level, unanswered == 0)
        counted[key] = counted.get(key, 0) + number
    return counted


def _climbs(work: Work, asked: Sequence[UserTask]) -> list[Climb]:
    answers = escalations.answers(work, [task for task in asked if task.closed_at is not None])
    late = escalations.late_tasks(work, {task.late_task_id for task in asked if task.late_task_id})
    rungs: dict[int, list[Rung]] = {}
    for task in sorted(asked, key=lambda one: (one.level or 1, one.id)):
        if task.late_task_id in late:
            rungs.setdefault(task.late_task_id, []).append(Rung(task, answers.get(task.id)))
    return [Climb(late[key], its) for key, its in rungs.items()]
