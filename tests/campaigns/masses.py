"""Dossiers in masses whose deadlines strike together, and the count of what came of it.

They are copied in sets from dossiers that the operations carried there (benchmarks.crowds), with a
history of their own, so that `trinh verify` can prove them like any other.
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    bindparam,
    cast,
    delete,
    func,
    insert,
    inspect,
    literal,
    select,
    update,
)
from sqlalchemy.orm import joinedload, lazyload

from benchmarks.crowds import Crowd, Spread
from service.clock import monotonic
from service.operations import histories
from service.store.tables import (
    Dossier,
    HistoryStep,
    Nomination,
    OutgoingMail,
    ProcessInstance,
    Reminder,
    Round,
    SearchWord,
    Timer,
    UserTask,
)
from service.store.tables.search_words import FINDABLE, words_for
from service.store.work import Work
from tests.builders import World
from tests.campaigns.crews import pause

RULE = "7_before"
LATER_RULE = "3_before"
ESCALATED_AT = "2024-12-06 00:00"
"""When the escalation of a dossier left lying at selection falls due."""
NEVER = timedelta(days=3650)
CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Effects:
    """What became of what was due. `early` was done before its instant by the clock that did it."""

    due: int
    done: int
    lost: int
    double: int
    early: int

    @property
    def kept(self) -> bool:
        """Each exactly once, none early."""
        return not (self.lost or self.double or self.early)

    def __add__(self, other: "Effects") -> "Effects":
        """Both together."""
        return Effects(*(one + two for one, two in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, slots=True)
class Mass:
    """A world with dossiers in masses."""

    world: World

    def add_reminders(self, number: int, at: Sequence[datetime], *, districts: int = 0) -> None:
        """Dossiers in preparation, each with one reminder, dealt out over the instants."""
        template = self.world.open_dossier(with_papers=False)
        crowd = Crowd(self.world)
        if districts:
            crowd.add_localities(districts)
        crowd.add_dossiers(template, number - 1, Spread(districts), rules=(RULE,))
        with self.world.database.write() as work:
            mine = self._since(template)
            self._part(work, template)
            self._give_history(work, template)
            work.session.execute(
                delete(Reminder).where(Reminder.task_id.in_(mine), Reminder.rule_key != RULE), **_UNSEEN
            )
            self._deal(work, Reminder, Reminder.fire_at, Reminder.task_id.in_(mine), at)
            # The escalations of these dossiers are not what is tried here.
            dossiers = select(Dossier.id).where(Dossier.id >= template)
            work.session.execute(
                update(Timer).where(Timer.dossier_id.in_(dossiers)).values(due_at=max(at) + NEVER), **_UNSEEN
            )

    def plan_again(self, at: datetime, number: int) -> None:
        """Other reminders of the same tasks, all at one instant."""
        with self.world.database.write() as work:
            tasks = work.session.scalars(select(Reminder.task_id).order_by(Reminder.id).limit(number)).all()
            for row in work.session.scalars(select(Reminder).where(Reminder.task_id.in_(tasks))).all():
                values = {
                    name: getattr(row, name) for name in ("task_id", "audience", "group_id", "deadline_date")
                }
                work.session.add(Reminder(**values, rule_key=LATER_RULE, fire_at=at))

    def add_timers(self, number: int, at: Sequence[datetime]) -> None:
        """Dossiers lying at selection, each with one timer that opens a task, dealt out over instants that
        are not before `ESCALATED_AT`."""
        template = self.world.carry_to("select")
        crowd = Crowd(self.world)
        crowd.add_dossiers(template, number - 1, Spread(), rules=())
        with self.world.database.write() as work:
            mine = self._since(template)
            self._part(work, template)
            self._give_history(work, template)
            work.session.execute(delete(Reminder).where(Reminder.task_id.in_(mine)), **_UNSEEN)
            its = (Timer.dossier_id >= template) & Timer.fired_at.is_(None)
            self._deal(work, Timer, Timer.due_at, its, at)

    def add_waiting(self, number: int, districts: int, spread: Spread) -> None:
        """Dossiers lying at selection, dealt out over the districts; nothing of theirs falls due."""
        template = self.world.carry_to("select", with_papers=True)
        crowd = Crowd(self.world)
        if districts:
            crowd.add_localities(districts)
        crowd.add_dossiers(template, number - 1, spread, rules=())
        with self.world.database.write() as work:
            self._part(work, template)
            self._give_history(work, template)

    def settle(self) -> None:
        """Nothing but the masses falls due; PostgreSQL is as a running one."""
        with self.world.database.write() as work:
            work.session.execute(update(Round).where(Round.kind == "duty").values(active=False), **_UNSEEN)
            _write_words(work)
        Crowd(self.world).settle()

    def waiting(self, now: datetime) -> bool:
        """Whether anything is due at an instant and has not been done."""
        with self.world.database.read(now) as work:
            reminder = select(Reminder.id).where(_pending(), Reminder.fire_at <= now).limit(1)
            timer = select(Timer.id).where(Timer.fired_at.is_(None), Timer.due_at <= now).limit(1)
            return work.session.scalar(reminder) is not None or work.session.scalar(timer) is not None

    def wait_until_done(self, now: datetime, within: float) -> float | None:
        """The seconds until nothing due at an instant waits; None when patience ended first."""
        begun = monotonic()
        while self.waiting(now):
            if monotonic() - begun > within:
                return None
            pause(0.1)
        return monotonic() - begun

    def reminders(self, now: datetime) -> Effects:
        """What became of the reminders due by an instant; each has one recipient."""
        due = Reminder.fire_at <= now
        with self.world.database.read(now) as work:
            mails = (
                select(OutgoingMail.task_id, func.count().label("number"))
                .where(OutgoingMail.template == "reminder")
                .group_by(OutgoingMail.task_id, OutgoingMail.rule_key)
                .subquery()
            )
            mailed = _count(work, select(func.count()).select_from(mails))
            double = _count(work, select(func.sum(mails.c.number - 1)))
            done = _count(work, select(func.count()).where(Reminder.fired_at.is_not(None)))
            early = _count(work, select(func.count()).where(Reminder.fired_at < Reminder.fire_at))
            number = _count(work, select(func.count()).where(due, Reminder.cancelled_at.is_(None)))
        return Effects(number, done, max(number - done, 0) + max(done - mailed, 0), double, early)

    def timers(self, now: datetime) -> Effects:
        """What became of the timers due by an instant: one step of the history and one task for each."""
        with self.world.database.read(now) as work:
            fired = Timer.fired_at.is_not(None)
            number = _count(work, select(func.count()).where(Timer.due_at <= now))
            done = _count(work, select(func.count()).where(fired))
            told = _count(work, select(func.count()).where(HistoryStep.kind == "deadline_passed"))
            opened = _count(work, select(func.count()).where(UserTask.late_task_id.is_not(None)))
            early = _count(work, select(func.count()).where(Timer.fired_at < Timer.due_at))
        missing = max(number - done, 0) + max(done - told, 0) + max(done - opened, 0)
        return Effects(number, done, missing, max(told - done, 0) + max(opened - done, 0), early)

    def _since(self, template: int) -> Any:
        return select(UserTask.id).where(UserTask.dossier_id >= template).scalar_subquery()

    def _deal(
        self, work: Work, table: Any, column: Any, which: ColumnElement[bool], at: Sequence[datetime]
    ) -> None:
        for number, instant in enumerate(at):
            dealt = which & (table.id % len(at) == number)
            work.session.execute(update(table).where(dealt).values({column: instant}), **_UNSEEN)

    def _part(self, work: Work, template: int) -> None:
        """Each copy's process gets a name of its own, in its state and in the ids of its tasks."""
        state = work.session.scalar(
            select(ProcessInstance.state).where(ProcessInstance.dossier_id == template)
        )
        assert state is not None
        content = zlib.decompress(state[1:]) if state[:1] == b"Z" else state[1:]
        name = str(json.loads(content)[1])
        for table in (UserTask, Timer):
            own = func.replace(table.engine_task_id, name, literal("c") + cast(table.dossier_id, String))
            work.session.execute(
                update(table).where(table.dossier_id > template).values(engine_task_id=own), **_UNSEEN
            )
        copies = work.session.scalars(select(Dossier.id).where(Dossier.id > template))
        states = [
            {"dossier": one, "state_": b"J" + content.replace(name.encode(), f"c{one}".encode())}
            for one in copies
        ]
        work.session.connection().execute(_STATES, states)

    def _give_history(self, work: Work, template: int) -> None:
        """Each copy gets the history of the template, chained anew and naming its own tasks."""
        steps = list(
            work.session.scalars(
                select(HistoryStep).where(HistoryStep.dossier_id == template).order_by(HistoryStep.position)
            )
        )
        known = list(
            work.session.scalars(
                select(UserTask.id).where(UserTask.dossier_id == template).order_by(UserTask.id)
            )
        )
        tasks: dict[int, list[int]] = {}
        rows = select(UserTask.dossier_id, UserTask.id).where(UserTask.dossier_id > template)
        for dossier_id, task_id in work.session.execute(rows.order_by(UserTask.id)):
            tasks.setdefault(dossier_id, []).append(task_id)
        ids = list(tasks)
        for start in range(0, len(ids), CHUNK):
            written: list[dict[str, Any]] = []
            heads: list[dict[str, Any]] = []
            for dossier_id in ids[start : start + CHUNK]:
                own = dict(zip(known, tasks[dossier_id], strict=True))
                head = ""
                for step in steps:
                    copied = _values(step) | {
                        "dossier_id": dossier_id,
                        "task_id": own.get(step.task_id or 0),
                        "digest": "",
                    }
                    head = copied["digest"] = histories.digest(head, copied)
                    written.append(copied)
                heads.append({"dossier": dossier_id, "head": head})
            work.session.execute(insert(HistoryStep), written)
            work.session.connection().execute(_HEADS, heads)


_DOSSIERS = Dossier.__table__
_HEADS = (
    update(_DOSSIERS)  # type: ignore[arg-type]
    .where(_DOSSIERS.c.id == bindparam("dossier"))
    .values(head_digest=bindparam("head"))
)
_INSTANCES = ProcessInstance.__table__
_STATES = (
    update(_INSTANCES)  # type: ignore[arg-type]
    .where(_INSTANCES.c.dossier_id == bindparam("dossier"))
    .values(state=bindparam("state_"))
)
_UNSEEN: dict[str, Any] = {"execution_options": {"synchronize_session": False}}


def _write_words(work: Work) -> None:
    """The words by which copies are found: what is copied in sets is written by no flush."""
    work.session.execute(delete(SearchWord), **_UNSEEN)
    for kind, findable in FINDABLE.items():
        rows = select(kind).options(joinedload(Nomination.dossier) if kind is Nomination else lazyload("*"))
        (key,), last = inspect(kind).primary_key, 0
        while page := work.session.scalars(rows.where(key > last).order_by(key).limit(CHUNK)).all():
            last = getattr(page[-1], key.name)
            words = [
                {"locality_id": findable.locality_id(row), "subject": findable.subject.value, "word": word}
                | {"subject_id": getattr(row, key.name)}
                for row in page
                for word in words_for(row)
            ]
            work.session.execute(insert(SearchWord), words)
            work.session.expunge_all()


def _values(step: HistoryStep) -> dict[str, Any]:
    columns = (column.key for column in HistoryStep.__table__.columns)
    return {name: getattr(step, name) for name in columns if name != "id"}


def _pending() -> ColumnElement[bool]:
    return Reminder.fired_at.is_(None) & Reminder.cancelled_at.is_(None)


def _count(work: Work, statement: Any) -> int:
    return int(work.session.scalar(statement) or 0)
