"""Timers that move processes: each one in its own Work, under its dossier's lock."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from service import engine
from service.domain.errors import Overtaken, TrinhError, Unavailable
from service.domain.people import SYSTEM
from service.log import get_logger
from service.operations import incidents, processes
from service.operations.histories import Entry
from service.operations.processes import By
from service.store import dossiers, timers
from service.store.work import Database

Fate = Literal["fired", "taken", "failed", "put_off"]
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Fired:
    """What one sweep did: timers fired, parked with an incident, and left due for the next tick.

    `last` is the id of the last timer looked at, behind which the next sweep goes on; None after the end.
    """

    fired: int = 0
    failed: int = 0
    put_off: int = 0
    last: int | None = field(default=None, compare=False)


def fire_due(
    database: Database, limit: int = 500, *, after: int = 0, beat: Callable[[], None] = lambda: None
) -> Fired:
    """Fires the timers that are due, at most `limit`, in the order of their ids after `after`.

    One that fails is parked and the sweep goes on; one that met a passing trouble of the database stays
    due. Several workers may sweep at once: each timer is claimed under its own lock and checked again.
    `beat` is called after each timer.
    """
    with database.read() as work:
        due = timers.due(work, limit, after)
    fates: Counter[Fate] = Counter()
    for timer_id, dossier_id in due:
        fates[_try(database, timer_id, dossier_id)] += 1
        beat()
    return Fired(fates["fired"], fates["failed"], fates["put_off"], due[-1][0] if due else None)


def _try(database: Database, timer_id: int, dossier_id: int) -> Fate:
    """Fires one timer, and answers for whatever comes of it: it must not stop the others' deadlines."""
    try:
        try:
            return "fired" if _fire(database, timer_id, dossier_id) else "taken"
        except (Overtaken, Unavailable):
            raise
        except Exception as error:  # noqa: BLE001 - see above
            # The text of an unknown error may carry somebody's data; its kind does not.
            reason = str(error) if isinstance(error, TrinhError) else type(error).__name__
            _log.error("timer_failed", timer=timer_id, dossier=dossier_id, reason=reason)
            incidents.park_timer(database, timer_id, reason)
            return "failed"
    except (Overtaken, Unavailable) as error:
        _log.warning("timer_put_off", timer=timer_id, dossier=dossier_id, reason=type(error).__name__)
        return "put_off"


def _fire(database: Database, timer_id: int, dossier_id: int) -> bool:
    with database.write() as work:
        dossier = dossiers.lock(work, dossier_id)
        timer = timers.claim(work, timer_id)
        if timer is None:
            return False
        entry = Entry("deadline_passed", timer.element_id, params={"due_at": str(timer.due_at)})
        processes.advance(work, dossier, engine.Fire(timer.engine_task_id), By(SYSTEM, entry))
        return True
