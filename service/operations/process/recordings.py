"""Making the rows of one dossier agree with a Step of the engine.

State, user tasks, timers, notices, history and status; what needs the new rows' ids is announced after
they have been written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from service.domain.dossiers import ENDINGS, STANDING, DossierKind, DossierStatus, NominationStatus
from service.domain.duties import RelativeRole
from service.domain.errors import EngineFailure, Invalid, Message, message
from service.domain.opinions import OpinionState
from service.domain.people import SYSTEM, Actor
from service.domain.reminders import Audience
from service.domain.tasks import PREPARES, RETURNS, TURNED_DOWN, Act, Closing, Outcome
from service.domain.words import search_key
from service.engine import OpenTask, Step
from service.operations import calendars, histories, incidents
from service.operations.dues import Due
from service.operations.histories import Entry
from service.operations.mail.mails import Post
from service.operations.process import escalations
from service.operations.staff import audiences, directories
from service.store import definitions, opinions, tasks
from service.store.locks import Locked
from service.store.tables import Dossier, Organisation, Submission, UserTask
from service.store.timers import TimerChanges
from service.store.work import Work

FAR_FUTURE = datetime(9999, 1, 1, tzinfo=UTC)
"""Where tasks without a deadline sort: behind all that have one."""
_TOLD = frozenset({"timer_fired", "notice", "cancelled"})
"""Events of the engine that the history tells."""
_LEFT_BEHIND: dict[str, NominationStatus] = {
    DossierStatus.REFUSED: NominationStatus.REFUSED,
    DossierStatus.WITHDRAWN: NominationStatus.WITHDRAWN,
}
"""What becomes of nominations that still stand when their dossier ends so."""


@dataclass(frozen=True, slots=True)
class By:
    """On whose behalf a command is given, and what goes into the history with it.

    `submission` is the letter with which the dossier goes on: the step finds out where it goes.
    """

    actor: Actor
    entry: Entry
    organisation: Organisation | None = None
    task: UserTask | None = None
    outcome: Outcome | None = None
    reason: str | None = None
    submission: Submission | None = None


@dataclass(slots=True)
class Recording:
    """One step of one locked dossier on its way into the rows."""

    work: Work
    locked: Locked
    by: By
    due: Mapping[str, Due]
    step: Step
    told: list[histories.Row] = field(default_factory=list[histories.Row])
    opened: list[UserTask] = field(default_factory=list[UserTask])
    closed: list[UserTask] = field(default_factory=list[UserTask])

    @property
    def dossier(self) -> Dossier:
        """The dossier that the step belongs to."""
        return self.locked.dossier

    def record(self) -> None:
        """Makes the rows agree with the step, all but the timers (`timers_of`) and the history (`told`)."""
        step = self.step
        if self.by.outcome in TURNED_DOWN:
            dossier = self.dossier
            dossier.reasons_key = search_key(dossier.reasons_key, self.by.reason)
        self._append(self.by.entry, self.by.actor, self.by.organisation)
        for event in step.events:
            if event.kind in _TOLD:
                self._append(
                    Entry(event.kind, event.element_id, event.name, params=dict(event.params)), SYSTEM
                )
        standing = self.locked.tasks
        self._close_tasks(step)
        self._end_questions()
        for task in step.open_tasks:
            if task.id not in standing:
                self.opened.append(self._open_task(task))
        standing.update({task.engine_task_id: task for task in self.opened})
        self._address()
        self._settle_status(step)

    def announce(self, post: Post) -> None:
        """Queues the mails that the step asks for; to be called when its rows have their ids."""
        dossier = self.dossier
        for task in self.opened:
            if task.act == Act.ACKNOWLEDGE:
                post.to_group(dossier, "escalation", task.group_id, task=task)
            elif task.returned_by_group_id is not None:
                post.to_holder(dossier, "returned", task)
        for event in self.step.events:
            if event.kind == "notice":
                group = audiences.resolve(self.work, dossier, Audience(event.params["notify"]), None)
                if group is not None:
                    post.to_group(dossier, event.params["template"], group.id)
                else:
                    incidents.report_unheard(self.work, dossier, event.params["template"])
        if self.step.ended is not None and dossier.status != DossierStatus.WITHDRAWN:
            self._tell_the_end(post)

    def _tell_the_end(self, post: Post) -> None:
        """Whoever sent a report hears that it is settled; the proposers, what became of their dossier."""
        dossier = self.dossier
        if dossier.kind == DossierKind.DUTY:
            owner = audiences.group_for_role(self.work, dossier, RelativeRole.OWNER)
            post.to_group(dossier, "report_settled", owner.id)
            return
        directory = directories.of(self.work, dossier.round.locality)
        proposers = directory.group_of(dossier.unit_id, "proposer")
        if proposers is not None:
            post.to_group(dossier, "decided", proposers.id)

    def _append(self, entry: Entry, actor: Actor, organisation: Organisation | None = None) -> None:
        row = histories.compose(
            self.work,
            self.dossier,
            actor,
            entry,
            organisation=organisation,
            definition_id=self.locked.instance.definition_id,
        )
        self.told.append(row)

    def _close_tasks(self, step: Step) -> None:
        still_open = {task.id for task in step.open_tasks}
        standing = self.locked.tasks
        self.closed += [standing.pop(one) for one in list(standing) if one not in still_open]
        for task in self.closed:
            completed = self.by.task is not None and task.id == self.by.task.id
            task.closed_at = self.work.now
            task.closing = Closing.COMPLETED if completed else Closing.CANCELLED
            if completed:
                task.closed_by_id = self.by.actor.person_id
                task.outcome = self.by.outcome
                task.awaited_since = self.work.now if step.ended is None else None

    def _end_questions(self) -> None:
        """Questions end with the task from which they were asked: an answer would come too late."""
        left = [task.id for task in self.closed if task.id in self.locked.asked]
        for opinion in opinions.open_of_tasks(self.work, left) if left else ():
            opinion.closed_at, opinion.closing = self.work.now, OpinionState.OVERTAKEN
            self._append(
                Entry(
                    "opinion_overtaken",
                    task_id=opinion.task_id,
                    params={"opinion": opinion.id, "of": opinion.organisation.name_vi},
                ),
                SYSTEM,
            )
        if left:
            tasks.cancel_reminders(self.work, left)

    def _open_task(self, opened: OpenTask) -> UserTask:
        try:
            group = audiences.group_for_role(self.work, self.dossier, opened.role)
            form_version_id = self._form(opened.form)
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
        bind(task, opened, self.due.get(opened.deadline or ""))
        escalations.bind(task, self.step, self.locked.tasks.values())
        self._assign(task)
        self.work.session.add(task)
        return task

    def _form(self, key: str) -> int:
        """The newest version of a form; which those are is known as long as none has been deployed.

        Raises:
            LookupError: when there is no such form.
        """
        newest = self.locked.newest_form
        known = self.work.recall(("forms", newest), lambda: definitions.newest_form_ids(self.work, newest))
        return known[key]

    def _assign(self, task: UserTask) -> None:
        """A returned dossier goes back to whoever did that step before, and once it is corrected to whoever
        returned it: they know what was missing. A new one goes to its author."""
        by = self.by
        if by.outcome in RETURNS and by.task is not None:
            task.returned_by_group_id = by.task.group_id
            task.return_reason = by.reason
            task.assignee_id = self._did_before(task)
        elif by.task is not None and by.task.returned_by_group_id == task.group_id:
            task.assignee_id = self._did_before(task)
        elif by.entry.kind == "created" and (seat := by.actor.seat_in(task.group_id)):
            task.assignee_id = by.actor.through(seat).holder_id
        if task.assignee_id is not None:
            task.claimed_at = self.work.now

    def _did_before(self, task: UserTask) -> int | None:
        self.work.session.flush()
        today = calendars.today(self.work, self.dossier.round.locality)
        return tasks.last_done_by(self.work, self.dossier.id, task.element_id, task.group_id, today)

    def _address(self) -> None:
        """A letter goes to whoever the diagram makes do the next step; after the last one, to nobody.

        Raises:
            Invalid: when another dossier with the same letter has gone to another office.
        """
        letter = self.by.submission
        group_id = next((task.group_id for task in self.opened if task.act != Act.ACKNOWLEDGE), None)
        if letter is None or group_id is None:
            return
        receiving = directories.of(self.work, self.dossier.round.locality).groups[group_id].organisation_id
        if letter.to_organisation_id not in {None, receiving}:
            raise Invalid(
                message("One paper covers dossiers of one round and one office. Choose them again.")
            )
        letter.to_organisation_id = receiving

    def _settle_status(self, step: Step) -> None:
        dossier = self.dossier
        if step.ended is None:
            preparing = any(task.act in PREPARES for task in step.open_tasks)
            if dossier.submitted_at is not None:
                dossier.status = DossierStatus.RETURNED if preparing else DossierStatus.RUNNING
            return
        tasks.end_waiting(self.work, dossier.id)
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


def timers_of(recordings: Sequence[Recording]) -> TimerChanges:
    """How the rows of the timers must change, so that those wait that the engine waits for."""
    changes = TimerChanges()
    for recording in recordings:
        step, dossier_id = recording.step, recording.dossier.id
        waited = {timer.task_id: timer for timer in step.waited}
        waits = {timer.task_id: timer for timer in step.timers}
        fired = {event.task_id for event in step.events if event.kind == "timer_fired"}
        for key in waited.keys() - waits.keys():
            (changes.fired if key in fired else changes.gone).append((dossier_id, key))
        for key, timer in waits.items():
            if key not in waited:
                changes.made.append((dossier_id, key, timer.element_id, timer.due_at))
            elif timer.due_at != waited[key].due_at:
                changes.moved.append((dossier_id, key, timer.due_at))
    return changes


def bind(task: UserTask, opened: OpenTask, due: Due | None) -> None:
    """Puts a task under a deadline; the diagram's ladder goes before the deadline's own."""
    deadline, extension = (due.row, due.extension) if due else (None, None)
    due_at = due.due_at if due else None
    task.deadline_id, task.deadline = (deadline.id, deadline) if deadline else (None, None)
    task.extension_id, task.extension = (extension.id, extension) if extension else (None, None)
    task.last_day, task.due_at = (due.last_day, due_at) if due else (None, None)
    task.sort_at = due_at or FAR_FUTURE
    task.supplement = due is not None and due.supplement is not None
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
