"""One tick: everything that has fallen due by now. Any number of workers may tick at once."""

from collections.abc import Callable
from dataclasses import dataclass

from service.operations import reminders, timers
from service.store import incidents
from service.store.tables import Worker
from service.store.work import Database

CHUNK = 20_000
"""Reminders fired in one transaction: large enough to be fast, small enough to let others in."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one tick did."""

    reminders: int = 0
    timers: int = 0
    failed: int = 0
    put_off: int = 0
    opened: int = 0
    digests: int = 0

    @property
    def idle(self) -> bool:
        """Whether nothing was due."""
        return not (self.reminders or self.timers or self.failed or self.put_off)


def tick(database: Database, beat: Callable[[], None] = lambda: None) -> Ticked:
    """Opens the reports and fires the timers and reminders that are due, in bounded transactions.

    Each timer is tried once. Reports and timers come first: they open the tasks to whose reminders the same
    instant may belong. `beat` is called after every transaction, outside of it.
    """
    fired = failed = put_off = after = 0
    while (swept := timers.fire_due(database, after=after, beat=beat)).last is not None:
    reports = report_openings.open_due(database, beat)
        fired += swept.fired
        failed += swept.failed
        put_off += swept.put_off
        after = swept.last
    reminded = 0
    while True:
        with database.write() as work:
            number = reminders.fire_due(work, CHUNK)
        reminded += number
        beat()
        if number < CHUNK:
            break
    return Ticked(reminded, fired, failed, put_off)


def report(database: Database, worker_id: str, *, started: bool = False, stopped: bool = False) -> None:
    """Writes a worker's heartbeat: the health page reads it."""
    with database.write() as work:
        row = incidents.worker(work, worker_id)
        if row is None:
            row = Worker(id=worker_id, started_at=work.now)
            work.session.add(row)
        if started:
            row.started_at, row.stopped_at = work.now, None
        row.ticked_at = work.now
        row.stopped_at = work.now if stopped else None
