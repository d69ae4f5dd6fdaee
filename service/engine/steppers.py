"""Many processes moved at once: those that stand alike are moved once.

When a deadline strikes, or moves, hundreds of dossiers wait at the same step, with the same values, for the
same instant. A step is a pure function of its arguments, and of the name of an instance only in so far as its
ids begin with it: what the engine answers for one of them holds for all, under their own names.
"""

from collections.abc import Hashable
from dataclasses import replace

from service.engine import states
from service.engine.commands import Command, Complete, Environment, Fire, Step
from service.engine.definitions import Definition
from service.engine.steps import advance


class Stepper:
    """Moves processes, and remembers its steps: keep it for one round of commands, no longer."""

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[Step, Definition, Environment]] = {}

    def advance(
        self, definition: Definition, state: bytes | None, command: Command, environment: Environment
    ) -> Step:
        """What `advance` answers; it is asked only about a process that stands as none before it did.

        Raises what `advance` raises.
        """
        if state is None:
            return advance(definition, state, command, environment)
        name, standing = states.apart(state)
        key = id(definition), standing, _said_to(name, command), _seen(environment)
        known = self._known.get(key)
        if known is None:
            step = advance(definition, state, command, environment)
            # What is named by its identity in the key must live as long as the key.
            self._known[key] = step, definition, environment
            return step
        return _under(name, known[0])


def _said_to(name: str, command: Command) -> Hashable:
    """A command as all say it that mean the same: ids without the name of the instance."""
    match command:
        case Fire(task_id):
            return Fire(task_id.removeprefix(name))
        case Complete(task_id, values):
            # As text, in which True and 1 differ.
            return Complete, task_id.removeprefix(name), repr(sorted(values.items()))
        case _:
            return repr(command)


def _seen(around: Environment) -> Hashable:
    dates = tuple(sorted(around.deadlines.items(), key=lambda one: one[0]))
    return around.now, around.zone, dates, id(around.calendar), around.opened_at


def _under(name: str, step: Step) -> Step:
    """The step of another instance, which stood alike, as that of the instance of this name."""

    def own(task_id: str) -> str:
        return f"{name}-{task_id.rpartition('-')[2]}"

    return Step(
        state=states.renamed(step.state, name),
        open_tasks=tuple(replace(one, id=own(one.id)) for one in step.open_tasks),
        timers=tuple(replace(one, task_id=own(one.task_id)) for one in step.timers),
        ended=step.ended,
        events=tuple(replace(one, task_id=own(one.task_id)) if one.task_id else one for one in step.events),
        waited=tuple(replace(one, task_id=own(one.task_id)) for one in step.waited),
    )
