# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedBaseClass=false
# pyright: reportMissingTypeStubs=false, reportAttributeAccessIssue=false, reportIncompatibleMethodOverride=false
# pyright: reportPrivateUsage=false, reportIncompatibleVariableOverride=false
# ruff: noqa: SLF001
# SpiffWorkflow is untyped, and its tasks are steered through underscored methods: here and nowhere else.
"""Tokens and runs: SpiffWorkflow's tasks and workflows without what a stored process does not need.

Stock tasks carry random UUIDs, wall-clock times, log records for every change of state, and a predicted
tree of everything that may still happen. Here a token is numbered, time is a counter, changes of state
that somebody must hear of go to a journal, and the children of a token are made when it runs.
"""

from typing import Any, NamedTuple

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.specs.ExclusiveChoice import ExclusiveChoice
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from service.domain.errors import EngineFailure, message
from service.engine.arithmetic import Surroundings

WAITING: int = TaskState.WAITING
READY: int = TaskState.READY
STARTED: int = TaskState.STARTED
COMPLETED: int = TaskState.COMPLETED
CANCELLED: int = TaskState.CANCELLED
LIVE = WAITING | READY | STARTED

# A step moves through a few dozen elements; only a mistake in a diagram moves through more. Stays below
# the depth of 1000 at which SpiffWorkflow stops looking for tasks and takes the process for completed.
MAX_RUNS = 900


class Entry(NamedTuple):
    """One line of the journal: this token changed to this state."""

    state: int
    token: Any


class Token(Task):
    """A task of SpiffWorkflow that knows its number and writes to its run's journal."""

    def __init__(
        self, workflow: Any, task_spec: Any, parent: Any = None, state: int = TaskState.MAYBE, number: int = 0
    ) -> None:
        # Task.__init__ would draw a UUID and read the wall clock.
        run = workflow.top_workflow
        if not number:
            run.last_number += 1
            number = run.last_number
        self.id = number
        self.workflow = workflow
        self.task_spec = task_spec
        self.triggered = False
        self.thread_id = 0
        self.data = {}
        self.internal_data = {}
        self.last_state_change = run.changes
        self._state = state
        self._children = []
        self._parent = None
        workflow.tasks[number] = self
        if parent is not None:
            self._parent = parent.id
            parent._children.append(number)

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> "Token":
        child = Token(self.workflow, task_spec, self, state)
        if state == READY:
            child._ready()
        return child

    def _set_state(self, value: int) -> None:
        if value == self._state:
            return
        run = self.workflow.top_workflow
        run.changes += 1
        self.last_state_change = run.changes
        if self.task_spec.told and (value >= READY or self._state >= READY):
            run.journal.append(Entry(value, self))
        self._state = value

    def run(self) -> Any:
        """Run it; its children appear now, except behind a gateway, which makes the chosen one itself."""
        run = self.workflow.top_workflow
        run.runs += 1
        if run.runs > MAX_RUNS:
            raise EngineFailure(
                message(
                    "The process went through more than {limit} elements in one step: it runs in a circle.",
                    limit=MAX_RUNS,
                )
            )
        if not self._children and not isinstance(self.task_spec, ExclusiveChoice):
            self.task_spec._predict_hook(self)
        return super().run()

    def wait_again(self, event: Any) -> "Token":
        """Its step's border waits once more for an event that it has caught; the new token that waits."""
        token = self._add_child(event)
        token.proceed()
        return token

    def proceed(self) -> None:
        """Look again whether it still has to wait."""
        self.task_spec._update(self)


class _NoScripts:
    """Stands where SpiffWorkflow keeps its Python engine: nothing a diagram says is executed."""

    def evaluate(self, task: Any, expression: Any, external_context: Any = None) -> Any:
        raise EngineFailure(
            message("The diagram asks to evaluate “{text}”; only our expressions are.", text=expression)
        )

    execute = evaluate
    call_service = evaluate


_NO_SCRIPTS = _NoScripts()


class Run(BpmnWorkflow):
    """A process instance while a step moves it. One thread, one step: never shared or kept."""

    def __init__(self, program: Any, around: Surroundings | None) -> None:
        self.around = around
        self.instance = ""
        self.last_number = 0
        self.changes = 0
        self.runs = 0
        self.journal: list[Entry] = []
        self.fired: dict[str, list[int]] = {}
        super().__init__(program.spec, program.subprocesses, script_engine=_NO_SCRIPTS, deserializing=True)

    def begin(self, data: dict[str, Any]) -> None:
        """Put the first token on the start."""
        self.task_tree = Token(self, self.spec.start, state=TaskState.FUTURE)
        self.task_tree.data = dict(data)
        self.task_tree._ready()

    def create_subprocess(self, my_task: Any, spec_name: str) -> "SubRun":
        inner = SubRun(self.subprocess_specs[spec_name], my_task.id, self)
        inner.task_tree = Token(inner, inner.spec.start, state=TaskState.FUTURE)
        self.subprocesses[my_task.id] = inner
        inner.task_tree._ready()
        return inner

    def reopen(self, token: Token) -> "SubRun":
        """The stored inside of a running sub-process, still empty."""
        spec = self.subprocess_specs.get(token.task_spec.spec)
        if spec is None:
            raise EngineFailure(
                message(
                    "“{element}” is no sub-process in this version of the diagram.",
                    element=token.task_spec.name,
                )
            )
        inner = SubRun(spec, token.id, self)
        inner.completed_event.connect(token.task_spec._on_subworkflow_completed, token)
        self.subprocesses[token.id] = inner
        return inner

    def refresh_timers(self) -> None:
        """Nothing: a timer fires only when it is told to."""

    def update_waiting_tasks(self) -> None:
        _update_waiting(self)

    def token(self, number: int) -> Any:
        """The token of this number, or None."""
        for run in (self, *self.subprocesses.values()):
            if number in run.tasks:
                return run.tasks[number]
        return None

    def tokens(self) -> list[Any]:
        """Every token of the process and of its running sub-processes, oldest first."""
        found = list(self.tasks.values())
        for inner in self.subprocesses.values():
            found.extend(inner.tasks.values())
        return sorted(found, key=lambda token: token.id)


class SubRun(BpmnSubWorkflow):
    """The inside of an embedded sub-process."""

    def __init__(self, spec: Any, parent_task_id: int, top: Run) -> None:
        super().__init__(spec, parent_task_id, top, deserializing=True)

    def update_waiting_tasks(self) -> None:
        _update_waiting(self)


def _update_waiting(run: Any) -> None:
    """Joins may have become free. Waiting events are left alone: they move only by a command."""
    for token in [token for token in run.tasks.values() if token._state == WAITING]:
        if not token.task_spec.catches_events and token._state == WAITING:
            token.task_spec._update(token)
