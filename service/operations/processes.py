"""Where the engine and the store meet: one command moves a dossier, one Step is recorded.

Every caller holds the dossier's lock. The engine answers with a `Step`; `_record` makes the rows
agree with it: state, user tasks, timers, reminders, notices, history, status.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from service import engine
from service.domain.dossiers import ENDINGS, STANDING, DossierStatus, NominationStatus
from service.domain.errors import EngineFailure, Message
from service.domain.people import SYSTEM, Actor
from service.domain.reminders import Audience
from service.domain.tasks import RETURNS, Act, Closing, Outcome
from service.engine import Command, Definition, Environment, OpenTask, Step
from service.operations import audiences, calendars, directories, dues, histories, incidents, mails, reminders
from service.operations.dues import Due
from service.operations.histories import Entry
from service.store import definitions, dossiers, tasks
from service.store.tables import (
    Dossier,
    Organisation,
    ProcessInstance,
    Timer,
    UserTask,
)
from service.store.work import Work

FAR_FUTURE = datetime(9999, 1, 1, tzinfo=UTC)
"""Where tasks without a deadline sort: behind all that have one."""


_LEFT_BEHIND: dict[str, NominationStatus] = {
    DossierStatus.REFUSED: NominationStatus.REFUSED,
    DossierStatus.WITHDRAWN: NominationStatus.WITHDRAWN,
}
"""What becomes of nominations that still stand when their dossier ends so."""


@dataclass(frozen=True, slots=True)
class By:
    """On whose behalf a command is given, and what goes into the history with it."""

    actor: Actor
    entry: Entry
    organisation: Organisation | None = None
    task: UserTask | None = None
    outcome: Outcome | None = None
    reason: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])


def start(work: Work, dossier: Dossier, definition_id: int, by: By) -> Step:
    """Starts the process instance of a new dossier on one version of its diagram."""
    instance = ProcessInstance(dossier_id=dossier.id, definition_id=definition_id, state=b"")
    instance.definition = definitions.get(work, definition_id)
    work.session.add(instance)
    return advance(work, dossier, engine.Start({"round_kind": dossier.round.kind}), by, instance)


def advance(
    work: Work, dossier: Dossier, command: Command, by: By, instance: ProcessInstance | None = None
) -> Step:
    """Gives one command to the engine and records what comes of it, in the open Work.

    Raises:
        Conflict: when the command's task or timer is not there any more.
        EngineFailure: when the engine cannot go on; nothing is kept.
    """
    with work.session.no_autoflush:  # All rows that a step touches go to the database together.
        instance = instance or dossiers.instance(work, dossier.id)
        due = dues.of(work, dossier)
        zone = ZoneInfo(dossier.round.locality.zone)
        environment = Environment(work.now, zone, {key: one.due_at for key, one in due.items()})
        step = engine.advance(definition_of(work, instance), instance.state or None, command, environment)
        instance.state = step.state
        instance.ended = step.ended is not None
        recording = _Recording(work, dossier, instance, by, due)
        opened = recording.record(step)
    recording.announce(step, opened)
    return step


def follow_deadlines(work: Work, dossier: Dossier) -> int:
    """Gives the open tasks of a locked dossier the due instants and reminders of its round's deadlines.

    Returns:
        How many tasks have a deadline or had one.
    """
    instance = dossiers.instance(work, dossier.id)
    if instance.ended:
        return 0
    due = dues.of(work, dossier)
    waiting = tasks.open_of(work, dossier.id)
    followed = 0
    for opened in engine.inspect(definition_of(work, instance), instance.state).open_tasks:
        task, its_due = waiting[opened.id], due.get(opened.deadline or "")
        if task.deadline is None and its_due is None:
            continue
        if its_due is None or task.due_at != its_due.due_at:
            task.sequence += 1
        _bind(task, opened, its_due)
        reminders.plan(work, dossier, task)
        followed += 1
    return followed


def definition_of(work: Work, instance: ProcessInstance) -> Definition:
    """The parsed diagram an instance runs on; its XML is read from the database once per process."""
    known = _parsed(instance.definition.content_hash)
    if not known:
        known.append(engine.read(definitions.xml_of(work, instance.definition_id)))
    return known[0]


@lru_cache(maxsize=64)
def _parsed(_content_hash: str) -> list[Definition]:
    """The place of one parsed diagram; empty until it is first needed."""
    return []


@dataclass(frozen=True, slots=True)
class _Recording:
    work: Work
    dossier: Dossier
    instance: ProcessInstance
    by: By
    due: Mapping[str, Due]

    def record(self, step: Step) -> list[UserTask]:
        """Makes the rows agree with a step; returns the tasks that it has opened."""
        self._append(self.by.entry, self.by.actor, self.by.organisation)
        for event in step.events:
            if event.kind in {"timer_fired", "notice", "cancelled"}:
                entry = Entry(event.kind, event.element_id, event.name, params=dict(event.params))
                self._append(entry, SYSTEM)
        before = tasks.waiting(self.work, self.dossier.id)
        self._close_tasks(before, step)
        opened = [self._open_task(task) for task in step.open_tasks if task.id not in before]
        self._keep_timers(step)
        self._settle_status(step)
        return opened

    def announce(self, step: Step, opened: list[UserTask]) -> None:
        """Plans the reminders of the tasks that a step has opened, and queues the mails it asks for."""
        self.work.session.flush()
        for task in opened:
            reminders.plan(self.work, self.dossier, task, just_opened=True)
        self._tell(step, opened)

    def _append(self, entry: Entry, actor: Actor, organisation: Organisation | None = None) -> None:
        histories.append(
            self.work,
            self.dossier,
            actor,
            entry,
            organisation=organisation,
            definition_id=self.instance.definition_id,
        )

    def _close_tasks(self, before: Mapping[str, UserTask], step: Step) -> None:
        still_open = {task.id for task in step.open_tasks}
        closed = [task for engine_task_id, task in before.items() if engine_task_id not in still_open]
        for task in closed:
            completed = self.by.task is not None and task.id == self.by.task.id
            task.closed_at = self.work.now
            task.closing = Closing.COMPLETED if completed else Closing.CANCELLED
            if completed:
                task.closed_by_id = self.by.actor.person_id
                task.outcome = self.by.outcome
        if closed:
            tasks.cancel_reminders(self.work, [task.id for task in closed])

    def _open_task(self, opened: OpenTask) -> UserTask:
        try:
            group = audiences.group_for_role(self.work, self.dossier, opened.role)
            form_version_id = _forms(self.work)[opened.form]
        except LookupError as error:
            raise EngineFailure(
                Message("Step {step} cannot open: {reason}.", {"step": opened.name, "reason": str(error)})
            ) from error
        task = UserTask(
            dossier_id=self.dossier.id,
            engine_task_id=opened.id,
            element_id=opened.element_id,
            name=opened.name,
            act=opened.act,
            role=opened.role,
            group_id=group.id,
            form_version_id=form_version_id,
            opened_at=self.work.now,
        )
        _bind(task, opened, self.due.get(opened.deadline or ""))
        self._assign(task)
        self.work.session.add(task)
        return task

    def _assign(self, task: UserTask) -> None:
        """A returned dossier goes back to whoever did that step before; a new one to its author."""
        by = self.by
        if by.outcome in RETURNS and by.task is not None:
            task.returned_by_group_id = by.task.group_id
            task.return_reason = by.reason
            self.work.session.flush()
            task.assignee_id = tasks.last_done_by(
                self.work,
                self.dossier.id,
                task.element_id,
                task.group_id,
                calendars.today(self.work, self.dossier.round.locality),
            )
        elif by.entry.kind == "created" and by.actor.seat_in(task.group_id):
            task.assignee_id = by.actor.person_id
        if task.assignee_id is not None:
            task.claimed_at = self.work.now

    def _keep_timers(self, step: Step) -> None:
        known = tasks.timers(self.work, self.dossier.id)
        wanted = {timer.task_id: timer for timer in step.timers}
        fired = {event.task_id for event in step.events if event.kind == "timer_fired"}
        for engine_task_id, row in known.items():
            if engine_task_id in fired:
                row.fired_at = self.work.now
            elif engine_task_id not in wanted:
                self.work.session.delete(row)
            elif row.due_at != wanted[engine_task_id].due_at:
                row.due_at, row.parked = wanted[engine_task_id].due_at, False
        for engine_task_id, timer in wanted.items():
            if engine_task_id not in known:
                self.work.session.add(
                    Timer(
                        dossier_id=self.dossier.id,
                        engine_task_id=engine_task_id,
                        element_id=timer.element_id,
                        due_at=timer.due_at,
                    )
                )

    def _settle_status(self, step: Step) -> None:
        dossier = self.dossier
        if step.ended is None:
            preparing = any(task.act == Act.SUBMIT for task in step.open_tasks)
            if dossier.submitted_at is not None:
                dossier.status = DossierStatus.RETURNED if preparing else DossierStatus.RUNNING
            return
        dossier.ending = step.ended.element_id
        dossier.closed_at = self.work.now
        dossier.status = _status_of(step.ended.element_id)
        self._append(Entry("ended", step.ended.element_id, step.ended.name), SYSTEM)
        left = _LEFT_BEHIND.get(dossier.status)
        if left is not None:
            for nomination in dossier.nominations:
                if nomination.status in STANDING:
                    nomination.status = left
                    nomination.status_reason = self.by.reason

    def _tell(self, step: Step, opened: list[UserTask]) -> None:
        for task in opened:
            if task.act == Act.ACKNOWLEDGE:
                mails.to_group(self.work, self.dossier, "escalation", task.group_id, task=task)
            elif task.returned_by_group_id is not None:
                mails.to_holder(self.work, self.dossier, "returned", task)
        for event in step.events:
            if event.kind == "notice":
                group = audiences.resolve(self.work, self.dossier, Audience(event.params["notify"]), None)
                if group is not None:
                    mails.to_group(self.work, self.dossier, event.params["template"], group.id)
                else:
                    incidents.report_unheard(self.work, self.dossier, event.params["template"])
        if step.ended is not None and self.dossier.status != DossierStatus.WITHDRAWN:
            directory = directories.of(self.work, self.dossier.round.locality)
            proposers = directory.group_of(self.dossier.unit_id, "proposer")
            if proposers is not None:
                mails.to_group(self.work, self.dossier, "decided", proposers.id)


def _bind(task: UserTask, opened: OpenTask, due: Due | None) -> None:
    """Puts a task under a deadline; the diagram's ladder goes before the deadline's own."""
    deadline, extension = (due.row, due.extension) if due else (None, None)
    due_at = due.due_at if due else None
    task.deadline_id, task.deadline = (deadline.id, deadline) if deadline else (None, None)
    task.extension_id, task.extension = (extension.id, extension) if extension else (None, None)
    task.last_day, task.due_at = (due.last_day, due_at) if due else (None, None)
    task.sort_at = due_at or FAR_FUTURE
    task.ladder = opened.reminders or (deadline.ladder if deadline else None)


def _status_of(ending: str) -> DossierStatus:
    try:
        status = DossierStatus(ending)
    except ValueError:
        status = DossierStatus.DRAFT
    if status not in ENDINGS:
        raise EngineFailure(
            Message(
                "The diagram ends at {element}, which is none of: {known}.",
                {"element": ending, "known": ", ".join(sorted(ENDINGS))},
            )
        )
    return status


def _forms(work: Work) -> dict[str, int]:
    """The ids of the newest forms, read once per Work."""
    known: dict[str, int] | None = work.session.info.get("forms")
    if known is None:
        known = work.session.info["forms"] = definitions.newest_form_ids(work)
    return known
