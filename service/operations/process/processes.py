"""Where the engine and the store meet: commands move dossiers, and the rows follow each Step.

Every caller holds the dossiers' locks (`store.locks`). One dossier goes the same way as thousands: the
engine is asked for each, `recordings` makes its rows agree, and all rows go to the database together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from service import engine
from service.domain.people import SYSTEM
from service.engine import Command, Definition, Environment, OpenTask, Scalar, Step
from service.operations import calendars, dues
from service.operations.dues import Due
from service.operations.mail import mails
from service.operations.process import escalations, next_rounds, reminders
from service.operations.process.recordings import By, Recording, bind, timers_of
from service.store import definitions, dossiers, histories, tasks, timers
from service.store.locks import Locked
from service.store.tables import Dossier, ProcessInstance, UserTask
from service.store.work import Work


@dataclass(frozen=True, slots=True)
class Order:
    """A command for one locked dossier, and on whose behalf it is given."""

    locked: Locked
    command: Command
    by: By


@dataclass(frozen=True, slots=True)
class Moved:
    """What a command has brought about: the engine's step, and the tasks that it has opened."""

    step: Step
    opened: Sequence[UserTask]


def start(work: Work, dossier: Dossier, definition_id: int, by: By) -> Moved:
    """Starts the process instance of a new dossier on one version of its diagram."""
    instance = ProcessInstance(dossier_id=dossier.id, definition_id=definition_id, state=b"")
    work.session.add(instance)
    locked = Locked(dossier, instance, definitions.newest_form_id(work))
    return advance(work, locked, engine.Start(beginning(dossier)), by)


def beginning(dossier: Dossier) -> dict[str, Scalar]:
    """What the conditions of a diagram may ask from the first step on."""
    return {
        "round_kind": dossier.round.kind,
        "recipients": len(dossier.round.recipients or ()),
        engine.RETURN_TO: "",
    }


def advance(work: Work, locked: Locked, command: Command, by: By) -> Moved:
    """Gives one command to the engine and records what comes of it, in the open Work.

    Raises:
        Conflict: when the command's task or timer is not there any more.
        EngineFailure: when the engine cannot go on; nothing is kept.
    """
    return advance_all(work, [Order(locked, command, by)])[0]


def advance_all(work: Work, orders: Sequence[Order]) -> list[Moved]:
    """Gives one command to each of some dossiers, in the open Work; see `advance`.

    Each dossier may be among them once. Escalations about steps that are done by then end with them.
    """
    recordings = _advance(work, orders)
    _end_overtaken(work, recordings)
    return [Moved(recording.step, recording.opened) for recording in recordings]


def _advance(work: Work, orders: Sequence[Order]) -> list[Recording]:
    recordings: list[Recording] = []
    stepper = engine.Stepper()
    with work.session.no_autoflush:  # All rows that the steps touch go to the database together.
        for order in orders:
            due = dues.of(work, order.locked.dossier)
            recording = Recording(work, order.locked, order.by, due, _step(work, stepper, order, due))
            recording.record()
            recordings.append(recording)
        # A task without a last day has no pending reminders.
        closed = [task.id for recording in recordings for task in recording.closed if task.last_day]
        if closed:
            tasks.cancel_reminders(work, closed)
        dossiers.write_versions(work, [order.locked.dossier for order in orders])
    work.session.flush()
    histories.write(work, [row for recording in recordings for row in recording.told])
    timers.keep(work, timers_of(recordings))
    post = mails.Post(work)
    reminders.plan_new(work, [(one.locked.dossier, task) for one in recordings for task in one.opened])
    for recording in recordings:
        recording.announce(post)
    return recordings


def _end_overtaken(work: Work, recordings: Sequence[Recording]) -> None:
    """Ends the escalations whose late step has been closed, one of each dossier at a time."""
    left = [one for one in recordings if one.closed and one.step.ended is None]
    while left:
        orders: list[Order] = []
        for recording in list(left):
            task = escalations.overtaken(recording.closed, recording.locked.tasks.values())
            if task is None:
                left.remove(recording)
            else:
                by = By(SYSTEM, escalations.end_of(task))
                orders.append(Order(recording.locked, escalations.ending(task), by))
        if orders:
            _advance(work, orders)


def redate(work: Work, locked: Sequence[Locked], by: By) -> None:
    """Moves timers, due instants and reminders of locked dossiers to the dates as they are now."""
    work.session.flush()  # The dates are read anew: what was changed of them must be there to be read.
    moved = advance_all(work, [Order(one, engine.Redate(), by) for one in locked])
    _follow(work, [(one, its.step.open_tasks) for one, its in zip(locked, moved, strict=True)])


def follow_deadlines(work: Work, locked: Sequence[Locked]) -> None:
    """Gives the open tasks of locked dossiers the due instants and reminders of their deadlines."""
    work.session.flush()
    running = [one for one in locked if not one.instance.ended]
    _follow(
        work,
        [
            (one, engine.inspect(definition_of(work, one.instance), one.instance.state).open_tasks)
            for one in running
        ],
    )


def definition_of(work: Work, instance: ProcessInstance) -> Definition:
    """The parsed diagram that an instance runs on, read from the database once per process."""
    definition_id = instance.definition_id

    def read() -> Definition:
        return engine.read(definitions.xml_of(work, definition_id))

    return work.recall(("diagram", definition_id), read)


def _step(work: Work, stepper: engine.Stepper, order: Order, due: Mapping[str, Due]) -> Step:
    """What the engine answers; its new state goes to the instance's row."""
    instance, dossier = order.locked.instance, order.locked.dossier
    # What can be sent in no longer has no timers any more.
    instants = {
        key: None if next_rounds.is_closed_to(dossier, one, work.now) else one.due_at
        for key, one in due.items()
    }
    locality = dossier.round.locality
    environment = Environment(
        work.now, ZoneInfo(locality.zone), instants, calendar=calendars.of(work, locality)
    )
    definition = definition_of(work, instance)
    step = stepper.advance(definition, instance.state or None, order.command, environment)
    instance.state = step.state
    instance.ended = step.ended is not None
    return step


def _follow(work: Work, standing: Sequence[tuple[Locked, Sequence[OpenTask]]]) -> None:
    followed: list[tuple[Dossier, UserTask]] = []
    for locked, open_tasks in standing:
        due = dues.of(work, locked.dossier)
        for opened in open_tasks:
            task, its_due = locked.tasks[opened.id], due.get(opened.deadline or "")
            if task.deadline_id is None and its_due is None:
                continue
            if its_due is None or task.due_at != its_due.due_at:
                task.sequence += 1
            bind(task, opened, its_due)
            followed.append((locked.dossier, task))
    reminders.replan(work, followed)
