"""Timers that move processes: each one in its own Work, under its dossier's lock."""

from dataclasses import dataclass

from service import engine
from service.domain.errors import TrinhError
from service.domain.people import SYSTEM
from service.log import get_logger
from service.operations import incidents, processes
from service.operations.histories import Entry
from service.operations.processes import By
from service.store import dossiers, timers
from service.store.work import Database

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Fired:
    """What one sweep did: timers fired, timers that failed and are parked with an incident."""

    fired: int = 0
    failed: int = 0


def fire_due(database: Database, limit: int = 500) -> Fired:
    """Fires the timers that are due, at most `limit`; one that fails is parked and the sweep goes on.

    Several workers may sweep at once: each timer is claimed under its own lock and checked again.
    """
    with database.read() as work:
        due = timers.due(work, limit)
    fired = failed = 0
    for timer_id, dossier_id in due:
        try:
            fired += _fire(database, timer_id, dossier_id)
        except Exception as error:  # noqa: BLE001 - one broken dossier must not stop the others' deadlines
            # The text of an unknown error may carry somebody's data; its kind does not.
            reason = str(error) if isinstance(error, TrinhError) else type(error).__name__
            _log.error("timer_failed", timer=timer_id, dossier=dossier_id, reason=reason)
            incidents.park_timer(database, timer_id, reason)
            failed += 1
    return Fired(fired, failed)


def _fire(database: Database, timer_id: int, dossier_id: int) -> bool:
    with database.write() as work:
        dossier = dossiers.lock(work, dossier_id)
        timer = timers.claim(work, timer_id)
        if timer is None:
            return False
        entry = Entry("deadline_passed", timer.element_id, params={"due_at": str(timer.due_at)})
        processes.advance(work, dossier, engine.Fire(timer.engine_task_id), By(SYSTEM, entry))
        return True
