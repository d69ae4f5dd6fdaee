# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportPrivateUsage=false, reportMissingTypeStubs=false, reportUnknownLambdaType=false
# The tokens of SpiffWorkflow are untyped; see tokens.py.
"""Move a process: `(definition, state, command, environment) -> Step`, and nothing else is touched.

A step is a pure function of its arguments, except that `Start` draws a random name for the instance.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import NoneType
from typing import Any

from service.domain.errors import Conflict, EngineFailure, Invalid, TrinhError, message
from service.engine import states, timers
from service.engine.arithmetic import MAX_NUMBER, Scalar
from service.engine.commands import (
    Command,
    Complete,
    Ending,
    Environment,
    Event,
    Fire,
    OpenTask,
    Receive,
    Redate,
    Start,
    Step,
    TimerDue,
)
from service.engine.definitions import Definition
from service.engine.dialect import END, SEND_TASK, USER_TASK
from service.engine.tokens import CANCELLED, COMPLETED, READY, WAITING, Entry, Run

MAX_VALUES = 40
MAX_TEXT = 300


def advance(definition: Definition, state: bytes | None, command: Command, environment: Environment) -> Step:
    """The process after one command.

    `state` is None for `Start` and the last step's state for every other command. Raises `Conflict` when
    the process has moved on (closed task, timer not due or spent, message that nobody waits for, ended
    instance), `Invalid` for values it cannot hold, and `EngineFailure` when the process cannot go on.
    """
    try:
        run = _loaded(definition, state, command, environment)
        waited = _timers(definition, run)
        _obey(run, command, environment)
        run.do_engine_steps()
        timers.arm(run, environment)
        return _step(definition, run, _ending(definition, run), waited)
    except TrinhError:
        raise
    except Exception as error:  # whatever the library meets becomes one kind of incident
        raise EngineFailure(
            message("The process “{key}” cannot go on: {reason}", key=definition.key, reason=str(error))
        ) from error


def inspect(definition: Definition, state: bytes) -> Step:
    """What a stored state says, without moving anything: its `events` are empty."""
    run, ending = states.decode(state, definition.program, None)
    return Step(
        state=state,
        open_tasks=() if ending else _open_tasks(definition, run),
        timers=() if ending else _timers(definition, run),
        ended=_named_ending(definition, ending) if ending else None,
        events=(),
    )


def _loaded(definition: Definition, state: bytes | None, command: Command, environment: Environment) -> Run:
    if isinstance(command, Start):
        if state is not None:
            raise Conflict(message("The process has already started."))
        run = Run(definition.program, environment)
        run.instance = command.instance or secrets.token_hex(8)
        if not re.fullmatch(r"[0-9a-z]+", run.instance):
            raise Invalid(
                message("“{name}” does not name an instance: digits and small letters do.", name=run.instance)
            )
        run.begin(_checked(command.data))
        return run
    if state is None:
        raise Conflict(message("The process has not started yet."))
    run, ending = states.decode(state, definition.program, environment)
    if ending:
        raise Conflict(message("The process has ended; nothing in it can be done any more."))
    return run


def _obey(run: Run, command: Command, environment: Environment) -> None:
    match command:
        case Start():
            pass
        case Complete(task_id, values):
            _complete(run, task_id, values)
        case Fire(task_id):
            _fire(run, task_id, environment.now)
        case Receive(name):
            _receive(run, name)
        case Redate():
            timers.redate(run, environment)


def _complete(run: Run, task_id: str, values: Mapping[str, Any]) -> None:
    token = _find(run, task_id)
    if token is None or token.state != READY or not token.task_spec.manual:
        raise Conflict(
            message("This task is no longer open; somebody else has completed it. Reload the page.")
        )
    token.data = _checked({**token.data, **values})
    token.run()


def _fire(run: Run, task_id: str, now: datetime) -> None:
    token = _find(run, task_id)
    if token is None or token.state != WAITING or not timers.is_timer(token.task_spec):
        raise Conflict(message("This timer no longer waits."))
    due_at = timers.due_at(token)
    if due_at is None or timers.is_spent(run, token):
        raise Conflict(message("This timer is not armed."))
    if due_at > now:
        raise Conflict(message("This timer is due at {due_at}, not yet.", due_at=due_at.isoformat()))
    timers.fire(run, token)


def _receive(run: Run, name: str) -> None:
    waiting = [token for token in run.tokens() if token.state == WAITING and _message(token) == name]
    if not waiting:
        raise Conflict(message("The process does not wait for “{name}” at this step.", name=name))
    for token in waiting:
        # The first of two borders may have closed the second.
        if token.state == WAITING:
            token.internal_data["event_fired"] = True
            token.proceed()


def _message(token: Any) -> str | None:
    definition = getattr(token.task_spec, "event_definition", None)
    return None if definition is None or timers.is_timer(token.task_spec) else definition.name


def _checked(values: Mapping[str, Any]) -> dict[str, Scalar]:
    """The values as the engine holds them: few, short, plain."""
    if len(values) > MAX_VALUES:
        raise Invalid(message("A process holds at most {limit} values.", limit=MAX_VALUES))
    for name, value in values.items():
        if not name.isidentifier() or not isinstance(value, _PLAIN):
            raise Invalid(message("“{name}” is not a plain value; keep it in the dossier.", name=name))
        if _is_large(value):
            raise Invalid(message("The value of “{name}” is too large for the process.", name=name))
    return dict(values)


_PLAIN = (bool, int, float, str, NoneType)


def _is_large(value: Scalar) -> bool:
    if isinstance(value, str):
        return len(value) > MAX_TEXT
    return isinstance(value, int | float) and not abs(value) <= MAX_NUMBER


def _task_id(run: Run, token: Any) -> str:
    return f"{run.instance}-{token.id}"


def _find(run: Run, task_id: str) -> Any:
    instance, _, number = task_id.rpartition("-")
    return run.token(int(number)) if instance == run.instance and number.isdecimal() else None


def _ending(definition: Definition, run: Run) -> str:
    """The id of the main end event that was reached, "" while the process runs."""
    if not run.completed:
        if not any(_waits_for_somebody(token) for token in run.tokens()):
            raise EngineFailure(
                message("The process “{key}” waits for nothing: it is stuck.", key=definition.key)
            )
        return ""
    reached = [
        token for token in run.tasks.values() if token.state == COMPLETED and _type(definition, token) == END
    ]
    # A terminate end is the end wherever it lies; otherwise the last on the main path.
    main = [token for token in reached if token.task_spec.name not in definition.side_elements]
    final = max(main or reached, key=lambda token: token.last_state_change, default=None)
    if final is None:
        raise EngineFailure(
            message("The process “{key}” completed without reaching an end.", key=definition.key)
        )
    return final.task_spec.name


def _waits_for_somebody(token: Any) -> bool:
    spec = token.task_spec
    return (token.state == READY and spec.manual) or (token.state == WAITING and spec.catches_events)


def _type(definition: Definition, token: Any) -> str:
    element = definition.elements.get(token.task_spec.name)
    return element.type if element else ""


def _step(definition: Definition, run: Run, ending: str, waited: tuple[TimerDue, ...]) -> Step:
    return Step(
        state=states.encode(run, ending, definition.side_elements),
        open_tasks=() if ending else _open_tasks(definition, run),
        timers=() if ending else _timers(definition, run),
        ended=_named_ending(definition, ending) if ending else None,
        events=tuple(_events(definition, run, ending)),
        waited=waited,
    )


def _named_ending(definition: Definition, ending: str) -> Ending:
    element = definition.elements.get(ending)
    return Ending(ending, element.name if element else "")


def _open_tasks(definition: Definition, run: Run) -> tuple[OpenTask, ...]:
    found: list[OpenTask] = []
    for token in run.tokens():
        if token.state == READY and token.task_spec.manual:
            element = definition.element(token.task_spec.name)
            own = element.attributes
            found.append(
                OpenTask(
                    id=_task_id(run, token),
                    element_id=element.id,
                    name=element.name,
                    lane=element.lane,
                    role=own.get("role", ""),
                    form=own.get("form", ""),
                    deadline=own.get("deadline"),
                    reminders=own.get("reminders"),
                    act=own.get("act", ""),
                )
            )
    return tuple(found)


def _timers(definition: Definition, run: Run) -> tuple[TimerDue, ...]:
    found: list[TimerDue] = []
    for token in timers.waiting_timers(run):
        if not timers.is_spent(run, token):
            element = definition.element(token.task_spec.name)
            found.append(
                TimerDue(
                    task_id=_task_id(run, token),
                    element_id=element.id,
                    due_at=timers.due_at(token),
                    interrupting=element.interrupting,
                    attached_to=element.attached_to,
                )
            )
    return tuple(found)


def _events(definition: Definition, run: Run, ending: str) -> Iterator[Event]:
    for entry in run.journal:
        event = _event(definition, run, entry)
        if event is not None:
            yield event
    if ending:
        yield Event("ended", ending, _named_ending(definition, ending).name, None, {})


def _event(definition: Definition, run: Run, entry: Entry) -> Event | None:
    element = definition.element(entry.token.task_spec.name)
    task_id = _task_id(run, entry.token)
    if element.type == USER_TASK:
        match entry.state:
            case state if state == READY:
                return Event("opened", element.id, element.name, task_id, {})
            case state if state == COMPLETED:
                return Event("completed", element.id, element.name, task_id, {})
            case state if state == CANCELLED:
                return Event("cancelled", element.id, element.name, task_id, {})
            case _:
                return None
    if entry.state != COMPLETED:
        return None
    if element.type == SEND_TASK:
        return Event("notice", element.id, element.name, task_id, dict(element.attributes))
    if element.event == "timer":
        return Event("timer_fired", element.id, element.name, task_id, {"attached_to": element.attached_to})
    if element.event == "message":
        params = {"message": element.message, "attached_to": element.attached_to}
        return Event("message_received", element.id, element.name, task_id, params)
    return None
