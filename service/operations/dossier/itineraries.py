"""The way of a dossier in words: the steps of its diagram in order, each with what has become of it.

It is worked out from the diagram version that the dossier runs on and from what has happened, and tells all
that the drawing shows: lanes, arrows with their conditions, timers and what they open.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from service.domain import itineraries as rules
from service.domain.itineraries import StepState
from service.domain.labels import Label
from service.domain.people import Actor
from service.domain.tasks import Closing
from service.engine import Definition, Element, Flow
from service.operations import access
from service.operations.process import processes
from service.operations.step_names import in_english
from service.store import dossiers, tasks
from service.store.tables import HistoryStep, Timer, UserTask
from service.store.work import Work

_PASSED_THROUGH = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway"})
_FIRED = frozenset({"timer_fired", "withdrawn"})
"""What the history says when an event on a border has happened."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One time that a dossier was at a step. `by` did it, or holds it now; nobody does while it waits.

    `cancelled` says that the dossier moved on without the step being done; `level` how high a late step has
    climbed with an escalation, 1 being the first to be asked.
    """

    opened_at: datetime
    office: Label
    by: str | None
    closed_at: datetime | None
    outcome: str | None
    cancelled: bool
    last_day: date | None
    due_at: datetime | None
    level: int | None


@dataclass(frozen=True, slots=True)
class Exit:
    """Where a step leads: the words on the arrows, the step behind them, whether it is a way back."""

    conditions: Sequence[Label]
    target: str
    name: Label
    back: bool


@dataclass(frozen=True, slots=True)
class Watch:
    """An event on the border of a step: a timer or a message, what it does, and the steps that it opens.

    `waiting` says that it may happen now; of a timer `due_at` tells when, None while the date is unset.
    """

    element_id: str
    name: Label
    kind: str
    interrupting: bool
    waiting: bool
    due_at: datetime | None
    fired: Sequence[datetime]
    opens: Sequence["Stop"]
    exits: Sequence[Exit]


@dataclass(frozen=True, slots=True)
class Stop:
    """A step of the way: a task, a notice, the beginning or an end."""

    number: int
    element_id: str
    type: str
    name: Label
    lane: Label | None
    state: StepState
    visits: Sequence[Visit]
    exits: Sequence[Exit]
    watches: Sequence[Watch]


def of_dossier(work: Work, actor: Actor, dossier_id: int) -> tuple[Stop, ...]:
    """The way of a dossier in the order in which a reader would meet the steps.

    Raises:
        NotFound: when there is none, or the actor may not know of it.
    """
    dossier = dossiers.get(work, dossier_id)
    access.require_sight(actor, dossier)
    instance = dossiers.instance(work, dossier_id)
    teller = _Teller(
        definition=processes.definition_of(work, instance),
        tasks=tasks.of_dossier(work, dossier_id),
        history=dossiers.history(work, dossier_id),
        timers=list(tasks.timers(work, dossier_id).values()),
        holders={task.id: task.assignee.name for task in _open(work, dossier_id) if task.assignee},
        ending=dossier.ending,
        ended=instance.ended,
    )
    return tuple(teller.stops())


def _open(work: Work, dossier_id: int) -> list[UserTask]:
    return list(tasks.open_of(work, dossier_id).values())


@dataclass
class _Teller:
    """Everything that telling needs, read once."""

    definition: Definition
    tasks: Sequence[UserTask]
    history: Sequence[HistoryStep]
    timers: Sequence[Timer]
    holders: Mapping[int, str]
    ending: str | None
    ended: bool

    def __post_init__(self) -> None:
        elements, flows = self.definition.elements, self.definition.flows
        self._side = self.definition.side_elements
        arrows = {
            key: [
                *(flows[flow].target for flow in element.outgoing),
                *(border.id for border in self.definition.diagram.boundaries(key)),
            ]
            for key, element in elements.items()
        }
        starts = [element.id for element in elements.values() if element.type == "startEvent"]
        self._forward = rules.forward(arrows, starts)
        current = {task.element_id for task in self.tasks if task.closed_at is None}
        main = [*starts, *(task.element_id for task in self.tasks if task.element_id not in self._side)]
        standing = (current - self._side) or ({self.ending} if self.ending else set[str]())
        self._states = rules.states(elements, self._forward, main, standing, ended=self.ended)
        self._elements_of: dict[int | None, str] = {task.id: task.element_id for task in self.tasks}
        # What is no task, such as a notice, is known from the history alone.
        self._noticed = {step.element_id for step in self.history} - set(self._elements_of.values())
        self._closings = {step.task_id: step for step in self.history if step.kind == "completed"}
        self._numbers = {element.id: number for number, element in enumerate(self._on_the_way(), start=1)}

    def stops(self) -> Iterator[Stop]:
        """The steps of the main way."""
        for element in self._on_the_way():
            yield self._stop(element, self._numbers[element.id], element, frozenset())

    def _on_the_way(self) -> list[Element]:
        return [
            step.element
            for step in self.definition.outline
            if step.element.id not in self._side
            and step.element.type not in _PASSED_THROUGH
            and not step.element.attached_to
        ]

    def _stop(self, element: Element, number: int, host: Element, above: frozenset[str]) -> Stop:
        """A step, which is its own `host` on the main way; beside it, the step whose lateness opens it."""
        visits = [
            self._visit(task)
            for task in self.tasks
            if task.element_id == element.id and self._elements_of.get(task.late_task_id, host.id) == host.id
        ]
        borders = self.definition.diagram.boundaries(element.id)
        return Stop(
            number=number,
            element_id=element.id,
            type=element.type,
            name=_label(element),
            lane=self._lane(element),
            state=self._state(element, host, visits),
            visits=visits,
            exits=self._exits(element),
            watches=[self._watch(border, host, above | {element.id}) for border in borders],
        )

    def _state(self, element: Element, host: Element, visits: Sequence[Visit]) -> StepState:
        """Beside the main way, what has happened at the step itself tells; once its host is passed, nothing
        of it lies ahead."""
        if element.id not in self._side:
            return self._states[element.id]
        if any(visit.closed_at is None for visit in visits):
            return StepState.CURRENT
        if visits or element.id in self._noticed:
            return StepState.DONE
        passed = self._states[host.id] in {StepState.DONE, StepState.SKIPPED}
        return StepState.SKIPPED if self.ended or passed else StepState.AHEAD

    def _lane(self, element: Element) -> Label | None:
        if not element.lane:
            return None
        return Label(
            element.lane, in_english(element.lane, self.definition.diagram.lanes.get(element.lane, ""))
        )

    def _visit(self, task: UserTask) -> Visit:
        closing = self._closings.get(task.id)
        office = task.group.organisation
        return Visit(
            opened_at=task.opened_at,
            office=Label(office.name_vi, office.name_en),
            by=closing.person_name if closing else self.holders.get(task.id),
            closed_at=task.closed_at,
            outcome=task.outcome,
            cancelled=task.closing == Closing.CANCELLED,
            last_day=task.last_day,
            due_at=task.due_at,
            level=task.level,
        )

    def _watch(self, border: Element, host: Element, above: frozenset[str]) -> Watch:
        waiting = next((timer for timer in self.timers if timer.element_id == border.id), None)
        attached = any(
            task.closed_at is None and task.element_id == border.attached_to for task in self.tasks
        )
        opened = [
            self.definition.elements[target]
            for target in self._forward.get(border.id, ())
            if target in self._side and target not in above
        ]
        return Watch(
            element_id=border.id,
            name=_label(border),
            kind=border.event,
            interrupting=border.interrupting,
            waiting=waiting is not None or (border.event != "timer" and attached),
            due_at=waiting.due_at if waiting else None,
            fired=[step.at for step in self.history if step.element_id == border.id and step.kind in _FIRED],
            opens=[self._stop(element, 0, host, above) for element in opened if element.type != "endEvent"],
            exits=[one for one in self._exits(border) if one.target in self._numbers],
        )

    def _exits(self, element: Element) -> list[Exit]:
        return list(self._follow(element, (), frozenset()))

    def _follow(self, element: Element, said: tuple[Label, ...], passed: frozenset[str]) -> Iterator[Exit]:
        """The next steps behind the arrows; gateways are only passed, their arrows' words add up."""
        for flow_id in element.outgoing:
            flow = self.definition.flows[flow_id]
            target = self.definition.elements.get(flow.target)
            if target is None or target.id in passed:
                continue
            words = (
                (*said, Label(flow.name, in_english(flow.name, flow.documentation))) if flow.name else said
            )
            if target.type in _PASSED_THROUGH:
                yield from self._follow(target, words, passed | {target.id})
            else:
                yield Exit(words, target.id, _label(target), self._is_back(flow, target))

    def _is_back(self, flow: Flow, target: Element) -> bool:
        return target.id not in self._forward.get(flow.source, ())


def _label(element: Element) -> Label:
    return Label(element.name, in_english(element.name, element.documentation))
