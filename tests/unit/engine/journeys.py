"""Drive a process by element ids, at a moment that the test chooses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from service.engine import (
    Command,
    Complete,
    Definition,
    Environment,
    Fire,
    OpenTask,
    Receive,
    Redate,
    Scalar,
    Start,
    Step,
    TimerDue,
    advance,
    read,
)
from tests.unit.engine.drawings import SHIPPED

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOON = datetime(2024, 12, 1, 5, tzinfo=UTC)
# Van Ninh's annual round: the first instant that is late.
DEADLINES = {
    "unit_submission": datetime(2024, 12, 1, tzinfo=HANOI),
    "labour_review": datetime(2024, 12, 5, tzinfo=HANOI),
    "interior_appraisal": datetime(2024, 12, 10, tzinfo=HANOI),
    "chairman_decision": None,
}


@dataclass
class Journey:
    """One instance on its way; `step` is where it stands."""

    definition: Definition
    now: datetime = NOON
    deadlines: Mapping[str, datetime | None] = field(default_factory=lambda: dict(DEADLINES))
    data: Mapping[str, Scalar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.step: Step = self._advance(None, Start(self.data, instance="i"))

    def _advance(self, state: bytes | None, command: Command) -> Step:
        return advance(self.definition, state, command, Environment(self.now, HANOI, self.deadlines))

    def do(self, command: Command) -> Step:
        self.step = self._advance(self.step.state, command)
        return self.step

    def complete(self, element_id: str, outcome: str = "", **values: Scalar) -> Step:
        return self.do(Complete(self.task(element_id).id, {"outcome": outcome, **values}))

    def fire(self, element_id: str) -> Step:
        return self.do(Fire(self.timer(element_id).task_id))

    def receive(self, name: str) -> Step:
        return self.do(Receive(name))

    def redate(self, **deadlines: datetime | None) -> Step:
        self.deadlines = {**self.deadlines, **deadlines}
        return self.do(Redate())

    def task(self, element_id: str) -> OpenTask:
        return next(task for task in self.step.open_tasks if task.element_id == element_id)

    def timer(self, element_id: str) -> TimerDue:
        return next(timer for timer in self.step.timers if timer.element_id == element_id)

    @property
    def open(self) -> list[str]:
        return [task.element_id for task in self.step.open_tasks]

    @property
    def ended(self) -> str:
        return self.step.ended.element_id if self.step.ended else ""

    @property
    def armed(self) -> list[str]:
        return [timer.element_id for timer in self.step.timers]

    @property
    def told(self) -> list[tuple[str, str]]:
        """The kinds and elements of what happened in the last step."""
        return [(event.kind, event.element_id) for event in self.step.events]


def award_dossier(now: datetime = NOON) -> Journey:
    return Journey(read(SHIPPED.read_bytes()), now, data={"round_kind": "annual"})


def return_to_unit(journey: Journey) -> None:
    """From the unit to the Chairman and all the way back."""
    journey.complete("prepare", "submit")
    journey.complete("select", "accept")
    journey.complete("forward_to_interior", "forward")
    journey.complete("appraise", "accept")
    journey.complete("forward_to_chairman", "forward")
    journey.complete("decide", "return_unit")
