"""The oracle: SpiffWorkflow as it is, nothing compacted, its own parser and Python engine.

Its timers read the wall clock, so their values are put far ahead, and the real due instants are kept
here; a timer that shall fire gets a value of the past.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.defaults import EndEvent, UserTask
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimeDateEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from service.engine import read

FAR = "9999-12-31T00:00:00+00:00"
PAST = "2000-01-01T00:00:00+00:00"


class _Engine(PythonScriptEngine):
    """Stock evaluation of conditions; a timer's text is worked out by `Stock` instead."""

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        if "deadline(" in expression:
            return FAR
        return super().evaluate(task, expression, external_context)


@dataclass
class Stock:
    """One instance of the stock engine, driven by element ids."""

    workflow: Any
    deadlines: Mapping[str, datetime | None]
    now: datetime
    climbing: frozenset[str] = frozenset()
    """The events on borders of escalations: each fires once per escalation."""
    due: dict[Any, datetime | None] = field(default_factory=dict)
    opened: dict[Any, datetime] = field(default_factory=dict)
    seen: dict[Any, int] = field(default_factory=dict)
    fired: set[tuple[str, datetime]] = field(default_factory=set)

    @classmethod
    def start(
        cls,
        xml: bytes,
        key: str,
        data: Mapping[str, Any],
        deadlines: Mapping[str, datetime | None],
        now: datetime,
    ) -> "Stock":
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(xml))
        spec, inner = parser.get_spec(key), parser.get_subprocess_specs(key)
        climbing = read(xml).diagram.events_of_escalations
        stock = cls(BpmnWorkflow(spec, inner, script_engine=_Engine()), deadlines, now, climbing)
        stock.workflow.task_tree.data.update(data)
        stock.settle()
        return stock

    def settle(self) -> None:
        self.workflow.do_engine_steps()
        for task in self._ready():
            self.seen.setdefault(task.id, len(self.seen))
        for task in self._waiting_timers():
            if task.id not in self.due:
                self.opened[task.id] = self.now
                self.due[task.id] = self._due(task)

    def complete(self, position: int, values: Mapping[str, Any]) -> None:
        task = self._open()[position]
        task.data.update(values)
        task.run()
        self.settle()

    def fire(self, position: int) -> None:
        task = self._armed()[position]
        due = self.due[task.id]
        assert due is not None
        if isinstance(task.task_spec, BoundaryEvent) and task.task_spec.name not in self.climbing:
            self.fired.add((task.task_spec.name, due))
        task.internal_data["event_value"] = PAST
        self.workflow.refresh_timers()
        self.settle()

    def receive(self, name: str) -> None:
        self.workflow.send_event(BpmnEvent(MessageEventDefinition(name), payload={}))
        self.settle()

    def redate(self, deadlines: Mapping[str, datetime | None]) -> None:
        self.deadlines = deadlines
        for task in self._waiting_timers():
            self.due[task.id] = self._due(task)
        for task in self.workflow.get_tasks(state=TaskState.COMPLETED):
            if self._may_fire_again(task):
                again = task.parent._add_child(task.task_spec)
                again.task_spec._update(again)
                self.opened[again.id] = self.now
                self.due[again.id] = self._due(again)

    def _may_fire_again(self, task: Any) -> bool:
        """Whether a timer that has fired beside a step still open has got a date it has not fired for."""
        if not isinstance(task.task_spec, BoundaryEvent) or not _is_timer(task):
            return False
        if task.task_spec.name in self.climbing:
            return False
        siblings = task.parent.children
        step = next(other for other in siblings if not isinstance(other.task_spec, BoundaryEvent))
        waits = any(other.task_spec is task.task_spec and not _is_over(other) for other in siblings)
        fired = (task.task_spec.name, self._due(task)) in self.fired
        return not _is_over(step) and not waits and not fired

    @property
    def open_elements(self) -> list[str]:
        return [task.task_spec.name for task in self._open()]

    @property
    def timers(self) -> list[tuple[str, datetime | None]]:
        return [(task.task_spec.name, self.due[task.id]) for task in self._armed()]

    @property
    def waits_for_message(self) -> bool:
        return any(
            isinstance(task.task_spec.event_definition, MessageEventDefinition)
            for task in self.workflow.event_manager.tasks.values()
        )

    @property
    def ending(self) -> str | None:
        """The end event on the main path that finished it, None while it runs."""
        if not self.workflow.completed:
            return None
        ends = [
            task
            for task in self.workflow.tasks.values()
            if isinstance(task.task_spec, EndEvent) and task.state == TaskState.COMPLETED
        ]
        final = [
            task for task in ends if isinstance(task.task_spec.event_definition, TerminateEventDefinition)
        ]
        return max(final or ends, key=lambda task: task.last_state_change).task_spec.name

    def _open(self) -> list[Any]:
        """Open tasks by name; two of one name, as of two late steps, in the order of their opening."""
        return sorted(self._ready(), key=lambda task: (task.task_spec.name, self.seen[task.id]))

    def _ready(self) -> list[Any]:
        return [
            task
            for task in self.workflow.get_tasks(state=TaskState.READY)
            if isinstance(task.task_spec, UserTask)
        ]

    def _waiting_timers(self) -> list[Any]:
        return [
            task
            for task in self.workflow.event_manager.tasks.values()
            if _is_timer(task) and task.state == TaskState.WAITING
        ]

    def _armed(self) -> list[Any]:
        armed = [
            task
            for task in self._waiting_timers()
            if (task.task_spec.name, self.due[task.id]) not in self.fired
        ]
        return sorted(armed, key=lambda task: in_order(task.task_spec.name, self.due[task.id]))

    def _due(self, task: Any) -> datetime | None:
        names: dict[str, Any] = {
            "deadline": self.deadlines.get,
            "opened": lambda: self.opened[task.id],
            "latest": max,
            "working_days": lambda count: timedelta(days=count),
            "days": lambda count: timedelta(days=count),
            "hours": lambda count: timedelta(hours=count),
            "minutes": lambda count: timedelta(minutes=count),
        }
        try:
            return eval(task.task_spec.event_definition.expression, names)  # noqa: S307 - the diagrams are ours
        except TypeError:  # None + timedelta, or the latest of None: the deadline has no date
            return None


def in_order(element_id: str, due_at: datetime | None) -> tuple[str, bool, float]:
    """How timers are put in order to be compared: by name, then by instant."""
    return element_id, due_at is None, due_at.timestamp() if due_at else 0


def _is_timer(task: Any) -> bool:
    return isinstance(task.task_spec.event_definition, TimeDateEventDefinition)


def _is_over(task: Any) -> bool:
    return task.has_state(TaskState.FINISHED_MASK)
