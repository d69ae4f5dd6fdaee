"""Queries over process-moving timers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Table, bindparam, delete, func, select, update

from service.store import many
from service.store.tables import Timer
from service.store.work import Work

_timers = cast(Table, Timer.__table__)
# Built once: every step of a dossier runs one or two of them.
_WAITING = (
    _timers.c.dossier_id == bindparam("its_dossier"),
    _timers.c.engine_task_id == bindparam("its_task"),
    _timers.c.fired_at.is_(None),
)
_MOVE = update(_timers).where(*_WAITING).values(due_at=bindparam("its_due_at"), parked=False)
_FIRE = update(_timers).where(*_WAITING).values(fired_at=bindparam("its_fired_at"))
_DROP = delete(_timers).where(*_WAITING)


@dataclass(frozen=True, slots=True)
class TimerChanges:
    """How timers change with the steps of their dossiers: each is a dossier's id and the engine's task id.

    `made` has besides those the element and the instant (None while its deadline has no date), `moved`
    the new instant; `gone` ones wait no longer and have not fired.
    """

    made: list[tuple[int, str, str, datetime | None]] = field(
        default_factory=list[tuple[int, str, str, datetime | None]]
    )
    moved: list[tuple[int, str, datetime | None]] = field(
        default_factory=list[tuple[int, str, datetime | None]]
    )
    fired: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    gone: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])


def keep(work: Work, changes: TimerChanges) -> None:
    """Writes what has become of the timers of locked dossiers; a moved one is not parked any more."""
    run = work.session.execute
    if changes.gone:
        run(_DROP, [_row(*one) for one in changes.gone])
    if changes.fired:
        run(_FIRE, [_row(*one, its_fired_at=work.now) for one in changes.fired])
    if changes.moved:
        run(_MOVE, [_row(one, key, its_due_at=due_at) for one, key, due_at in changes.moved])
    names = ("dossier_id", "engine_task_id", "element_id", "due_at")
    many.write(
        work, _timers, [dict(zip(names, one, strict=True)) | {"parked": False} for one in changes.made]
    )


def _row(dossier_id: int, engine_task_id: str, **values: datetime | None) -> dict[str, object]:
    return {"its_dossier": dossier_id, "its_task": engine_task_id, **values}


def due(work: Work, limit: int, after: int = 0) -> list[tuple[int, int]]:
    """(timer id, dossier id) of timers that are due, in the order of their ids after `after`."""
    rows = work.session.execute(
        select(Timer.id, Timer.dossier_id)
        .where(*_due(work), Timer.id > after)
        .order_by(Timer.id)
        .limit(limit)
    )
    return [(int(timer_id), int(dossier_id)) for timer_id, dossier_id in rows]


def claim_all(work: Work, timer_ids: Sequence[int]) -> list[Timer]:
    """Those of some timers that are still due, in the order of their ids; their dossiers are locked.

    A timer changes only under its dossier's lock or when it is parked: the row is locked as well.
    """
    if not timer_ids:
        return []
    query = (
        select(Timer)
        .where(Timer.id.in_(timer_ids), *_due(work))
        .order_by(Timer.id)
        .execution_options(populate_existing=True)
    )
    if work.on_postgresql:
        query = query.with_for_update(skip_locked=True)
    return list(work.session.scalars(query))


def still_due(work: Work, timer_ids: Sequence[int]) -> set[int]:
    """Those of some timers that have neither fired nor been parked."""
    return set(work.session.scalars(select(Timer.id).where(Timer.id.in_(timer_ids), *_due(work))))


def get(work: Work, timer_id: int) -> Timer | None:
    """The timer of that id."""
    return work.session.get(Timer, timer_id)


def next_due(work: Work) -> datetime | None:
    """The next instant after now at which a timer falls due, if any."""
    return work.session.scalar(
        select(func.min(Timer.due_at)).where(
            Timer.fired_at.is_(None), Timer.parked.is_(False), Timer.due_at > work.now
        )
    )


def _due(work: Work) -> tuple[ColumnElement[bool], ...]:
    return Timer.due_at <= work.now, Timer.fired_at.is_(None), Timer.parked.is_(False)
