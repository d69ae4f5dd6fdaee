"""Worker processes: their signs of life, and whether each still does its work.

Deadlines live in the service's time, which the demo moves and which may differ between machines. Whether
a worker lives is therefore never judged by it: each worker measures on its own monotonic clock how long
its jobs have been silent, and says so together with the time of the database's machine.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from service.store import workers
from service.store.tables import Worker
from service.store.work import Database, Work

SILENT_AFTER = timedelta(minutes=2)
"""Workers give a sign of life every few seconds: one that has not for so long is gone."""
TICK_STALLED_AFTER = timedelta(minutes=2)
MAIL_STALLED_AFTER = timedelta(minutes=10)
"""A mail server may let one attempt wait for minutes."""
GONE_FOR = timedelta(days=1)
"""How long a worker that went without a word counts as something to look at."""
KEPT_FOR = timedelta(days=30)
MOST_SHOWN = 50


class State(StrEnum):
    """How a worker is doing."""

    WORKING = "working"
    TICK_STALLED = "tick_stalled"
    MAIL_STALLED = "mail_stalled"
    GONE = "gone"
    STOPPED = "stopped"


LIVING = frozenset({State.WORKING, State.TICK_STALLED, State.MAIL_STALLED})


@dataclass(frozen=True, slots=True)
class Standing:
    """A worker and how it is doing; ages are since its last tick and mail job, None before the first."""

    worker: Worker
    state: State
    heard: timedelta | None
    tick_age: timedelta | None
    mail_age: timedelta | None


@dataclass(frozen=True, slots=True)
class Crew:
    """All workers together."""

    standings: tuple[Standing, ...]

    def count(self, *states: State) -> int:
        """How many are in one of the states; the gone ones only while they are news."""
        return sum(one.state in states and not _is_old(one) for one in self.standings)

    @property
    def ticking(self) -> bool:
        """Whether anybody fires deadlines."""
        return self.count(State.WORKING, State.MAIL_STALLED) > 0

    @property
    def mailing(self) -> bool:
        """Whether anybody sends mail."""
        return self.count(State.WORKING, State.TICK_STALLED) > 0

    @property
    def last_tick(self) -> timedelta | None:
        """How long ago any worker that has not stopped ticked last; None when none ever did."""
        ages = [one.tick_age for one in self.standings if one.tick_age is not None]
        return min(ages, default=None)


def look(work: Work) -> Crew:
    """All workers heard of lately, the latest first, by the machine's time."""
    now = workers.machine_time(work)
    return Crew(tuple(_standing(row, now) for row in workers.every(work, MOST_SHOWN)))


def begin(database: Database, worker_id: str) -> None:
    """Notes that a worker has started, and forgets those that are long gone."""
    with database.write() as work:
        now = workers.machine_time(work)
        workers.forget(work, now - KEPT_FOR)
        row = _row(work, worker_id)
        row.started_at, row.stopped_at = work.now, None
        row.alive_at, row.tick_age, row.mail_age = now, 0.0, 0.0


def ticked(database: Database, worker_id: str) -> None:
    """Notes that a tick has ended."""
    with database.write() as work:
        _row(work, worker_id).ticked_at = work.now


def pulse(database: Database, worker_id: str, *, tick_age: float, mail_age: float) -> None:
    """A sign of life, with how many seconds ago the last tick and mail job got on."""
    with database.write() as work:
        row = _row(work, worker_id)
        row.alive_at, row.tick_age, row.mail_age = workers.machine_time(work), tick_age, mail_age


def end(database: Database, worker_id: str) -> None:
    """Notes that a worker has been told to stop, and has."""
    with database.write() as work:
        row = _row(work, worker_id)
        row.stopped_at, row.alive_at = work.now, workers.machine_time(work)


def _row(work: Work, worker_id: str) -> Worker:
    row = workers.get(work, worker_id)
    if row is None:
        row = Worker(id=worker_id, started_at=work.now)
        work.session.add(row)
    return row


def _standing(row: Worker, now: datetime) -> Standing:
    # A clock that was set back leaves signs of life in the future: they say nothing any more.
    heard = None if row.alive_at is None else abs(now - row.alive_at)
    tick_age = _age(row, row.tick_age, heard)
    mail_age = _age(row, row.mail_age, heard)
    return Standing(row, _state(row, heard, tick_age, mail_age), heard, tick_age, mail_age)


def _age(row: Worker, seconds: float | None, heard: timedelta | None) -> timedelta | None:
    if row.stopped_at is not None or seconds is None or heard is None:
        return None
    return heard + timedelta(seconds=seconds)


def _state(
    row: Worker, heard: timedelta | None, tick_age: timedelta | None, mail_age: timedelta | None
) -> State:
    if row.stopped_at is not None:
        return State.STOPPED
    if heard is None or heard > SILENT_AFTER:
        return State.GONE
    if tick_age is None or tick_age > TICK_STALLED_AFTER:
        return State.TICK_STALLED
    return State.MAIL_STALLED if mail_age is None or mail_age > MAIL_STALLED_AFTER else State.WORKING


def _is_old(standing: Standing) -> bool:
    return standing.state is State.GONE and (standing.heard is None or standing.heard > GONE_FOR)
