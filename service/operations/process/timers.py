"""Timers that move processes: fired in batches, each under its dossier's lock.

A batch is one Work. When one of its timers fails, the batch is taken back and its timers are fired one
by one, so that the one which fails is found and the others' deadlines are kept.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from service import engine
from service.domain.errors import Overtaken, TrinhError, Unavailable
from service.domain.people import SYSTEM
from service.log import get_logger
from service.operations import dues, incidents
from service.operations.histories import Entry
from service.operations.process import next_rounds, processes
from service.operations.process.next_rounds import Notes
from service.operations.process.processes import Order
from service.operations.process.recordings import By
from service.store import locks, timers
from service.store.locks import Locked
from service.store.tables import Timer
from service.store.work import Database, Work

BATCH = 100
"""Timers fired in one transaction: enough to share its cost, few enough to let reviewers in."""
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
    due. Several workers may sweep at once: what another has locked is passed over, and looked at again
    at the end. `beat` is called after each transaction.
    """
    with database.read() as work:
        due = timers.due(work, limit, after)
    fates: Counter[Fate] = Counter()
    left: list[tuple[int, int]] = []
    for start in range(0, len(due), BATCH):
        batch = due[start : start + BATCH]
        fired = _try_batch(database, batch)
        fates["fired"] += len(fired)
        left += [one for one in batch if one[0] not in fired]
        beat()
    if left:
        with database.read() as work:
            standing = timers.still_due(work, [timer_id for timer_id, _ in left])
        for timer_id, dossier_id in left:
            if timer_id in standing:
                fates[_try(database, timer_id, dossier_id)] += 1
                beat()
    return Fired(fates["fired"], fates["failed"], fates["put_off"], due[-1][0] if due else None)


def _try_batch(database: Database, due: Sequence[tuple[int, int]]) -> set[int]:
    """Fires one timer of each dossier that nobody else has locked; none when any of them fails."""
    try:
        with database.write() as work:
            locked = locks.many(work, sorted({dossier_id for _, dossier_id in due}), skip=True)
            waiting = {one.dossier.id: one for one in locked}
            claimed: dict[int, Timer] = {}
            for timer in timers.claim_all(work, [one for one, dossier_id in due if dossier_id in waiting]):
                claimed.setdefault(timer.dossier_id, timer)
            chosen = {timer.id for timer in claimed.values()}
            _fire_all(work, [(waiting[dossier_id], timer) for dossier_id, timer in claimed.items()])
            return chosen
    except Exception as error:  # noqa: BLE001 - each is tried alone next, and answered for there
        _log.warning("timer_batch_taken_back", timers=len(due), reason=type(error).__name__)
        return set()


def _fire_all(work: Work, claimed: Sequence[tuple[Locked, Timer]]) -> None:
    """Fires one timer of each of some dossiers; those that urge what can be done no longer go instead.

    Which ones do the diagram knows: re-dated, they have no instant any more.
    """
    notes = Notes(work)
    over = [(locked, timer) for locked, timer in claimed if _climbs_in_vain(work, locked, timer)]
    gone = {timer.id for _, timer in over}
    if over:
        processes.advance_all(work, [_stop(locked, timer, notes) for locked, timer in over])
        gone -= timers.still_due(work, list(gone))
    going = [_order(locked, timer, notes) for locked, timer in claimed if timer.id not in gone]
    processes.advance_all(work, going)


def _climbs_in_vain(work: Work, locked: Locked, timer: Timer) -> bool:
    """Whether it comes after the deadline that has ended the chance to send its dossier in at all."""
    return timer.due_at is not None and any(
        due.due_at is not None and timer.due_at > due.due_at
        for due in dues.of(work, locked.dossier).values()
        if next_rounds.is_closed_to(locked.dossier, due, work.now)
    )


def _stop(locked: Locked, timer: Timer, notes: Notes) -> Order:
    params = {"due_at": str(timer.due_at), **notes.of(locked.dossier)}
    return Order(locked, engine.Redate(), By(SYSTEM, Entry("climb_stopped", timer.element_id, params=params)))


def _order(locked: Locked, timer: Timer, notes: Notes) -> Order:
    params = {"due_at": str(timer.due_at), **notes.of(locked.dossier)}
    entry = Entry("deadline_passed", timer.element_id, params=params)
    return Order(locked, engine.Fire(timer.engine_task_id), By(SYSTEM, entry))


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
        locked = locks.one(work, dossier_id)
        claimed = timers.claim_all(work, [timer_id])
        _fire_all(work, [(locked, timer) for timer in claimed])
        return bool(claimed)
