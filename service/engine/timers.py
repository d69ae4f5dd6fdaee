# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportUntypedBaseClass=false, reportMissingTypeStubs=false
# pyright: reportPrivateUsage=false
# SpiffWorkflow is untyped; see tokens.py.
"""Timers that never look at a clock: each has a due instant, and fires when it is told to.

The due instant comes from the deadlines handed in with the step, is kept in whole seconds with the
token, and is worked out again only by `redate`. A boundary timer that has fired at an instant is spent
for that instant: when the dossier returns to the step, it is armed again only if its date has changed.
A timer on the main path is never spent, or the process would wait for ever.
"""

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent

from service.engine.arithmetic import Surroundings
from service.engine.expressions import Expression
from service.engine.tokens import WAITING, Run

_DUE = "due"


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


def arm(run: Run, around: Surroundings) -> None:
    """Give every new timer its due instant; the others keep theirs."""
    for token in waiting_timers(run):
        if _DUE not in token.internal_data:
            token.internal_data[_DUE] = _seconds(_expression(token).instant(around))


def redate(run: Run, around: Surroundings) -> None:
    """Work out the due instant of every waiting timer again."""
    for token in waiting_timers(run):
        token.internal_data[_DUE] = _seconds(_expression(token).instant(around))


def due_at(token: Any) -> datetime | None:
    """The first instant at which it may fire, in UTC; None while its deadline has no date."""
    seconds = token.internal_data.get(_DUE)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def is_spent(run: Run, token: Any) -> bool:
    seconds = token.internal_data.get(_DUE)
    return seconds in run.fired.get(token.task_spec.name, ())


def fire(run: Run, token: Any) -> None:
    """Let it go off; the caller has checked that it is due."""
    if isinstance(token.task_spec, BoundaryEvent):
        run.fired.setdefault(token.task_spec.name, []).append(token.internal_data[_DUE])
    token.task_spec.event_definition.catch(token)
    token.proceed()


def _expression(token: Any) -> Expression:
    return token.task_spec.event_definition.expression


def _seconds(instant: datetime | None) -> int | None:
    # Rounded up: a timer may be late by a fraction of a second, never early.
    return None if instant is None else math.ceil(instant.timestamp())
