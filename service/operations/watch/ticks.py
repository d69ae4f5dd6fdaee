"""One tick: everything that has fallen due by now. Any number of workers may tick at once."""

from collections.abc import Callable
from dataclasses import dataclass

from service.domain.errors import Overtaken, Unavailable
from service.log import get_logger
from service.operations import incidents
from service.operations.mail import digests
from service.operations.process import reminders, timers
from service.operations.schedule import report_openings
from service.operations.work import releases, votes
from service.store.work import Database

CHUNK = 20_000
"""Reminders fired in one transaction: large enough to be fast, small enough to let others in."""
SMALLER = 10
"""By how much a set of reminders shrinks that could not be fired, and grows again."""
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one tick did."""

    reminders: int = 0
    timers: int = 0
    failed: int = 0
    put_off: int = 0
    opened: int = 0
    digests: int = 0
    votes: int = 0
    released: int = 0

    @property
    def idle(self) -> bool:
        """Whether nothing was due."""
        return not (
            self.reminders
            or self.timers
            or self.failed
            or self.put_off
            or self.opened
            or self.digests
            or self.votes
            or self.released
        )


def tick(database: Database, beat: Callable[[], None] = lambda: None) -> Ticked:
    """Opens reports, fires timers and reminders and counts votes that are due, in bounded transactions.

    Each timer is tried once. Reports and timers come first: they open the tasks to whose reminders the same
    instant may belong. `beat` is called after every transaction, outside of it.
    """
    reports = report_openings.open_due(database, beat)
    fired = failed = put_off = after = 0
    while (swept := timers.fire_due(database, after=after, beat=beat)).last is not None:
        fired += swept.fired
        failed += swept.failed
        put_off += swept.put_off
        after = swept.last
    counted = votes.close_due(database, beat)
    # Before reminders: what nobody holds any more is to be told to all who may take it.
    released = releases.release_left(database, beat)
    reminded = _remind(database, beat)
    told = digests.queue_due(database, beat)
    return Ticked(
        reminders=reminded,
        timers=fired,
        failed=failed + reports.failed + counted.failed,
        put_off=put_off,
        opened=reports.opened,
        digests=told,
        votes=counted.closed,
        released=released,
    )


def _remind(database: Database, beat: Callable[[], None]) -> int:
    """Passes over what a pause of the ticks has made needless, then fires the rest.

    Where a set fails, ever smaller ones are tried, down to the reminder that fails: it is parked with an
    incident, and the others' are sent.
    """
    reminded, passing, most = 0, True, CHUNK
    while True:
        try:
            with database.write() as work:
                passing = passing and reminders.pass_over_missed(work, CHUNK) == CHUNK
                number = 0 if passing else reminders.fire_due(work, most)
        except (Overtaken, Unavailable):
            raise
        except Exception as error:  # noqa: BLE001 - one reminder must not stop those of everybody else
            _log.error("reminders_taken_back", most=most, reason=type(error).__name__)
            if passing:
                passing = False
            elif most > 1:
                most = max(1, most // SMALLER)
            elif not incidents.park_reminder(database):
                return reminded
            beat()
            continue
        reminded += number
        beat()
        if not passing and number < most:
            return reminded
        most = min(CHUNK, most * SMALLER)
