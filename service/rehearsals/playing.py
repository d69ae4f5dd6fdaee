"""Playing a round: the clock jumps to whatever comes next, and the service does what it would do then.

Nothing is imitated. Dossiers are opened and tasks completed by the operations of the screens, timers and
reminders are fired by the tick, and every mail is composed. Nothing is sent: there is nobody to send it.
"""

import heapq
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from service import mail
from service.domain.errors import TrinhError
from service.domain.people import Actor
from service.domain.tasks import Act
from service.operations import calendars, dues
from service.operations.mail import sending
from service.operations.schedule import report_openings
from service.operations.watch import ticks
from service.rehearsals import acting, staging
from service.rehearsals.habits import Beat, Habits, Standing
from service.rehearsals.results import Stuck
from service.rehearsals.staging import NOBODY, Stage
from service.store import localities, mails, rehearsals
from service.store import tables as rows
from service.store.work import Work

LONGEST = timedelta(days=500)
"""A round that is not over by then is told as far as it went."""
BASE_URL = f"https://{NOBODY}"
_BEATS = 20
"""Told about the progress after so many events."""


@dataclass(frozen=True, slots=True, order=True)
class _Call:
    """Something that somebody does at an instant: opens dossier `place`, or completes `task_id`."""

    at: datetime
    order: int
    place: int = field(compare=False)
    task_id: int | None = field(compare=False, default=None)
    returns: bool = field(compare=False, default=False)


@dataclass(slots=True)
class Played:
    """What the database of a stage does not tell by itself."""

    subjects: dict[int, str] = field(default_factory=dict[int, str])
    stuck: list[Stuck] = field(default_factory=list[Stuck])


class Play:
    """One round on one stage.

    Raises:
        Conflict: the diagram of duty reports has not been deployed.
    """

    def __init__(self, stage: Stage, beat: Beat) -> None:
        asked = stage.script.asked
        self._stage = stage
        self._beat = beat
        self._played = Played()
        self._calls: list[_Call] = []
        self._actors: dict[int, Actor] = {}
        self._units = [*stage.units, *(unit_id for _, unit_id in stage.carried)]
        self._places = {unit_id: place for place, unit_id in enumerate(stage.units)}
        self._carried = {
            dossier_id: place for place, (dossier_id, _) in enumerate(stage.carried, start=len(stage.units))
        }
        self._visits: Counter[tuple[int, str]] = Counter()
        self._returned: set[int] = set()
        self._due: datetime | None = None
        self._last_task = self._last_mail = 0
        with stage.database.read() as work:
            locality = localities.get(work, asked.locality_id)
            round_ = localities.round_of(work, asked.locality_id, asked.round_key)
            self._reports = staging.collects_reports(round_)
            if self._reports:
                report_openings.diagram(work, round_)
            self._habits = Habits(
                asked.seed,
                len(self._units),
                asked.late,
                asked.returned,
                calendars.of(work, locality),
                stage.script.zone,
            )

    def run(self) -> Played:
        """Plays until nobody has anything to do and nothing falls due any more."""
        self._call_proposers()
        if self._reports:
            ticks.tick(self._stage.database)
        end = self._stage.script.opens_at + LONGEST
        event = 0
        while (at := self._look_around()) is not None and at <= end:
            self._stage.clock.set(max(at, self._stage.clock.now()))
            self._let_happen()
            event += 1
            if event % _BEATS == 0:
                self._tell_progress()
        self._beat(1.0)
        return self._played

    def _call_proposers(self) -> None:
        first = self._stage.script.opens_at
        with self._stage.database.read() as work:
            due_at = next(
                (row.due_at for row in localities.deadlines(work, self._stage.round_id) if row.due_at), None
            )
        for place in range(len(self._stage.proposers)):
            self._call(_Call(self._habits.opens_at(place, first, due_at), -1, place))

    def _let_happen(self) -> None:
        """What is due now comes before what people do now: the tick is never further off than seconds."""
        now = self._stage.clock.now()
        if self._due is not None and self._due <= now:
            ticks.tick(self._stage.database)
            return
        self._answer(heapq.heappop(self._calls))

    def _answer(self, call: _Call) -> None:
        try:
            with self._stage.database.write() as work:
                if call.task_id is None:
                    self._open(work, call.place)
                else:
                    self._complete(work, call, call.task_id)
        except TrinhError as error:
            self._stick(call, error)

    def _open(self, work: Work, place: int) -> None:
        asked = self._stage.script.asked
        round_ = localities.round_of(work, asked.locality_id, asked.round_key)
        proposer = self._actor(work, self._stage.proposers[place])
        acting.open_dossier(work, proposer, round_, self._stage.units[place], place)

    def _complete(self, work: Work, call: _Call, task_id: int) -> None:
        task = work.session.get(rows.UserTask, task_id)
        if task is None or task.closed_at is not None:
            return
        holder = task.assignee_id or self._candidate(task.group_id, call.place)
        if holder is None:
            return
        actor = self._actor(work, holder)
        acting.fill_draft(work, task, actor, call.place)
        acting.complete(work, actor, task_id, self._stage.script.zone, returns=call.returns)

    def _candidate(self, group_id: int, place: int) -> int | None:
        """Whoever of a group takes the task of a dossier; None in a group in which nobody sits."""
        members = self._stage.members.get(group_id, ())
        return members[place % len(members)] if members else None

    def _look_around(self) -> datetime | None:
        """Lets people take up the steps that have just opened, words the mails just queued, looks ahead.

        Returns:
            The instant of what comes next; None when nothing does.
        """
        with self._stage.database.read() as work:
            for task in rehearsals.tasks_after(work, self._last_task):
                self._last_task = task.id
                self._take_up(work, task)
            fresh = rehearsals.mails_after(work, self._last_mail)
            for row in mails.some(work, fresh) if fresh else ():
                letter = sending.compose(work, row, BASE_URL)
                self._played.subjects[row.id] = mail.subject(letter)
                self._last_mail = row.id
            self._due = self._next_due(work)
        called = self._calls[0].at if self._calls else None
        return min((at for at in (self._due, called) if at is not None), default=None)

    def _next_due(self, work: Work) -> datetime | None:
        """When the tick has something to do next; a round of awards opens no reports."""
        opening = report_openings.next_opening(work) if self._reports else None
        return min((at for at in (rehearsals.next_instant(work), opening) if at is not None), default=None)

    def _take_up(self, work: Work, task: rows.UserTask) -> None:
        place = self._place_of(task.dossier)
        visit = self._visits[place, task.element_id]
        self._visits[place, task.element_id] += 1
        if self._candidate(task.group_id, place) is None:
            return
        return_by = self._return_by(work, task, place)
        standing = Standing(
            place, task.element_id, visit, task.opened_at, task.due_at, return_by[0] if return_by else None
        )
        at = max(self._habits.acts_at(standing), task.opened_at)
        self._call(_Call(at, task.id, place, task.id, return_by is not None))

    def _place_of(self, dossier: rows.Dossier) -> int:
        """Dossiers are counted from 0: those of the units that open one, then those carried along."""
        return self._carried.get(dossier.id, self._places.get(dossier.unit_id, 0))

    def _return_by(self, work: Work, task: rows.UserTask, place: int) -> tuple[datetime | None] | None:
        """The unit's own deadline if the holder means to return the dossier, else None.

        Once only, and a dossier that came in time only while the unit has days left.
        """
        may = acting.answers_return(Act(task.act)) and place not in self._returned
        if not may or not self._habits.is_returned(place):
            return None
        owed = next(iter(dues.of(work, task.dossier).values()), None)
        due_at = owed.due_at if owed else None
        if due_at is not None and due_at <= task.opened_at and not task.dossier.late:
            return None
        self._returned.add(place)
        return (due_at,)

    def _actor(self, work: Work, person_id: int) -> Actor:
        if person_id not in self._actors:
            self._actors[person_id] = acting.actor(work, person_id)
        return self._actors[person_id]

    def _tell_progress(self) -> None:
        """By the dossiers that somebody still has something to do on."""
        waiting = len({call.place for call in self._calls})
        self._beat(1 - waiting / max(1, len(self._units)))

    def _call(self, call: _Call) -> None:
        heapq.heappush(self._calls, call)

    def _stick(self, call: _Call, error: TrinhError) -> None:
        with self._stage.database.read() as work:
            task = work.session.get(rows.UserTask, call.task_id) if call.task_id else None
            unit = work.session.get(rows.Organisation, self._units[call.place])
            self._played.stuck.append(
                Stuck(
                    work.now,
                    unit.key if unit else None,
                    task.element_id if task else None,
                    error.message,
                )
            )
