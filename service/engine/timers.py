# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportUntypedBaseClass=false, reportMissingTypeStubs=false
# pyright: reportPrivateUsage=false
# SpiffWorkflow is untyped; see tokens.py.
"""Timers that never look at a clock: each has a due instant, and fires when it is told to.

The due instant comes from the deadlines handed in with the step, is kept in whole seconds with the
token, and is worked out again only by `redate`. A boundary timer that has fired at an instant is spent
for that instant: it is armed again only if its date has changed, when the dossier returns to the step or
at once when the step is still open. A timer on the main path is never spent, or the process would wait
for ever. A timer on the border of an escalation is never spent either: every escalation climbs by itself,
once, whatever became of earlier ones. One that asks when its step was opened keeps that beside its instant.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent

from service.engine.commands import Environment
from service.engine.tokens import WAITING, Run

_DUE = "due"
_OPENED = "opened"


class DueTimer(TimerEventDefinition):
    """A timer event with a compiled expression; `expression` is our `Expression`, not text."""

    def has_fired(self, my_task: Any) -> bool:
        return my_task.internal_data.get("event_fired", False)


def waiting_timers(run: Run) -> Iterator[Any]:
    """The tokens that wait for an instant, oldest first."""
    for token in run.tokens():
        if token.state == WAITING and is_timer(token.task_spec):
            yield token


def is_timer(spec: Any) -> bool:
    return isinstance(getattr(spec, "event_definition", None), DueTimer)


def is_on_escalation(spec: Any) -> bool:
    """Whether it hangs on the border of an escalation: the next step of a climb."""
    return spec.on_escalation


def arm(run: Run, around: Environment) -> None:
    """Give every new timer its due instant; the others keep theirs."""
    for token in waiting_timers(run):
        if _DUE not in token.internal_data:
            _work_out(token, around)


def redate(run: Run, around: Environment) -> None:
    """Work out the due instant of every timer of the open steps again, of those that have fired too.

    What has fired waits once more, as a new token, unless it is spent for the instant it would get. Of when
    its step was opened it knows nothing any more: it waits from now on.
    """
    for token in waiting_timers(run):
        _work_out(token, around)
    for border, spec in _gone_off(run):
        if not _has_fired_at(run, spec, _due_seconds(spec, around, around.now)):
            _work_out(border.wait_again(spec), around)


def due_at(token: Any) -> datetime | None:
    """The first instant at which it may fire, in UTC; None while its deadline has no date."""
    seconds = token.internal_data.get(_DUE)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def is_spent(run: Run, token: Any) -> bool:
    return not is_on_escalation(token.task_spec) and _has_fired_at(
        run, token.task_spec, token.internal_data.get(_DUE)
    )


def fire(run: Run, token: Any) -> None:
    """Let it go off; the caller has checked that it is due."""
    spec: Any = token.task_spec
    if isinstance(spec, BoundaryEvent) and not is_on_escalation(spec):
        run.fired.setdefault(spec.name, []).append(token.internal_data[_DUE])
    token.task_spec.event_definition.catch(token)
    token.proceed()


def _gone_off(run: Run) -> Iterator[tuple[Any, Any]]:
    """The timers of open steps that wait no longer, each with the border token that it hung on.

    Those of escalations are left out: one that has climbed does not climb again.

    A border is stored only as long as its step is open, so each one met here has an open step.
    """
    for border in run.tokens():
        if isinstance(border.task_spec, BoundaryEventSplit):
            waiting = [child.task_spec for child in border.children if child.state == WAITING]
            for spec in border.task_spec.outputs:
                if is_timer(spec) and not is_on_escalation(spec) and spec not in waiting:
                    yield border, spec


def _has_fired_at(run: Run, spec: Any, due: int | None) -> bool:
    return due in run.fired.get(spec.name, ())


def _work_out(token: Any, around: Environment) -> None:
    """Gives a waiting timer its instant; one that asks when its step was opened notes that the first time."""
    kept, opened_at = token.internal_data, around.now
    if token.task_spec.event_definition.expression.asks_opening:
        opened_at = datetime.fromtimestamp(kept.setdefault(_OPENED, math.floor(around.now.timestamp())), UTC)
    kept[_DUE] = _due_seconds(token.task_spec, around, opened_at)


def _due_seconds(spec: Any, around: Environment, opened_at: datetime) -> int | None:
    expression = spec.event_definition.expression
    known = replace(around, opened_at=opened_at) if expression.asks_opening else around
    instant: datetime | None = expression.instant(known)
    # Rounded up: a timer may be late by a fraction of a second, never early.
    return None if instant is None else math.ceil(instant.timestamp())
