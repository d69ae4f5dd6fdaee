# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedBaseClass=false
# pyright: reportMissingTypeStubs=false, reportAttributeAccessIssue=false, reportPrivateUsage=false
# pyright: reportIncompatibleMethodOverride=false
# SpiffWorkflow is untyped; see tokens.py.
"""From the XML of a diagram to SpiffWorkflow's specification, with nothing in it that executes text.

The stock parser is narrowed to our dialect: conditions and timers become compiled expressions, and the
parts of a file that could carry Python (correlations, data stores, scripts) are never looked at.
"""

import threading
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    EndEventParser,
    IntermediateCatchEventParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.task_parsers import ConditionalGatewayParser, GatewayParser, SubWorkflowParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    BpmnSpecMixin,
    EndEvent,
    ExclusiveGateway,
    IntermediateCatchEvent,
    ParallelGateway,
    StartEvent,
    SubWorkflowTask,
    UserTask,
)
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent

from service.domain.errors import Invalid, TrinhError, message
from service.engine import dialect
from service.engine.expressions import Expression, compile_condition, compile_timer
from service.engine.timers import DueTimer


@dataclass(frozen=True, slots=True)
class Program:
    """What the engine runs: the specification of the process and of its embedded sub-processes."""

    spec: Any
    subprocesses: dict[str, Any]


class Notice(BpmnSpecMixin):
    """A send task: passes at once; the step reports it and somebody else sends the mail."""


class _Guard:
    """The condition on an arrow, in the shape that SpiffWorkflow's gateways ask."""

    def __init__(self, expression: Expression) -> None:
        self.expression = expression

    def _matches(self, task: Any) -> bool:
        return self.expression.holds(task.data, task.workflow.top_workflow.around)


class _GuardedParser(ConditionalGatewayParser):
    def connect_outgoing(self, outgoing_task: Any, sequence_flow_node: Any, is_default: Any) -> None:
        text = None if is_default else self.parse_condition(sequence_flow_node)
        if text is None:
            # The default arrow; any other without a condition is refused by the stock parser.
            super().connect_outgoing(outgoing_task, sequence_flow_node, is_default)
        else:
            self.task.connect_if(_Guard(compile_condition(text)), outgoing_task)


class _TimedParser:
    """Reads a timer's date as one of our expressions."""

    def parse_timer_event(self: Any, event: Any) -> DueTimer:
        dates = self._xpath(event, "./bpmn:timeDate")
        if len(dates) != 1:
            raise ValidationException("A timer needs exactly one date", node=self.node, file_name=None)
        return DueTimer(self.bpmn_id, compile_timer(dates[0].text or ""))


class _CatchParser(_TimedParser, IntermediateCatchEventParser):
    pass


class _BoundaryParser(_TimedParser, BoundaryEventParser):
    pass


class _Parser(BpmnParser):
    PARSER_CLASSES = {
        full_tag(dialect.START): (StartEventParser, StartEvent),
        full_tag(dialect.END): (EndEventParser, EndEvent),
        full_tag(dialect.USER_TASK): (TaskParser, UserTask),
        full_tag(dialect.SEND_TASK): (TaskParser, Notice),
        full_tag(dialect.SUB_PROCESS): (SubWorkflowParser, SubWorkflowTask),
        full_tag(dialect.EXCLUSIVE): (_GuardedParser, ExclusiveGateway),
        full_tag(dialect.PARALLEL): (GatewayParser, ParallelGateway),
        full_tag(dialect.CATCH): (_CatchParser, IntermediateCatchEvent),
        full_tag(dialect.BOUNDARY): (_BoundaryParser, BoundaryEvent),
    }

    def _add_correlations(self, bpmn: Any) -> None:
        """Skipped: a correlation carries an expression that stock code evaluates as Python."""

    def _add_data_stores(self, bpmn: Any) -> None:
        """Skipped: data lives in the database."""


def build(root: Any, process_id: str, events_of_escalations: frozenset[str] = frozenset()) -> Program:
    """The program of a process from the root of an lxml tree; see `timers` for events of escalations.

    Raises `Invalid` with the reason when the diagram cannot be run.
    """
    outcome: list[Program | Exception] = []
    # The stock parser recurses along the arrows. A thread of its own gives it the same depth whoever
    # asks, so what could be read at deployment can be read inside a web request too.
    reader = threading.Thread(
        target=_build_into, args=(outcome, root, process_id, events_of_escalations), name="read-diagram"
    )
    reader.start()
    reader.join()
    result = outcome[0]
    if isinstance(result, Program):
        return result
    if isinstance(result, TrinhError):
        raise result
    if isinstance(result, RecursionError):
        raise Invalid(message("The diagram is a chain of too many elements; split it.")) from result
    raise Invalid(message("The diagram cannot be read: {reason}", reason=str(result))) from result


def _build_into(
    outcome: list[Program | Exception], root: Any, process_id: str, events_of_escalations: frozenset[str]
) -> None:
    try:
        parser = _Parser()
        parser.add_bpmn_xml(root)
        spec = parser.get_spec(process_id)
        subprocesses = parser.get_subprocess_specs(process_id)
        every: list[Any] = [spec, *subprocesses.values()]
        for process in every:
            for task_spec in process.task_specs.values():
                _prepare(task_spec, events_of_escalations)
        outcome.append(Program(spec, subprocesses))
    except Exception as error:  # noqa: BLE001 - whatever the stock parser meets in a bad file is handed to the caller
        outcome.append(_cause(error))


def _prepare(task_spec: Any, events_of_escalations: frozenset[str]) -> None:
    """Mark what the journal tells of, and switch prediction off: tokens make their children themselves."""
    task_spec.told = isinstance(
        task_spec, UserTask | Notice | EndEvent | BoundaryEvent | IntermediateCatchEvent
    )
    task_spec.catches_events = isinstance(task_spec, CatchingEvent)
    task_spec.on_escalation = task_spec.name in events_of_escalations
    task_spec._predict = _predict_nothing  # noqa: SLF001 - the only switch there is


def _predict_nothing(my_task: Any, seen: Any = None, looked_ahead: int = 0, mask: int = 0) -> None:
    """Takes the place of TaskSpec._predict, which draws the tree of everything that may still happen."""


def _cause(error: Exception) -> Exception:
    """The stock parser wraps what our compiler says; the reader of the message wants the inner one."""
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, TrinhError | RecursionError):
            return inner
        inner = inner.__cause__ or inner.__context__
    return error
